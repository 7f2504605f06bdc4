/** A small stack as its state has it. */

export const account = "111122223333";
export const arn = (service: string, of: string): string => `arn:aws:${service}:eu-west-2:${account}:${of}`;
export const cluster = arn("ecs", "cluster/flask-app-fargate-dev");
export const definition = arn("ecs", "task-definition/flask-app-fargate-dev-flask:8");
export const registry = arn("servicediscovery", "service/srv-utcrh6wavdkggqtk");

const urn = (type: string, name: string): string => `urn:pulumi:dev::flask-app-fargate::${type}::${name}`;
const component = urn("fargate-app:service:FargateService", "flask");

const resource = (type: string, name: string, id: string, outputs: object, rest: object = {}) => ({
  ...{ urn: urn(type, name), type, id, custom: true, inputs: {}, outputs: { id, ...outputs } },
  ...rest,
});

/** What `pulumi stack export` answers. */
export const state = JSON.stringify({
  version: 3,
  deployment: {
    resources: [
      {
        urn: urn("pulumi:pulumi:Stack", "flask-app-fargate-dev"),
        type: "pulumi:pulumi:Stack",
        custom: false,
        outputs: {
          url: "https://a1b2c3d4e5.execute-api.eu-west-2.amazonaws.com/",
          apiLogGroup: "/aws/vendedlogs/apis/flask-app-fargate-dev",
          platform: { network: { vpcId: "vpc-0a1b2c3d4e5f60718" } },
        },
      },
      resource(
        "pulumi:providers:aws",
        "aws",
        "8c2f",
        {},
        {
          inputs: {
            region: "eu-west-2",
            defaultTags: JSON.stringify({ tags: { Project: "flask-app-fargate", Stack: "dev" } }),
          },
        },
      ),
      { urn: component, type: "fargate-app:service:FargateService", custom: false },
      resource(
        "aws:cloudwatch/logGroup:LogGroup",
        "flask",
        "/ecs/flask-app-fargate/dev/flask",
        { name: "/ecs/flask-app-fargate/dev/flask" },
        { parent: component },
      ),
      resource(
        "aws:ecs/taskDefinition:TaskDefinition",
        "flask",
        "flask-app-fargate-dev-flask",
        { arn: definition },
        { parent: component },
      ),
      resource(
        "aws:ecs/service:Service",
        "flask",
        arn("ecs", "service/flask-app-fargate-dev/flask"),
        {
          ...{ name: "flask", cluster, desiredCount: 1, taskDefinition: definition },
          serviceRegistries: { registryArn: registry, containerName: "flask", containerPort: 80 },
          networkConfiguration: { subnets: ["subnet-0aaa"], securityGroups: ["sg-0tasks"] },
        },
        { parent: component },
      ),
      resource("aws:apigatewayv2/api:Api", "api", "a1b2c3d4e5", { disableExecuteApiEndpoint: false }),
      resource("aws:apigatewayv2/stage:Stage", "api", "$default", {
        apiId: "a1b2c3d4e5",
        name: "$default",
        autoDeploy: true,
        deploymentId: "",
      }),
      resource("aws:apigatewayv2/integration:Integration", "api-flask", "i1n2t3", {
        apiId: "a1b2c3d4e5",
        integrationUri: registry,
        connectionId: "vl1nk2",
      }),
      resource("aws:apigatewayv2/route:Route", "api-ANY /", "r1o2u3", {
        apiId: "a1b2c3d4e5",
        routeKey: "ANY /",
        target: "integrations/i1n2t3",
      }),
    ],
  },
});
