import * as pulumi from "@pulumi/pulumi";
import { answer, lookUp } from "./aws";
import type { Where } from "./aws/account";
import { Deployment, Invocation, noOptions, Resource, unknown } from "./deployment";
import { Child, ChildId, expandVpc, VpcInputs, vpcOutputs } from "./vpc";

/** The messages of Pulumi's resource monitor, as far as they are read here. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): {
    forEach(each: (value: { getUrnsList(): string[] }, key: string) => void): void;
  };
  getProvider(): string;
  getProvidersMap(): { get(name: string): string | undefined };
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getDeletebeforereplacedefined(): boolean;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getAliasesList(): { toObject(): unknown }[];
  getImportid(): string;
  getCustomtimeouts(): { toObject(): { create: string; update: string; pb_delete: string } } | undefined;
}
interface RegisterResponse {
  getUrn(): string;
  getId(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}
interface InvokeRequest {
  getTok(): string;
  getArgs(): { toJavaScript(): Record<string, unknown> } | undefined;
  getProvider(): string;
}
interface InvokeResponse {
  getReturn(): { toJavaScript(): Record<string, unknown> } | undefined;
}
interface OutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> } | undefined;
}
type Callback<T> = (error: unknown, response: T) => void;
interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback<RegisterResponse>): unknown;
  registerResourceOutputs(request: OutputsRequest, callback: Callback<unknown>): unknown;
  invoke(request: InvokeRequest, callback: Callback<InvokeResponse | undefined>): unknown;
}

const vpcComponent = "awsx:ec2:Vpc";
const stackType = "pulumi:pulumi:Stack";
const stackReference = "pulumi:pulumi:StackReference";
const stackOutputs = "pulumi:pulumi:readStackOutputs";

/** Answers the program's registrations as AWS would, and writes down all of what it asked for. */
export class Recorder {
  private readonly resources: Resource[] = [];
  private readonly urns = new Set<string>();
  private readonly invocations: Invocation[] = [];
  private readonly warnings: string[] = [];
  private stackOutputs: Record<string, unknown> = {};
  /** A stack whose outputs the program asked for, and which was not given. */
  missing: string | undefined;
  /** How many messages from and to the program there were: tells one that is slow from one that stands still. */
  steps = 0;

  constructor(
    private readonly where: Where,
    private readonly preview: boolean,
    /** The stacks that the program may refer to, by their full name. */
    private readonly references: ReadonlyMap<string, Deployment> = new Map(),
  ) {}

