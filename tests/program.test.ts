import assert from "node:assert/strict";
import { Deployment, ofType, unknown } from "../simulate/deployment";
import { simulate } from "../simulate/program";
import { stackNames } from "../simulate/stack";
import { find, run } from "./support/stack";

/** Each resource of ours with the component it belongs to. */
const tree = (deployment: Deployment): string[] =>
  deployment.resources.map(({ type, name, parent }) => {
    const owner = deployment.resources.find(({ urn }) => urn === parent);
    return `${owner?.name ?? ""} > ${type.replace(/^.*?:/, "")} ${name}`;
  });

describe("program", () => {
  it("keeps the names of its resources: another name is another resource, and replaces the old one", async () => {
    assert.deepEqual(
      tree(await run()).sort(),
      [
        " > pulumi:Stack flask-app-fargate-dev",
        "flask-app-fargate-dev > api:HttpApi api",
        "flask-app-fargate-dev > cluster:Cluster cluster",
        "flask-app-fargate-dev > image:Image flask",
        "flask-app-fargate-dev > network:Network network",
        "flask-app-fargate-dev > providers:aws aws",
        "flask-app-fargate-dev > service:FargateService flask",
        "network > ec2:Vpc network",
        "network > ec2/vpc:Vpc network",
        "network > ec2/internetGateway:InternetGateway network",
        "network > ec2/subnet:Subnet network-tasks-1",
        "network > ec2/subnet:Subnet network-tasks-2",
        "network-tasks-1 > ec2/routeTable:RouteTable network-tasks-1",
        "network-tasks-2 > ec2/routeTable:RouteTable network-tasks-2",
        "network-tasks-1 > ec2/routeTableAssociation:RouteTableAssociation network-tasks-1",
        "network-tasks-2 > ec2/routeTableAssociation:RouteTableAssociation network-tasks-2",
        "network > ec2/securityGroup:SecurityGroup network-link",
        "network > ec2/securityGroup:SecurityGroup network-workload",
        "network > ec2/securityGroup:SecurityGroup network-endpoints",
        "network > vpc/securityGroupEgressRule:SecurityGroupEgressRule network-link-to-port-80",
        "network > vpc/securityGroupEgressRule:SecurityGroupEgressRule network-workload-to-endpoints",
        "network > vpc/securityGroupEgressRule:SecurityGroupEgressRule network-workload-to-s3",
        "network > vpc/securityGroupIngressRule:SecurityGroupIngressRule network-endpoints-from-workload",
        "network > ec2/vpcEndpoint:VpcEndpoint network-s3",
        "network > ec2/vpcEndpoint:VpcEndpoint network-ecr.api",
        "network > ec2/vpcEndpoint:VpcEndpoint network-ecr.dkr",
        "network > ec2/vpcEndpoint:VpcEndpoint network-logs",
        "flask > ecr/repository:Repository flask",
        "flask > ecr/lifecyclePolicy:LifecyclePolicy flask",
        "flask > index/image:Image flask",
        "cluster > ecs/cluster:Cluster cluster",
        "cluster > ecs/clusterCapacityProviders:ClusterCapacityProviders cluster",
        "cluster > servicediscovery/privateDnsNamespace:PrivateDnsNamespace cluster",
        "cluster > servicediscovery/service:Service cluster-flask",
        "api > apigatewayv2/api:Api api",
        "api > apigatewayv2/vpcLink:VpcLink api",
        "api > apigatewayv2/integration:Integration api-flask",
        "api > apigatewayv2/route:Route api-ANY /",
        "api > apigatewayv2/route:Route api-ANY /{+}",
        "api > apigatewayv2/stage:Stage api",
        "api > cloudwatch/logGroup:LogGroup api",
        "flask > cloudwatch/logGroup:LogGroup flask",
        "flask > iam/role:Role flask-execution",
        "flask > iam/rolePolicy:RolePolicy flask-execution",
        "flask > iam/role:Role flask-task",
        "flask > ec2/securityGroup:SecurityGroup flask",
        "flask > vpc/securityGroupIngressRule:SecurityGroupIngressRule flask-from-link-80",
        "flask > ecs/taskDefinition:TaskDefinition flask",
        "flask > ecs/service:Service flask",
      ].sort(),
    );
  });

  it("puts out where the API answers, and what an operator needs of each service", async () => {
    assert.deepEqual((await run()).outputs, {
      url: "https://local-api.execute-api.eu-west-2.amazonaws.com/",
      cluster: "flask-app-fargate-dev",
      apiLogGroup: "/aws/vendedlogs/apis/flask-app-fargate-dev",
      platform: {
        region: "eu-west-2",
        network: {
          vpcId: "local-vpc-network",
          subnetIds: ["local-subnet-network-tasks-1", "local-subnet-network-tasks-2"],
          linkSecurityGroupId: "local-securitygroup-network-link",
          workloadSecurityGroupId: "local-securitygroup-network-workload",
          assignPublicIp: false,
          needs: [],
          unmanagedEndpoints: [],
        },
        cluster: {
          arn: "arn:aws:ecs:eu-west-2:000000000000:cluster/flask-app-fargate-dev",
          name: "flask-app-fargate-dev",
          namespaceId: "local-privatednsnamespace-cluster",
          namespaceName: "dev.flask-app-fargate.internal",
        },
        api: {
          id: "local-api",
          executionArn: "arn:aws:execute-api:eu-west-2:000000000000:local-api",
          url: "https://local-api.execute-api.eu-west-2.amazonaws.com/",
          linkId: "local-vpclink-api",
          stage: "$default",
          autoDeploy: true,
          auth: "none",
          authorizers: {},
          routes: ["ANY /", "ANY /{proxy+}"],
          cors: false,
          served: ["ANY /", "ANY /{proxy+}"],
          detailedMetrics: false,
        },
      },
      services: {
        flask: {
          service: "flask",
          taskDefinition: "arn:aws:ecs:eu-west-2:000000000000:task-definition/flask-app-fargate-dev-flask:1",
          logGroup: "/ecs/flask-app-fargate/dev/flask",
          taskRole: "arn:aws:iam::000000000000:role/flask-app-fargate/dev/flask-task-local",
          image:
            "000000000000.dkr.ecr.eu-west-2.amazonaws.com/flask-local@sha256:e7290df38cd1dee564683fdbb2500f82a9b16c2790fd45de010008da3a0b6543",
          discoveryName: "flask.dev.flask-app-fargate.internal",
        },
      },
    });
  });

  it("previews the outputs that only AWS can tell as unknown", async () => {
    const { outputs } = await run({}, { preview: true });
    assert.equal(outputs.url, unknown);
    assert.equal(outputs.cluster, "flask-app-fargate-dev");
  });

  it("plans a hundred services, which share everything that is billed by the hour", async function () {
    this.timeout(120_000);
    const services = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [
        `service-${i}`,
        { build: "./app", port: 8000 + (i % 60), routes: [`ANY /${i}`, `ANY /${i}/{proxy+}`] },
      ]),
    );
    const count = (deployment: Deployment): Record<string, number> =>
      deployment.resources.reduce<Record<string, number>>(
        (counts, { type }) => ({ ...counts, [type]: (counts[type] ?? 0) + 1 }),
        {},
      );
    const one = count(await run());
    const hundred = count(await run({ services }));
    const more = Object.keys(one).filter((type) => hundred[type] !== one[type]);
    assert.deepEqual(Object.fromEntries(more.map((type) => [type.replace(/^aws:/, ""), hundred[type]])), {
      "fargate-app:image:Image": 100,
      "fargate-app:service:FargateService": 100,
      "ecr/repository:Repository": 100,
      "ecr/lifecyclePolicy:LifecyclePolicy": 100,
      "docker:index/image:Image": 100,
      "iam/role:Role": 200,
      "iam/rolePolicy:RolePolicy": 100,
      // The API's beside theirs.
      "cloudwatch/logGroup:LogGroup": 101,
      // Link, workload and endpoints beside theirs.
      "ec2/securityGroup:SecurityGroup": 103,
      // The endpoints' beside theirs.
      "vpc/securityGroupIngressRule:SecurityGroupIngressRule": 101,
      // One for each port, and the tasks' to the endpoints and to S3.
      "vpc/securityGroupEgressRule:SecurityGroupEgressRule": 62,
      "servicediscovery/service:Service": 100,
      "ecs/taskDefinition:TaskDefinition": 100,
      "ecs/service:Service": 100,
      "apigatewayv2/integration:Integration": 100,
      "apigatewayv2/route:Route": 200,
    });
  });

  describe("makes the same resources in preview and update, whatever AWS will tell", () => {
    const users = { type: "jwt", issuer: "https://issuer.example.com", audience: ["web"] };
    const keys = { type: "lambda", functionArn: "arn:aws:lambda:eu-west-2:000000000000:function:keys" };
    const features: Record<string, object> = {
      nothing: {},
      nat: { network: { egress: "nat", natGateways: "onePerZone" } },
      public: { network: { egress: "public" } },
      "authorizers and CORS": {
        api: { auth: "users", authorizers: { users, keys }, cors: { allowOrigins: ["*"] } },
      },
      "an explicit named stage": { api: { stage: "v1", autoDeploy: false } },
      "a domain": { api: { domain: { name: "api.example.com", only: true, hostedZoneId: "Z0A" } } },
      "mappings and limits": {
        services: {
          flask: {
            build: "./app",
            routes: [
              { key: "ANY /a/{proxy+}", rewrite: { stripPrefix: "/a", headers: { "x-a": "b" } } },
              { key: "GET /b", throttle: { rate: 1, burst: 1 } },
            ],
          },
        },
      },
      scaling: { services: { flask: { build: "./app", scaling: { max: 9 }, spot: 50 } } },
      "an existing API": { api: { existingId: "a1b2c3" } },
      "an existing namespace": { cluster: { namespace: "corp.internal" } },
    };
    for (const [what, values] of Object.entries(features)) {
      it(what, async () => {
        const names = ({ resources }: Deployment): string[] => resources.map(({ urn }) => urn).sort();
        assert.deepEqual(names(await run(values, { preview: true })), names(await run(values)));
      });
    }
  });

  it("protects what lasts where the configuration says so, and nothing where a destroy should be one command", async () => {
    const protectedIn = ({ resources }: Deployment): string[] =>
      resources
        .filter(({ options }) => options.protect)
        .map(({ type, name }) => `${type.split(":").pop()} ${name}`)
        .sort();
    const domain = { name: "api.example.com", only: true, hostedZoneId: "Z0A" };
    assert.deepEqual(protectedIn(await run({ protect: true, api: { domain } })), [
      "Api api",
      "DomainName api",
      "LogGroup api",
      "LogGroup flask",
      "PrivateDnsNamespace cluster",
      "Repository flask",
      "VpcLink api",
    ]);
    assert.deepEqual(protectedIn(await run({ api: { domain } })), []);
    assert.notDeepEqual(protectedIn(await simulate({ stack: "prod" })), []);
    assert.deepEqual(protectedIn(await simulate({ stack: "dev" })), []);
  });

  describe("stacks", () => {
    it("are these", () => assert.deepEqual(stackNames(), ["cheap", "dev", "pr", "prod", "shop"]));

    for (const stack of stackNames()) {
      const warnings =
        stack === "prod"
          ? [
              "alarms.notify: nobody is told. The alarms can be seen in CloudWatch alone. Fix: name an SNS topic or an e-mail address.",
            ]
          : [];
      it(`${stack} runs in London, in update and in preview, with ${warnings.length} warnings`, async () => {
        for (const preview of [false, true]) {
          const deployment = await simulate({ stack, preview });
          assert.equal(deployment.region, "eu-west-2");
          assert.deepEqual(deployment.warnings, warnings);
          const { name } = find(deployment, "aws:ecs/service:Service", "flask").inputs;
          assert.equal(name, stack === "pr" ? "pr--flask" : "flask");
        }
      });
    }

    it("prod watches itself, and rolls back a version that answers errors", async () => {
      const deployment = await simulate({ stack: "prod" });
      const alarms = find(deployment, "aws:ecs/service:Service", "flask").inputs.alarms;
      assert.deepEqual(alarms, {
        ...{ enable: true, rollback: true },
        alarmNames: ["flask-app-fargate-prod.flask.rollback"],
      });
      assert.equal(ofType(deployment, "aws:cloudwatch/metricAlarm:MetricAlarm").length, 8);
      assert.equal(ofType(deployment, "aws:cloudwatch/compositeAlarm:CompositeAlarm").length, 2);
      const { dashboardName } = find(deployment, "aws:cloudwatch/dashboard:Dashboard", "dashboard").inputs;
      assert.equal(dashboardName, "flask-app-fargate-prod");
    });

    it("prod survives the loss of a zone", async () => {
      const deployment = await simulate({ stack: "prod" });
      const ecr = find(deployment, "aws:ec2/vpcEndpoint:VpcEndpoint", "network-ecr.dkr");
      assert.deepEqual(ecr.inputs.subnetIds, [
        "local-subnet-network-tasks-1",
        "local-subnet-network-tasks-2",
      ]);
      assert.equal(find(deployment, "aws:ecs/service:Service", "flask").inputs.desiredCount, 2);
      assert.equal(find(deployment, "aws:ecr/repository:Repository", "flask").inputs.forceDelete, false);
    });

    it("cheap has nothing that is billed by the hour but its task", async () => {
      const deployment = await simulate({ stack: "cheap" });
      assert.deepEqual(
        deployment.resources
          .filter(
            ({ type, inputs }) =>
              /natGateway|:Eip$/.test(type) ||
              (type.includes("vpcEndpoint") && inputs.vpcEndpointType === "Interface"),
          )
          .map(({ name }) => name),
        [],
      );
    });
  });
});
