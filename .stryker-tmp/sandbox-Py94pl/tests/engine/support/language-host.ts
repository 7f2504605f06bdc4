// @ts-nocheck
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
import { answering, serve } from "../../support/grpc";
import { runProgram } from "../../support/program";

/**
 * Stands in for `pulumi-language-nodejs`, which no package registry has: runs the program by the SDK's own entry point, in a
 * process of its own, with the type check spared. The engine asks for no plugins: those of the test are attached.
 */
export class LanguageHost {
  /** What the program's processes printed themselves. */
  printed = "";
  private engine = "";
  private server: Awaited<ReturnType<typeof serve>> | undefined;

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

  private async run(request: RunRequest): Promise<RunResponse> {
    const { code, signal, printed } = await runProgram({
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
      transpileOnly: true,
      timeout: 100_000,
    });
    this.printed += printed;
    if (code === 0) return new RunResponse();
    // The program has said why through the engine.
    if (code === 32) return new RunResponse().setBail(true);
    return new RunResponse().setError(`The program ended with ${signal ?? code}. ${printed}`);
  }
}
