/** Stands in for the issuers of JSON Web Tokens, where `npm start` is told to: nobody else has their private keys. */
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  SignJWT,
  type JWTVerifyGetKey,
  type KeyLike,
} from "jose";
import type { Topology } from "./topology";

/** A token and what it is good for. */
export interface IssuedToken {
  authorizer: string;
  /** All that some route of the authorizer asks for; none for the token that shows the refusal. */
  scopes: string[];
  token: string;
}

export class StandInIssuer {
  private constructor(
    private readonly privateKey: KeyLike,
    /** The same keys for every issuer. */
    readonly keys: () => Promise<JWTVerifyGetKey>,
  ) {}

  static async create(): Promise<StandInIssuer> {
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    const key = { ...(await exportJWK(publicKey)), alg: "RS256", use: "sig" };
    const set = createLocalJWKSet({ keys: [key] });
    return new StandInIssuer(privateKey, () => Promise.resolve(set));
  }

  /** A token of each authorizer that routes name; where they ask for scopes, one more without any. */
  async tokens({ routes }: Topology): Promise<IssuedToken[]> {
    const authorizers = new Map<string, { issuer: string; audience: string; scopes: Set<string> }>();
    for (const { authorization } of routes) {
      if (authorization.type !== "jwt") continue;
      const { authorizer, issuer, audiences, scopes } = authorization;
      const known = authorizers.get(authorizer) ?? {
        issuer,
        audience: audiences[0] ?? "",
        scopes: new Set(),
      };
      scopes.forEach((scope) => known.scopes.add(scope));
      authorizers.set(authorizer, known);
    }
    const byName = [...authorizers].sort(([a], [b]) => (a < b ? -1 : 1));
    const wanted = byName.flatMap(([authorizer, { issuer, audience, scopes }]) => [
      { authorizer, issuer, audience, scopes: [...scopes] },
      ...(scopes.size > 0 ? [{ authorizer, issuer, audience, scopes: [] }] : []),
    ]);
    return Promise.all(
      wanted.map(async ({ authorizer, issuer, audience, scopes }) => ({
        authorizer,
        scopes,
        token: await this.sign(issuer, audience, scopes),
      })),
    );
  }

  private sign(issuer: string, audience: string, scopes: string[]): Promise<string> {
    return new SignJWT({ ...(scopes.length > 0 && { scope: scopes.join(" ") }) })
      .setProtectedHeader({ alg: "RS256" })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject("local")
      .setIssuedAt()
      .setExpirationTime("12h")
      .sign(this.privateKey);
  }
}
