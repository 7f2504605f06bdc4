import assert from "node:assert/strict";
import type * as grpcTypes from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as resource from "@pulumi/pulumi/proto/resource_pb";
import type { Where } from "./aws/account";
import { answering, Empty, serve, Struct, unknownValue } from "./grpc";
import { runProgram } from "./launch";
import { Recorder } from "./recorder";
import { Config, projectFolder, readProject, RuntimeOptions } from "./stack";

/**
 * Runs the program in a process of its own, as the Pulumi CLI's language host does, against an engine that answers from
 * the simulation. Mocks replace the SDK's way to the engine; here the entry point, the loading of modules, the
 * messages on the wire and the exit code are those of `pulumi up`. Providers, state and diffs are not.
 */

export interface RunOptions {
  stack: string;
  config: Config;
  preview?: boolean;
  /** Answers to look-ups that differ from simulate/aws.ts, by token. */
  invokes?: Where["invokes"];
  /** Where Pulumi.yaml is. Default: this project's folder. */
  folder?: string;
  /** What the program is to be loaded by. Default: what Pulumi.yaml says. */
  runtime?: RuntimeOptions;
  /** Milliseconds until the process is ended. Default: 100,000, before a test's own timeout leaves it behind. */
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
  const server = await serve(...services(options, run));
  try {
    const { stack, config, preview = false, folder = projectFolder } = options;
    const project = readProject(folder);
    const { code, signal, printed } = await runProgram({
      monitor: server.address,
      engine: server.address,
      organization: "organization",
      project: project.name,
      stack,
      folder,
      preview,
      parallel: 16,
      config,
      secretKeys: [],
      runtime: options.runtime ?? project.runtime.options,
      timeout: options.deadline ?? 100_000,
    });
    assert.equal(signal, null, `The program never ended. ${printed}`);
    return Object.assign(run, { exitCode: code, printed });
  } finally {
    server.stop();
  }
}

type Service = [grpcTypes.ServiceDefinition, grpcTypes.UntypedServiceImplementation];

function services(options: RunOptions, run: Run): Service[] {
  const { stack, config, preview = false } = options;
  const { name: project } = readProject();
  const { WARNING: warning } = engine.LogSeverity;
  const { mocks } = new Recorder({ region: config["aws:region"] ?? "", invokes: options.invokes }, preview);
  const toStruct = async (values: pulumi.Inputs) =>
    Struct.fromJavaScript(await pulumi.runtime.serializeProperties("", values));

  const engineService = {
    log: answering((request: engine.LogRequest) => {
      const severity = request.getSeverity();
      if (severity >= warning)
        run.diagnostics.push({ error: severity > warning, message: request.getMessage() });
      return new Empty();
    }),
    setRootResource: answering(() => new engine.SetRootResourceResponse()),
  };
  const monitorService = {
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
      const id = unknown ? unknownValue : (made.id ?? "");
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
  };
  return [
    [EngineService, engineService],
    [ResourceMonitorService, monitorService],
  ];
}