  readonly mocks: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs, custom }) => {
      this.steps += 1;
      const values = inputs as Record<string, unknown>;
      if (type === stackReference) return this.readStack(name);
      if (type === vpcComponent) {
        const outputs = vpcOutputs(expandVpc(name, inputs as VpcInputs), (child) => this.childId(child));
        // In a preview the component knows how many subnets it makes, but none of their ids.
        return { id: undefined, state: this.preview ? {} : outputs };
      }
      if (custom === false) return { id: undefined, state: values };
      const { id, outputs } = answer(type, name, values, this.where);
      const isProvider = type.startsWith("pulumi:providers:");
      if (this.preview && !isProvider) return { id: "", state: values };
      return { id, state: { ...values, ...outputs } };
    },
    call: ({ token, inputs }) => {
      this.steps += 1;
      if (token === stackOutputs && !this.where.invokes?.[token])
        return this.readStack(String((inputs as { name: string }).name)).state;
      return lookUp(token, inputs as Record<string, unknown>, this.where) as Record<string, unknown>;
    },
  };

  private readStack(name: string): { id: string; state: Record<string, unknown> } {
    const outputs = this.references.get(name)?.outputs;
    if (!outputs) {
      this.missing = name;
      throw new Error(`The stack ${name} has not been simulated.`);
    }
    return { id: name, state: { name, outputs, secretOutputNames: [] as string[] } };
  }

  /** Mocks do not show parents, dependencies or options; the messages to the monitor have all of them. */
  attach(untyped: unknown): void {
    const monitor = untyped as Monitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      this.steps += 1;
      return register(request, (error, response) => {
        this.steps += 1;
        if (!error) this.record(request, response);
        callback(error, response);
      });
    };
    const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
    monitor.registerResourceOutputs = (request, callback) => {
      this.steps += 1;
      const wire = request.getOutputs()?.toJavaScript() ?? {};
      // Nobody who reads a simulation needs the secret itself.
      const outputs = Object.fromEntries(
        Object.entries(wire).map(([key, value]) => [key, holdsSecret(value) ? "[secret]" : unwire(value)]),
      );
      const resource = this.resources.find(({ urn }) => urn === request.getUrn());
      if (resource?.type === stackType) this.stackOutputs = outputs;
      if (resource) Object.assign(resource.outputs, outputs);
      return registerOutputs(request, callback);
    };
    const invoke = monitor.invoke.bind(monitor);
    monitor.invoke = (request, callback) => {
      this.steps += 1;
      const invocation: Invocation = {
        token: request.getTok(),
        inputs: unwire(request.getArgs()?.toJavaScript() ?? {}) as Record<string, unknown>,
        result: undefined,
        provider: request.getProvider(),
      };
      this.invocations.push(invocation);
      return invoke(request, (error, response) => {
        this.steps += 1;
        invocation.result = response?.getReturn()?.toJavaScript();
        // What Pulumi reports of a failed look-up is the details of a gRPC error, and an error of ours has none.
        if (error instanceof Error) Object.assign(error, { details: error.message });
        callback(error, response);
      });
    };
  }

  /** Without an engine pulumi.log.warn writes to the console. */
  hearWarnings(): () => void {
    const { warn } = console;
    const prefix = "warning: [runtime] ";
    console.warn = (...parts: unknown[]) => {
      const [first] = parts;
      if (typeof first === "string" && first.startsWith(prefix))
        this.warnings.push(first.slice(prefix.length));
      else warn(...parts);
    };
    return () => {
      console.warn = warn;
    };
  }

  /** Waits until nothing more registers: a resource made in a late turn of the event loop would be missed. */
  async settle(drain: () => Promise<void>): Promise<void> {
    for (let count = -1; count !== this.resources.length;) {
      count = this.resources.length;
      await drain();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  deployment(about: Pick<Deployment, "project" | "stack" | "region" | "preview">): Deployment {
    const { resources, invocations, warnings, stackOutputs: outputs } = this;
    return { ...about, resources, invocations, outputs, warnings, references: [...this.references.values()] };
  }

  private record(request: RegisterRequest, response: RegisterResponse): void {
    const wire = request.getObject()?.toJavaScript() ?? {};
    const inputs = unwire(wire) as Record<string, unknown>;
    const known = unwire(response.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
    const propertyDependencies: Record<string, string[]> = {};
    request
      .getPropertydependenciesMap()
      .forEach((value, key) => (propertyDependencies[key] = value.getUrnsList()));
    const timeouts = request.getCustomtimeouts()?.toObject();
    const custom = request.getCustom();
    const resource: Resource = {
      urn: response.getUrn(),
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent(),
      custom,
      id: response.getId() || undefined,
      inputs,
      outputs: { ...inputs, ...known, ...(custom ? { id: response.getId() || unknown } : {}) },
      secretInputs: Object.keys(wire).filter((key) => holdsSecret(wire[key])),
      dependencies: request.getDependenciesList(),
      propertyDependencies,
      provider: request.getProvider() || request.getProvidersMap().get("aws") || "",
      options: {
        protect: request.getProtect(),
        ignoreChanges: request.getIgnorechangesList(),
        replaceOnChanges: request.getReplaceonchangesList(),
        aliases: request.getAliasesList().map((alias) => alias.toObject()),
        retainOnDelete: request.getRetainondelete(),
        deleteBeforeReplace: request.getDeletebeforereplacedefined()
          ? request.getDeletebeforereplace()
          : undefined,
        customTimeouts: timeouts
          ? { create: timeouts.create, update: timeouts.update, delete: timeouts.pb_delete }
          : {},
        import: request.getImportid(),
      },
    };
    if (this.urns.has(resource.urn)) throw new Error(`Two resources are ${resource.urn}`);
    this.urns.add(resource.urn);
    this.resources.push(resource);
    if (resource.type === vpcComponent) this.recordChildren(resource);
  }

  private recordChildren(component: Resource): void {
    const children = expandVpc(component.name, component.inputs as unknown as VpcInputs);
    const urnOf = ({ type, name }: { type: string; name: string }): string =>
      `${component.urn.split("::").slice(0, 2).join("::")}::${vpcComponent}$${type}::${name}`;
    for (const child of children) {
      const refers = Object.entries(child.inputs).filter(([, value]) => isChildId(value)) as [
        string,
        ChildId,
      ][];
      const inputs = Object.fromEntries(
        Object.entries(child.inputs).map(([key, value]) => [
          key,
          isChildId(value) ? (this.preview ? unknown : this.childId(value.idOf)) : value,
        ]),
      );
      const id = this.preview ? undefined : this.childId(child);
      this.resources.push({
        urn: urnOf(child),
        type: child.type,
        name: child.name,
        parent: child.parent ? urnOf(child.parent) : component.urn,
        custom: true,
        id,
        inputs,
        outputs: { ...inputs, id: id ?? unknown },
        secretInputs: [],
        dependencies: refers.map(([, { idOf }]) => urnOf(idOf)),
        propertyDependencies: Object.fromEntries(refers.map(([key, { idOf }]) => [key, [urnOf(idOf)]])),
        provider: component.provider,
        options: noOptions,
      });
    }
  }

  private childId({ type, name }: Pick<Child, "type" | "name">): string {
    return answer(type, name, {}, this.where).id;
  }
}

const isChildId = (value: unknown): value is ChildId =>
  typeof value === "object" && value !== null && "idOf" in value;

// How Pulumi writes special values on the wire: sdk/nodejs/runtime/rpc.ts
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Plain values from what was on the wire: secrets unwrapped, unknowns as {@link unknown}. */
function unwire(value: unknown): unknown {
  if (value === unknownValue) return unknown;
  if (Array.isArray(value)) return value.map(unwire);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  if (object[signature] === secretSignature) return unwire(object.value);
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, unwire(inner)]));
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return (
    (value as Record<string, unknown>)[signature] === secretSignature ||
    Object.values(value).some(holdsSecret)
  );
}
