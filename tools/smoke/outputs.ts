/** Where a deployed stack answers, from its outputs. */
import type { Pulumi } from "../deploy/pulumi";
import { unreachable } from "../deploy/unreachable";

export interface Outputs {
  url: string;
  /** The API's default address; undefined for a stack that shares another's API, or none. */
  executeApi: string | undefined;
}

interface Recorded {
  url?: unknown;
  platform?: { region?: unknown; api?: { id?: unknown } };
}

/**
 * Asks Pulumi for the outputs of a stack.
 *
 * @throws Error that says what to do when there are none
 */
export async function readOutputs(pulumi: Pulumi, stack: string): Promise<Outputs> {
  const { code, answer } = await pulumi.ask(["stack", "output", "--json", "--stack", stack]);
  const fix = `Deploy it with npm run deploy -- --stack ${stack}, or give the address with --url.`;
  if (code !== 0) {
    const why = (await unreachable(pulumi)) ?? fix;
    throw new Error(`The outputs of stack ${stack} are not readable. ${why}`);
  }
  const { url, platform } = JSON.parse(answer) as Recorded;
  if (typeof url !== "string" || url === "") throw new Error(`The stack ${stack} has no output url. ${fix}`);
  return { url, executeApi: executeApiOf(platform?.api?.id, platform?.region) };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-publish.html */
function executeApiOf(id: unknown, region: unknown): string | undefined {
  if (typeof id !== "string" || typeof region !== "string") return undefined;
  return `https://${id}.execute-api.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}
