import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import type * as grpcTypes from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as resource from "@pulumi/pulumi/proto/resource_pb";
import { Recorder } from "./recorder";
import { Config, projectFolder, readProject, RuntimeOptions } from "./stack";

/**
 * Runs the program in a process of its own, as the Pulumi CLI's language host does, against an engine that answers from
 * the simulation. Mocks replace the SDK's way to the engine; here the entry point, the loading of modules, the
 * messages on the wire and the exit code are those of `pulumi up`. Providers, state and diffs are not.
 */

// What the SDK itself depends on, in its own copies: a message that another copy of google-protobuf made does not serialize.
const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const grpc = sdk("@grpc/grpc-js") as typeof grpcTypes;
const { Empty } = sdk("google-protobuf/google/protobuf/empty_pb.js") as { Empty: new () => object };
const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb.js") as {
  Struct: { fromJavaScript(value: object): ReturnType<resource.RegisterResourceRequest["getObject"]> };
};

export interface RunOptions {
  stack: string;
  config: Config;
  preview?: boolean;
  /** Where Pulumi.yaml is. Default: this project's folder. */
  folder?: string;
  /** What the program is to be loaded by. Default: what Pulumi.yaml says. */
  runtime?: RuntimeOptions;
  /** Milliseconds until the process is ended. Default: 100,000, before the test's own timeout leaves it behind. */
  deadline?: number;
}

export class Run {
  /** 32 where the program failed and said why through the engine. */
  exitCode: number | null = null;
  /** What the process printed itself. */
  printed = "";
  /** Warnings and errors through the engine. */
  diagnostics: { error: boolean; message: string }[] = [];
  registrations: { urn: string; id: string; request: resource.RegisterResourceRequest }[] = [];
  invokes: resource.ResourceInvokeRequest[] = [];
  outputs: Record<string, unknown> = {};
}

export async function runInProcess(options: RunOptions): Promise<Run> {
  const run = new Run();
  const server = new grpc.Server();
  addServices(server, options, run);
  try {
    const listen = promisify(server.bindAsync.bind(server));
    const address = `127.0.0.1:${await listen("127.0.0.1:0", grpc.ServerCredentials.createInsecure())}`;
    const { stack, preview = false, folder = projectFolder } = options;
    const project = readProject(folder);
    const host = languageHost(options.runtime ?? project.runtime.options);
    const flags = ["--monitor", address, "--engine", address, "--organization", "organization"];
    flags.push("--project", project.name, "--stack", stack, "--parallel", "16");
    flags.push("--pwd", folder, "--root-directory", folder, ...(preview ? ["--dry-run"] : []));
    const keys = Object.entries(options.config).map(([key, value]) => [key.replace(":", ":config:"), value]);
    const entry = createRequire(path.join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
    // Of this shell only what starting a process takes: neither its proxy nor its PULUMI_NODEJS_* is to be tested.
    const { PATH, SystemRoot } = process.env;
    const child = spawn(process.execPath, [...host.nodeargs, entry, ...flags, "."], {
      env: {
        PATH,
        SystemRoot,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(keys)),
        PULUMI_CONFIG_SECRET_KEYS: "[]",
        ...host.environment,
      },
      // The program is found by --pwd, from wherever Pulumi runs.
      cwd: os.tmpdir(),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: options.deadline ?? 100_000,
      killSignal: "SIGKILL",
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (run.printed += text));
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    assert.equal(signal, null, `The program never ended. ${run.printed}`);
    return Object.assign(run, { exitCode: code });
  } finally {
    server.forceShutdown();
  }
}

/**
 * What the language host makes of the options of Pulumi.yaml's runtime.
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/pulumi-language-nodejs/main.go (parseOptions, execRuntime)
 */
function languageHost({ typescript = true, tsconfig, nodeargs = "" }: RuntimeOptions): {
  nodeargs: string[];
  environment: NodeJS.ProcessEnv;
} {
  return {
    // Split as a shell would, which is here: at spaces, unless the whole word is quoted.
    nodeargs: (nodeargs.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) =>
      word.replace(/^(["'])(.*)\1$/, "$2"),
    ),
    environment: {
      ...(typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
      ...(tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
    },
  };
}

function addServices(server: grpcTypes.Server, options: RunOptions, run: Run): void {
  const { stack, config, preview = false } = options;
  const { name: project } = readProject();
  const { WARNING: warning } = engine.LogSeverity;
  const { mocks } = new Recorder({ region: config["aws:region"] ?? "" }, preview);
  const toStruct = async (values: pulumi.Inputs) =>
    Struct.fromJavaScript(await pulumi.runtime.serializeProperties("", values));

  server.addService(EngineService, {
    log: answering((request: engine.LogRequest) => {
      const severity = request.getSeverity();
      if (severity >= warning)
        run.diagnostics.push({ error: severity > warning, message: request.getMessage() });
      return new Empty();
    }),
    setRootResource: answering(() => new engine.SetRootResourceResponse()),
  });
  server.addService(ResourceMonitorService, {
    // All of them, as a current engine does: mocks lack output values, which remote components are sent.
    supportsFeature: answering(() => new resource.SupportsFeatureResponse().setHassupport(true)),
    registerResource: answering(async (request: resource.RegisterResourceRequest) => {
      const [type, name] = [request.getType(), request.getName()];
      const parent = request.getParent().split("::")[2] ?? "";
      const path = parent === "" || parent === "pulumi:pulumi:Stack" ? type : `${parent}$${type}`;
      const urn = `urn:pulumi:${stack}::${project}::${path}::${name}`;
      const inputs = request.getObject()?.toJavaScript();
      const made = await mocks.newResource({ type, name, inputs, custom: request.getCustom() });
      // A provider serves a preview before it has an id; this is what the engine writes for one that is not known.
      const unknown = preview && type.startsWith("pulumi:providers:");
      const id = unknown ? "04da6b54-80e4-46f7-96ec-b56ff0331ba9" : (made.id ?? "");
      run.registrations.push({ urn, id, request });
      const state = await toStruct(made.state as pulumi.Inputs);
      return new resource.RegisterResourceResponse().setUrn(urn).setId(id).setObject(state);
    }),
    registerResourceOutputs: answering((request: resource.RegisterResourceOutputsRequest) => {
      if (request.getUrn().includes("::pulumi:pulumi:Stack::"))
        run.outputs = request.getOutputs()!.toJavaScript();
      return new Empty();
    }),
    invoke: answering(async (request: resource.ResourceInvokeRequest) => {
      run.invokes.push(request);
      const inputs = request.getArgs()?.toJavaScript();
      const result = await mocks.call({ token: request.getTok(), inputs });
      return new InvokeResponse().setReturn(await toStruct(result));
    }),
    signalAndWaitForShutdown: answering(() => new Empty()),
  });
}

/** A handler of the server from a function; what that throws reaches the program as the engine's failure. */
function answering<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): grpcTypes.handleUnaryCall<Request, Response> {
  return ({ request }, callback) =>
    void Promise.resolve(request)
      .then(answer)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback({ code: grpc.status.UNKNOWN, details: String(error) }),
      );
}
