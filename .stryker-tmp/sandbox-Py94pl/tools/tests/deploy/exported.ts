/** What `pulumi stack export` answers. */
// @ts-nocheck

import { flask, taskDefinition } from "./aws";

export interface Shape {
  /** Revision that was replaced and waits for its deletion. */
  old?: number;
  withService?: boolean;
  explicit?: boolean;
}

const component = "fargate-app:service:FargateService";
const urn = (type: string, name: string) => `urn:pulumi:prod::flask-app-fargate::${type}::${name}`;

/** URN of the API's explicit deployment. */
export const apiDeployment = urn("fargate-app:api:HttpApi$aws:apigatewayv2/deployment:Deployment", "api");

/** A stack with one service, whose task definition is revision 8. */
export function exported({ old, withService = true, explicit = false }: Shape): string {
  const parent = urn(component, "flask");
  const child = (type: string, outputs: object, rest: object = {}) => ({
    urn: urn(`${component}$${type}`, "flask"),
    custom: true,
    type,
    parent,
    inputs: {},
    outputs,
    ...rest,
  });
  const definition = (revision: number) => ({ arn: taskDefinition(revision) });
  const resources = [
    {
      urn: urn("pulumi:pulumi:Stack", "flask-app-fargate-prod"),
      custom: false,
      type: "pulumi:pulumi:Stack",
      // As after an update that failed: the outputs of the last good one.
      outputs: {
        url: "https://abc.execute-api.eu-west-2.amazonaws.com/",
        services: { flask: { taskDefinition: taskDefinition(7) } },
      },
    },
    {
      urn: urn("fargate-app:cluster:Cluster$aws:ecs/cluster:Cluster", "cluster"),
      custom: true,
      type: "aws:ecs/cluster:Cluster",
      outputs: { arn: flask.cluster, name: "flask-app-fargate-prod" },
    },
    { urn: parent, custom: false, type: component },
    child("aws:cloudwatch/logGroup:LogGroup", { name: flask.logGroup }),
    child("aws:ecs/taskDefinition:TaskDefinition", definition(8)),
    ...(old === undefined
      ? []
      : [child("aws:ecs/taskDefinition:TaskDefinition", definition(old), { delete: true })]),
    ...(withService ? [child("aws:ecs/service:Service", { name: "flask", cluster: flask.cluster })] : []),
    ...(explicit
      ? [{ urn: apiDeployment, custom: true, type: "aws:apigatewayv2/deployment:Deployment", outputs: {} }]
      : []),
  ];
  return JSON.stringify({ version: 3, deployment: { manifest: {}, resources } });
}
