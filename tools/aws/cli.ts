/** Runs the AWS CLI, which pages and signs by itself. What reads AWS asks through `Aws`, so that tests and the local stack can answer. */
import { execFile } from "node:child_process";
import { UsageError } from "../commands/options";
import { isObject } from "../state/json";

export type Item = Readonly<Record<string, unknown>>;

/**
 * Runs the AWS CLI for its answer: `["iam", "get-role", …]`. Nothing is what AWS does not have.
 *
 * @param signal ends the call; whoever gives none waits as long as AWS takes
 */
export type Aws = (args: readonly string[], signal?: AbortSignal) => Promise<Item | undefined>;

/** What AWS says of what it does not have; the CLI's words are `An error occurred (NoSuchEntity) when calling …`. */
const missing = /\((?:NoSuch\w+|(?:\w+\.)?\w*NotFound(?:Exception)?)\)/;

export const awsCli =
  (region: string, profile: string | undefined): Aws =>
  (args, signal) => {
    const options = [
      ...(args.includes("--region") ? [] : ["--region", region]),
      "--output",
      "json",
      ...(profile === undefined ? [] : ["--profile", profile]),
    ];
    const env = { ...process.env, AWS_PAGER: "" };
    return new Promise((resolve, reject) => {
      execFile(
        "aws",
        [...args, ...options],
        { env, maxBuffer: 2 ** 28, ...(signal && { signal }) },
        (error, out, said) => {
          if (error === null) {
            if (out.trim() === "" && !maySayNothing.has(args.slice(0, 2).join(" ")))
              return reject(new Error(nothingSaid));
            const answer = readAnswer(out);
            if (answer !== undefined) return resolve(answer);
            // A wrapper's own words, or a proxy's page: to be told, not to be taken for AWS.
            const [line = ""] = out.trim().split("\n");
            return reject(new Error(`the AWS CLI's answer is no JSON object: ${line.slice(0, 80)}`));
          }
          if ((error as NodeJS.ErrnoException).code === "ENOENT")
            return reject(
              new UsageError(
                "There is no AWS CLI on the path. Fix: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
              ),
            );
          if (signal?.aborted === true) return reject(new Error("it was ended"));
          if (missing.test(said)) return resolve(undefined);
          reject(new Error(said.trim().split("\n").at(-1)?.trim() || error.message));
        },
      );
    });
  };

/**
 * The CLI prints nothing for an answer without members (https://github.com/aws/aws-cli/pull/1496). What is asked here answers
 * empty lists as such, and what is not there by an error. This one has a single member, a map, which may be left out.
 */
const maySayNothing = new Set(["servicediscovery get-instances-health-status"]);

/** A broken or ended CLI, or a wrapper that swallows it: not to be taken for an account that has nothing. */
export const nothingSaid = "the AWS CLI said nothing";

/** Undefined for what is no answer of AWS. */
function readAnswer(out: string): Item | undefined {
  if (out.trim() === "") return {};
  try {
    const answer: unknown = JSON.parse(out);
    return isObject(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}
