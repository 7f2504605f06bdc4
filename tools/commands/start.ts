/** `npm start`: serves the stack on this machine, from the resources the program records. */
import { createRequire } from "node:module";
import { visible } from "../../rules/visible";
import { diskSays } from "./disk";
import { readOptions, readPort, UsageError } from "./options";
import type * as serving from "./serve";

const help = `Serves the stack on this machine, with stand-ins for AWS.

  npm start [-- options]

  --stack <name>     the stack whose configuration is taken, of this project or of examples/ (default: dev)
  --port <number>    where the API listens on 127.0.0.1, 0 for any free port (default: 8080)
  --console-port <n> where the web console is, on 127.0.0.1; another if it is in use (default: 8090)
  --no-console       without the web console
  --dns-port <n>     where the private DNS zone is served; another if it is in use (default: 5353)
  --tasks <how>      containers (a Docker engine is needed) or processes (of Python and Node alone);
                     by default containers where an engine answers
  --like-aws         health checks, discovery and the gateway's cache take the time they take on AWS, where tasks are
                     found at once otherwise
  --tokens           stand in for the issuers of JSON Web Tokens: accept only tokens of this machine, and write some to
                     .local/tokens/
  --raw              the access log and the tasks' logs as they are written
  --help             this text
`;

async function main(): Promise<void> {
  const options = readOptions(
    {
      stack: { type: "string", default: "dev" },
      port: { type: "string", default: "8080" },
      "dns-port": { type: "string", default: "5353" },
      "console-port": { type: "string", default: "8090" },
      "no-console": { type: "boolean", default: false },
      tasks: { type: "string" },
      tokens: { type: "boolean", default: false },
      "like-aws": { type: "boolean", default: false },
      raw: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
    process.argv.slice(2),
  );
  if (options.help) return void process.stdout.write(help);
  const port = readPort("port", options.port);
  const dnsPort = readPort("dns-port", options["dns-port"]);
  const consolePort = options["no-console"] ? undefined : readPort("console-port", options["console-port"]);
  const { tasks, tokens, raw } = options;
  if (tasks !== undefined && tasks !== "containers" && tasks !== "processes") {
    throw new UsageError(`--tasks is \`${tasks}\`. Allowed are \`containers\` and \`processes\`.`);
  }
  // Only now: the Pulumi SDK takes seconds to load, and neither help nor a mistake needs it.
  const { serve } = createRequire(__filename)("./serve") as typeof serving;
  const { stack, "like-aws": likeAws } = options;
  await serve({ stack, port, dnsPort, consolePort, tasks, tokens, raw, likeAws });
}

function fail(error: unknown): void {
  const expected = error instanceof UsageError || (error as Error | undefined)?.name === "ConfigurationError";
  const message =
    error instanceof Error
      ? [error.message, diskSays(error, "npm start")].filter((line) => line !== undefined).join("\n")
      : String(error);
  const details =
    error instanceof Error && process.env.DEBUG !== undefined && !expected ? error.stack : message;
  process.stderr.write(`${visible(details ?? message)}\n`);
  process.exitCode = 1;
}

main().catch(async (error: unknown) => {
  fail(error);
  // Pulumi's runtime may keep handles open; whatever this command started has been ended by now.
  await new Promise((done) => setTimeout(done, 50));
  process.exit(1);
});
