// @ts-nocheck
import { promisify } from "node:util";
import type * as grpcTypes from "@grpc/grpc-js";
import { ConstructRequest, ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { Child, ChildId, expandVpc, VpcInputs, vpcOutputs } from "../../../simulate/vpc";
import { grpc, Struct, unknownValue } from "../../support/grpc";

type Monitor = ResourceMonitorClient & grpcTypes.Client;

/** Makes awsx.ec2.Vpc as its provider does: a component, and below it what the simulation knows that it makes. */
export async function construct(request: ConstructRequest): Promise<ConstructResponse> {
  const type = request.getType();
  if (type !== "awsx:ec2:Vpc") throw new Error(`tests/engine knows no component ${type}: describe it there.`);
  const Client = ResourceMonitorClient as unknown as grpcTypes.ServiceClientConstructor;
  const monitor = new Client(
    request.getMonitorendpoint(),
    grpc.credentials.createInsecure(),
  ) as unknown as Monitor;
  try {
    return await constructVpc(request, monitor);
  } finally {
    monitor.close();
  }
}

async function constructVpc(request: ConstructRequest, monitor: Monitor): Promise<ConstructResponse> {
  const register = promisify(
    (
      message: RegisterResourceRequest,
      done: (error: Error | null, answer: RegisterResourceResponse) => void,
    ) => monitor.registerResource(message, done),
  );
  const inputs = request.getInputs()!.toJavaScript() as unknown as VpcInputs;
  const component = new RegisterResourceRequest()
    .setType(request.getType())
    .setName(request.getName())
    .setParent(request.getParent())
    .setAliasesList(request.getAliasesList())
    .setDependenciesList(request.getDependenciesList())
    .setObject(request.getInputs());
  if (request.hasProtect()) component.setProtect(request.getProtect()!);
  for (const [name, provider] of request.getProvidersMap().toArray())
    component.getProvidersMap().set(name, provider);
  const urn = (await register(component)).getUrn();

  const made = new Map<Child, { urn: string; id: string }>();
  const children = expandVpc(request.getName(), inputs);
  const known = ({ type, name }: { type: string; name: string }): { urn: string; id: string } =>
    made.get(children.find((child) => child.type === type && child.name === name)!)!;
  for (const child of children) {
    const properties: Record<string, unknown> = {};
    const message = new RegisterResourceRequest()
      .setType(child.type)
      .setName(child.name)
      .setCustom(true)
      .setAcceptsecrets(true)
      .setProvider(request.getProvidersMap().get("aws") ?? "")
      .setParent(child.parent ? known(child.parent).urn : urn);
    const dependencies: string[] = [];
    for (const [key, value] of Object.entries(child.inputs)) {
      if (!isChildId(value)) {
        properties[key] = value;
        continue;
      }
      const other = known(value.idOf);
      properties[key] = other.id;
      dependencies.push(other.urn);
      const uses = new RegisterResourceRequest.PropertyDependencies().setUrnsList([other.urn]);
      message.getPropertydependenciesMap().set(key, uses);
    }
    message.setObject(Struct.fromJavaScript(properties)).setDependenciesList(dependencies);
    const response = await register(message);
    // A preview tells no id of what it would make.
    made.set(child, { urn: response.getUrn(), id: response.getId() || unknownValue });
  }

  const outputs = vpcOutputs(children, (child) => made.get(child)!.id);
  const state = Struct.fromJavaScript(outputs);
  await promisify((message: RegisterResourceOutputsRequest, done: (error: Error | null) => void) =>
    monitor.registerResourceOutputs(message, done),
  )(new RegisterResourceOutputsRequest().setUrn(urn).setOutputs(state));
  const response = new ConstructResponse().setUrn(urn).setState(state);
  for (const [output, value] of Object.entries(vpcOutputs(children, (child) => child))) {
    const urns = [...made].filter(([child]) => holds(value, child)).map(([, { urn: each }]) => each);
    const waits = new ConstructResponse.PropertyDependencies().setUrnsList(urns);
    response.getStatedependenciesMap().set(output, waits);
  }
  return response;
}

const isChildId = (value: unknown): value is ChildId =>
  typeof value === "object" && value !== null && "idOf" in value;

const holds = (value: unknown, child: Child): boolean =>
  value === child ||
  (typeof value === "object" && value !== null && Object.values(value).some((inner) => holds(inner, child)));
