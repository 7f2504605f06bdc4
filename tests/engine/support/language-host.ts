import {
  AboutResponse,
  GetProgramDependenciesResponse,
  GetRequiredPackagesResponse,
  GetRequiredPluginsResponse,
  LanguageHandshakeRequest,
  LanguageHandshakeResponse,
  RunRequest,
  RunResponse,
  RuntimeOptionsResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { answering, serve } from "../../../simulate/grpc";
import { type ProgramRun, runProgram } from "../../../simulate/launch";
import type { RuntimeOptions } from "../../../simulate/stack";
import { warmProgram } from "./warm";

/**
 * Stands in for `pulumi-language-nodejs`, which no package registry has: runs the program by the SDK's own entry point, in a
 * process of its own, loaded as Pulumi.yaml says; or where it is `warm`, in one that is loaded already. The engine asks for no
 * plugins: those of the test are attached.
 */
export class LanguageHost {
  /** What the program's processes printed themselves. */
  printed = "";
  /** How Pulumi.yaml has the program loaded, as the engine hands it on. */
  runtime: RuntimeOptions = {};
  private engine = "";
  private server: Awaited<ReturnType<typeof serve>> | undefined;

  constructor(private readonly options: { warm?: boolean } = {}) {}

  async start(): Promise<number> {
    this.server = await serve([
      LanguageRuntimeService,
      {
        handshake: answering((request: LanguageHandshakeRequest) => {
          this.engine = request.getEngineAddress();
          return new LanguageHandshakeResponse();
        }),
        getPluginInfo: answering(() => new PluginInfo().setVersion("0.0.0")),
        getRequiredPackages: answering(() => new GetRequiredPackagesResponse()),
        getRequiredPlugins: answering(() => new GetRequiredPluginsResponse()),
        getProgramDependencies: answering(() => new GetProgramDependenciesResponse()),
        runtimeOptionsPrompts: answering(() => new RuntimeOptionsResponse()),
        about: answering(() => new AboutResponse()),
        run: answering((request: RunRequest) => this.run(request)),
      },
    ]);
    return this.server.port;
  }

  stop(): void {
    this.server?.stop();
  }

  /** Ends the program of an engine that is gone before it: killed, or at a failure. In a process of its own it ends by itself. */
  abandon(): void {
    if (this.options.warm) warmProgram.abandon();
  }

  private async run(request: RunRequest): Promise<RunResponse> {
    this.runtime = request.getInfo()!.getOptions()!.toJavaScript();
    const run: ProgramRun = {
      monitor: request.getMonitorAddress(),
      engine: this.engine,
      organization: request.getOrganization(),
      project: request.getProject(),
      stack: request.getStack(),
      folder: request.getInfo()!.getRootDirectory(),
      preview: request.getDryrun(),
      parallel: request.getParallel(),
      config: Object.fromEntries(request.getConfigMap().toArray()),
      secretKeys: request.getConfigsecretkeysList(),
      runtime: this.runtime,
      timeout: 100_000,
    };
    const { code, signal, printed } = await (this.options.warm ? warmProgram.run(run) : runProgram(run));
    this.printed += printed;
    if (code === 0) return new RunResponse();
    // The program has said why through the engine.
    if (code === 32) return new RunResponse().setBail(true);
    return new RunResponse().setError(`The program ended with ${signal ?? code}. ${printed}`);
  }
}
