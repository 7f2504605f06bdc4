/** Stands in for the issuers of JSON Web Tokens, where `npm start` is told to: nobody else has their private keys. */
// @ts-nocheck

import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  SignJWT,
  type JWTVerifyGetKey,
  type KeyLike,
} from "jose";
import type { Route } from "../../../rules/routes";
import type { Topology } from "../topology";

/** A token and what it is good for. */
export interface IssuedToken {
  authorizer: string;
  /** All that some route of the authorizer asks for; none for the token that shows the refusal. */
  scopes: string[];
  /** A route that asks for it. */
  path: string;
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
    const closed = routes.flatMap(({ route, authorization }) =>
      authorization.type === "jwt" ? [{ route, authorization }] : [],
    );
    const names = [...new Set(closed.map(({ authorization }) => authorization.authorizer))].sort();
    const wanted = names.flatMap((authorizer) => {
      const own = closed.filter(({ authorization }) => authorization.authorizer === authorizer);
      const scopes = [...new Set(own.flatMap(({ authorization }) => authorization.scopes))];
      // One that asks for scopes shows both answers.
      const { route, authorization } = own.find((one) => one.authorization.scopes.length > 0) ?? own[0]!;
      const token = { ...authorization, path: examplePath(route) };
      return [{ ...token, scopes }, ...(scopes.length > 0 ? [{ ...token, scopes: [] }] : [])];
    });
    return Promise.all(
      wanted.map(async ({ authorizer, path, issuer, audiences, scopes }) => ({
        authorizer,
        scopes,
        path,
        token: await this.sign(issuer, audiences[0] ?? "", scopes),
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

/** A path that takes the route. */
const examplePath = ({ segments }: Route): string =>
  `/${segments.map((segment) => (segment.kind === "literal" ? segment.value : segment.name)).join("/")}`;
