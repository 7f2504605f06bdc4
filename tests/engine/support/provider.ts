import { createRequire } from "node:module";
import * as path from "node:path";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  CheckRequest,
  CheckResponse,
  ConfigureResponse,
  ConfigureRequest,
  ConstructRequest,
  CreateRequest,
  CreateResponse,
  DeleteRequest,
  DiffRequest,
  DiffResponse,
  InvokeRequest,
  InvokeResponse,
  PropertyDiff,
  ProviderHandshakeResponse,
  ReadRequest,
  ReadResponse,
  UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { digestOf } from "../../../simulate/cloud";
import type { Thing } from "../../../simulate/thing";
import type { Cloud } from "../../../simulate/cloud";
import { projectFolder } from "../../../simulate/stack";
import { allTags, same } from "../../../simulate/changes";
import { answering, Empty, serve, Struct, unknownValue } from "../../../simulate/grpc";
import { imported } from "./imports";
import { check, checkClassified, diff, own, Values } from "./bridge";
import { construct } from "./vpc-component";

/** What an AWS call came to, for a test that wants to make it fail, or to count. */
export interface Call {
  method: "create" | "update" | "delete";
  urn: string;
  type: string;
}

/** What a test does around each change at AWS. */
export interface Hooks {
  /** It may fail the change, or delay it. */
  before?: (call: Call) => void | Promise<void>;
  /** AWS has made the change, and the engine has not heard of it. */
  after?: (call: Call) => void | Promise<void>;
}

/**
 * A provider's plugin in the test's process, over an account that remembers. Attached to the engine, it is spoken to as a
 * real one is.
 */
export class Provider {
  private server: Awaited<ReturnType<typeof serve>> | undefined;
  private defaultTags: Values = {};

  constructor(
    /** Its package: `aws`, `awsx` or `docker`. */
    private readonly name: string,
    private readonly cloud: Cloud,
    private readonly hooks: Hooks = {},
  ) {}

  async start(): Promise<number> {
    this.server = await serve([ResourceProviderService, this.service()]);
    return this.server.port;
  }

  stop(): void {
    this.server?.stop();
  }

