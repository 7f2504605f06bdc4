/** What a deployment needs of this machine, asked before anything is changed, and all at once. */
import Docker from "dockerode";
import * as fs from "node:fs";
import * as path from "node:path";
import { hasCompanion } from "../../config/companion";
import { isObject } from "../../config/problems";
import { type Config, projectFolder, readProject, readStack } from "../../simulate/stack";
import { awsClients } from "./clients";
import { isUnsure } from "../recover/plan";
import { kindOf, nameOf, type Operation, operationsOf, readExport } from "../recover/state";
import type { Pulumi } from "./pulumi";
import { unreachable } from "./unreachable";

/** What is looked at; tests hand in their own. */
export interface Surroundings {
  pulumi: Pulumi;
  environment: NodeJS.ProcessEnv;
  /** @throws Error that says why there are none */
  credentials: (region: string, profile: string | undefined) => Promise<unknown>;
  /** @throws Error that says why none answers */
  engine: () => Promise<unknown>;
}

export const surroundings = (pulumi: Pulumi): Surroundings => ({
  pulumi,
  environment: process.env,
  credentials: (region, profile) =>
    awsClients(region, profile === undefined ? {} : { "aws:profile": { value: profile } }).credentials(),
  engine: () => new Docker().ping(),
});

/**
 * What keeps a stack from being deployed, with the fix of each; none means that it can be tried.
 *
 * @param unattended nobody is there whom Pulumi could ask
 */
export async function notReady(stack: string, unattended: boolean, around: Surroundings): Promise<string[]> {
  const [, name = stack] = /([^/]+)$/.exec(stack) ?? [];
  let config: Config | undefined;
  const problems: string[] = [];
  try {
    config = readStack(name);
  } catch (error) {
    problems.push((error as Error).message);
  }
  const text =
    config === undefined ? "" : fs.readFileSync(path.join(projectFolder, `Pulumi.${name}.yaml`), "utf8");
  const found = await Promise.all([
    ofPulumi(stack, name, unattended, text, around),
    config === undefined || hasOwnIdentity(config, text) ? [] : ofAws(config, around),
    config === undefined || config["docker:host"] !== undefined || !buildsImages(config)
      ? []
      : ofEngine(around),
  ]);
  return [...problems, ...found.flat()];
}

async function ofPulumi(
  stack: string,
  name: string,
  unattended: boolean,
  text: string,
  { pulumi, environment }: Surroundings,
): Promise<string[]> {
  try {
    const why = await unreachable(pulumi);
    if (why !== undefined) return [why];
    const problems: string[] = [];
    const { code: listed, answer } = await pulumi.ask(["stack", "ls", "--json"]);
    const stacks = listed === 0 ? namesIn(answer) : undefined;
    if (stacks?.includes(name)) problems.push(...(await cutOff(stack, pulumi)));
    // Whoever is there is asked by Pulumi itself.
    if (!unattended) return problems;
    if (stacks && !stacks.includes(name)) {
      problems.push(
        `The backend has no stack ${name}. Fix: \`npx pulumi stack init ${name}\`, or choose another backend.`,
      );
    }
    const { PULUMI_CONFIG_PASSPHRASE: phrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = environment;
    if (/^encryptionsalt:/m.test(text) && phrase === undefined && file === undefined) {
      problems.push(
        `The secrets of Pulumi.${name}.yaml are encrypted with a passphrase. Fix: set PULUMI_CONFIG_PASSPHRASE or ` +
          "PULUMI_CONFIG_PASSPHRASE_FILE.",
      );
    }
    return problems;
  } catch (error) {
    return [(error as Error).message];
  }
}

/** Pulumi warns of what is pending only where it does not refresh, which it always does here (Pulumi.yaml, options). */
async function cutOff(stack: string, pulumi: Pulumi): Promise<string[]> {
  const { code, answer } = await pulumi.ask(["stack", "export", "--stack", stack]);
  if (code !== 0) return [];
  let unsure: Operation[];
  try {
    unsure = operationsOf(readExport(answer)).filter(isUnsure);
  } catch {
    // A stack that never had an update.
    return [];
  }
  if (unsure.length === 0) return [];
  const names = unsure.map(({ resource: { urn, type } }) => `${kindOf(type)} ${nameOf(urn)}`).join(", ");
  return [
    `An update of ${stack} has not ended, and Pulumi does not know whether AWS has made: ${names}. Another one would make it ` +
      `twice, or stop at it. Fix: wait, if it still runs; if it was cut off, \`npm run recover -- --stack ${stack}\`.`,
  ];
}

function namesIn(answer: string): string[] | undefined {
  try {
    const stacks = JSON.parse(answer) as { name: string }[];
    return stacks.map(({ name }) => name.split("/").at(-1) ?? name);
  } catch {
    return undefined;
  }
}

/** What the configuration or an environment of Pulumi ESC brings along cannot be followed from here. */
const hasOwnIdentity = (config: Config, text: string): boolean =>
  /^environment:/m.test(text) ||
  ["accessKey", "secretKey", "assumeRoles", "assumeRoleWithWebIdentity", "sharedCredentialsFiles"].some(
    (key) => config[`aws:${key}`] !== undefined,
  );

async function ofAws(config: Config, { credentials, environment }: Surroundings): Promise<string[]> {
  const profile = config["aws:profile"];
  try {
    await credentials(config["aws:region"] ?? "us-east-1", profile);
    return [];
  } catch (error) {
    const named = profile ?? environment.AWS_PROFILE;
    const [reason = ""] = (error as Error).message.split("\n");
    const login = `aws sso login${named === undefined ? "" : ` --profile ${named}`}`;
    return [
      `There are no AWS credentials${named === undefined ? "" : ` of the profile ${named}`}: ${reason.replace(/\.$/, "")}. ` +
        `Fix: \`aws configure\` or \`${login}\`, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
    ];
  }
}

async function ofEngine({ engine, environment }: Surroundings): Promise<string[]> {
  try {
    await engine();
    return [];
  } catch (error) {
    const where = environment.DOCKER_HOST ?? "the usual socket";
    return [
      `No Docker engine answers at ${where}, and images are built: ${(error as Error).message || "no connection"}. ` +
        "Fix: start Docker or Podman's service, or set DOCKER_HOST.",
    ];
  }
}

/** Whether anything is built here; what cannot be read the program refuses by itself. */
function buildsImages(config: Config): boolean {
  const { name } = readProject();
  const [services, jobs] = ["services", "jobs"].map((section) => {
    try {
      const parsed: unknown = JSON.parse(config[`${name}:${section}`] ?? "{}");
      return isObject(parsed) ? Object.values(parsed).filter(isObject) : [];
    } catch {
      return [];
    }
  });
  const built = (each: Record<string, unknown>): boolean => each.image === undefined;
  return (
    services!.length === 0 ||
    services!.some((service) => built(service) || hasCompanion(service)) ||
    jobs!.some((job) => job.build !== undefined)
  );
}