  private service(): Parameters<typeof serve>[0][1] {
    return {
      // The engine hides secrets from a provider that does not accept them, and marks what comes of them by itself; but it
      // lets none make components that does not. awsx.ec2.Vpc takes no secret.
      handshake: answering(() => new ProviderHandshakeResponse().setAcceptSecrets(this.name === "awsx")),
      attach: answering(() => new Empty()),
      cancel: answering(() => new Empty()),
      getPluginInfo: answering(() => new PluginInfo().setVersion(installedVersion(this.name))),
      checkConfig: answering((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
      diffConfig: answering((request: DiffRequest) => diffConfig(request)),
      configure: answering((request: ConfigureRequest) => {
        const { tags } = parsed(valuesOf(request.getArgs()).defaultTags) as { tags?: Values };
        this.defaultTags = tags ?? {};
        return new ConfigureResponse().setSupportspreview(true);
      }),
      check: answering((request: CheckRequest) => {
        const { type, name } = identify(request.getUrn());
        const inputs = prepare(type, valuesOf(request.getNews()));
        const seed = request.getRandomseed_asU8();
        const olds = request.hasOlds() ? valuesOf(request.getOlds()) : undefined;
        const checked = check(type, name, olds, inputs, seed);
        checkClassified(type, checked);
        return new CheckResponse().setInputs(Struct.fromJavaScript(checked));
      }),
      diff: answering((request: DiffRequest) => this.diff(request)),
      create: answering((request: CreateRequest) => this.create(request)),
      update: answering((request: UpdateRequest) => this.update(request)),
      read: answering((request: ReadRequest) => this.read(request)),
      delete: answering(async (request: DeleteRequest) => {
        const { type } = identify(request.getUrn());
        await this.change({ method: "delete", urn: request.getUrn(), type }, () => {
          if (!survives(type, valuesOf(request.getProperties()))) this.cloud.delete(type, request.getId());
        });
        return new Empty();
      }),
      invoke: answering((request: InvokeRequest) => {
        const result = this.cloud.lookUp(request.getTok(), valuesOf(request.getArgs()));
        return new InvokeResponse().setReturn(Struct.fromJavaScript(result as Values));
      }),
      construct: answering((request: ConstructRequest) => construct(request)),
    };
  }

  private diff(request: DiffRequest): DiffResponse {
    const { type } = identify(request.getUrn());
    const news = valuesOf(request.getNews());
    const olds = valuesOf(request.getOlds());
    const { changed, deleteBeforeReplace } = diff(
      type,
      valuesOf(request.getOldInputs()),
      news,
      request.getIgnorechangesList(),
    );
    const response = new DiffResponse().setHasdetaileddiff(true).setDeletebeforereplace(deleteBeforeReplace);
    const { Kind } = PropertyDiff;
    for (const [key, { replaces, added, removed }] of changed) {
      const kind = added
        ? replaces
          ? Kind.ADD_REPLACE
          : Kind.ADD
        : removed
          ? replaces
            ? Kind.DELETE_REPLACE
            : Kind.DELETE
          : replaces
            ? Kind.UPDATE_REPLACE
            : Kind.UPDATE;
      response.getDetaileddiffMap().set(key, new PropertyDiff().setKind(kind).setInputdiff(true));
    }
    const tags = this.tagsAll(type, news);
    if (tags && !same(tags, olds.tagsAll)) {
      response.getDetaileddiffMap().set("tagsAll", new PropertyDiff().setKind(Kind.UPDATE));
      changed.set("tagsAll", { replaces: false, added: false, removed: false });
    }
    const replaces = [...changed].filter(([, change]) => change.replaces).map(([key]) => key);
    return response
      .setReplacesList(replaces)
      .setDiffsList([...changed.keys()])
      .setChanges(changed.size > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  }

  private async create(request: CreateRequest): Promise<CreateResponse> {
    const { type, name } = identify(request.getUrn());
    const inputs = valuesOf(request.getProperties());
    if (request.getPreview()) {
      const foretold = unknownBeside(this.cloud.foretell(type, name, own(inputs)), own(inputs));
      const state = { ...own(inputs), ...(foretold as Values), ...this.tags(type, inputs) };
      return new CreateResponse().setProperties(Struct.fromJavaScript(state));
    }
    const thing = await this.change({ method: "create", urn: request.getUrn(), type }, () => {
      const made = this.cloud.create(type, name, own(inputs));
      made.outputs = { ...made.outputs, ...this.tags(type, own(inputs)) };
      return made;
    });
    return new CreateResponse().setId(thing.id).setProperties(Struct.fromJavaScript(this.stateOf(thing)));
  }

  private async update(request: UpdateRequest): Promise<UpdateResponse> {
    const { type } = identify(request.getUrn());
    const inputs = valuesOf(request.getNews());
    if (request.getPreview()) {
      // A new image has a new digest, which nobody knows before it is built.
      const built = type === "docker:index/image:Image" ? { repoDigest: unknownValue } : {};
      const olds = computed(valuesOf(request.getOlds()), valuesOf(request.getOldInputs()));
      const state = { ...olds, ...own(inputs), ...built, ...this.tags(type, inputs) };
      return new UpdateResponse().setProperties(Struct.fromJavaScript(state));
    }
    const thing = await this.change({ method: "update", urn: request.getUrn(), type }, () =>
      this.cloud.update(type, request.getId(), own(inputs)),
    );
    return new UpdateResponse().setProperties(Struct.fromJavaScript(this.stateOf(thing)));
  }

  private async change<T>(call: Call, at: () => T): Promise<T> {
    await this.hooks.before?.(call);
    const answer = at();
    await this.hooks.after?.(call);
    return answer;
  }

  /** What is gone has no id. */
  private read(request: ReadRequest): ReadResponse {
    const { type } = identify(request.getUrn());
    // A docker.Image is not looked up: its provider answers with what is in the state.
    const thing = this.cloud.find(type, request.getId()) ?? imported(this.cloud, type, request.getId());
    if (!thing) return new ReadResponse();
    const inputs = { ...own(thing.inputs), ...noted(valuesOf(request.getInputs())) };
    return new ReadResponse()
      .setId(thing.id)
      .setInputs(Struct.fromJavaScript(inputs))
      .setProperties(Struct.fromJavaScript(this.stateOf(thing)));
  }

  private stateOf({ type, inputs, outputs }: Thing): Values {
    return { ...inputs, ...outputs, ...this.tags(type, inputs) };
  }

  private tags(type: string, inputs: Values): Values {
    const tagsAll = this.tagsAll(type, inputs);
    return tagsAll ? { tagsAll } : {};
  }

  /** The resource's own over the provider's default ones; none for a type that takes none. */
  private tagsAll(type: string, inputs: Values): Values | undefined {
    return allTags(type, this.defaultTags, inputs.tags as Values | undefined);
  }
}

const inPackage = createRequire(__filename);
const installedVersion = (name: string): string =>
  (inPackage(`@pulumi/${name}/package.json`) as { version: string }).version;

/** A URN's type, without its parents', and its name. */
export function identify(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").pop()!, name: name.join("::") };
}

function valuesOf(struct: { toJavaScript(): Values } | undefined): Values {
  return struct?.toJavaScript() ?? {};
}

/** Providers are configured with JSON as text. */
function parsed(value: unknown): unknown {
  if (typeof value === "string") return JSON.parse(value) as unknown;
  return value ?? {};
}

/** The provider notes what decides whether an image is built again, and runs where the program does. */
function prepare(type: string, inputs: Values): Values {
  const build = inputs.build as { context?: string } | undefined;
  if (type !== "docker:index/image:Image" || typeof build?.context !== "string") return inputs;
  return {
    ...inputs,
    build: { ...build, contextDigest: digestOf(path.resolve(projectFolder, build.context)) },
  };
}

/** The Region, the account and the credentials of a provider are those of the resources that exist. */
function diffConfig(request: DiffRequest): DiffResponse {
  const [before, after] = [valuesOf(request.getOldInputs()), valuesOf(request.getNews())];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => !same(before[key], after[key]));
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  return new DiffResponse()
    .setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList(changed)
    .setReplacesList(changed.filter((key) => key === "region"));
}

/** What is left when its resource is deleted: a task definition that says so, and a pushed image. */
function survives(type: string, { skipDestroy }: Values): boolean {
  return type === "docker:index/image:Image" || skipDestroy === true;
}

/** What the bridge noted in a resource's inputs, which AWS does not know. */
const noted = ({ __defaults }: Values): Values => (__defaults === undefined ? {} : { __defaults });

/** Outputs that are not inputs. */
function computed(state: Values, inputs: Values): Values {
  return Object.fromEntries(Object.entries(state).filter(([key]) => !(key in inputs)));
}

/** Outputs as a preview knows them: the inputs among them, and of the rest only that they will be. */
function unknownBeside(outputs: unknown, inputs: unknown): unknown {
  if (inputs === undefined) return unknownValue;
  if (typeof outputs !== "object" || outputs === null || Array.isArray(outputs)) return inputs;
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [key, unknownBeside(value, (inputs as Values)[key])]),
  );
}
