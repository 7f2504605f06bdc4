import assert from "node:assert/strict";
import { Deployment, ofType, Resource, unknown } from "../simulate/deployment";
import { find, names, run, waitsFor } from "./support/stack";

const ecsService = "aws:ecs/service:Service";
const role = "aws:iam/role:Role";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const account = "000000000000";

const statements = ({ inputs }: Resource): unknown =>
  (JSON.parse(inputs.policy as string) as { Statement: unknown }).Statement;
const service = async (values: object = {}): Promise<Resource> =>
  find(await run(values), ecsService, "flask");
const flask = (values: object): object => ({ services: { flask: { build: "./app", ...values } } });

/** What depends on a resource is in both lists; what was said by dependsOn is in the first alone. */
function explicit(deployment: Deployment, resource: Resource): string[] {
  const referred = new Set(Object.values(resource.propertyDependencies).flat());
  return waitsFor(deployment, {
    ...resource,
    dependencies: resource.dependencies.filter((urn) => !referred.has(urn)),
  });
}

describe("service", () => {
  it("runs on Fargate behind Cloud Map, with no load balancer and no public address", async () => {
    const { inputs } = await service();
    assert.deepEqual(inputs, {
      name: "flask",
      cluster: `arn:aws:ecs:eu-west-2:${account}:cluster/flask-app-fargate-dev`,
      taskDefinition: `arn:aws:ecs:eu-west-2:${account}:task-definition/flask-app-fargate-dev-flask:1`,
      desiredCount: 1,
      capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      forceNewDeployment: true,
      triggers: { capacityProviders: '[{"capacityProvider":"FARGATE","weight":1}]' },
      platformVersion: "LATEST",
      networkConfiguration: {
        subnets: ["local-subnet-network-tasks-1", "local-subnet-network-tasks-2"],
        securityGroups: ["local-securitygroup-network-workload", "local-securitygroup-flask"],
        assignPublicIp: false,
      },
      serviceRegistries: {
        registryArn: `arn:aws:servicediscovery:eu-west-2:${account}:service/srv-local-cluster-flask`,
        containerName: "flask",
        containerPort: 80,
      },
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      // An update that does not mention them would keep those of before.
      alarms: { enable: false, rollback: false, alarmNames: [] },
      availabilityZoneRebalancing: "ENABLED",
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      waitForSteadyState: true,
    });
  });

  for (const [desiredCount, maximum] of [
    [0, 200],
    [2, 150],
    [3, 134],
    [10, 110],
  ]) {
    it(`replaces one of ${desiredCount} tasks at a time (${maximum} %)`, async () => {
      const { inputs } = await service(flask({ desiredCount }));
      assert.equal(inputs.desiredCount, desiredCount);
      assert.equal(inputs.deploymentMaximumPercent, maximum);
      assert.equal(inputs.deploymentMinimumHealthyPercent, 100);
    });
  }

  it("has a public address with egress public, and only then", async () => {
    for (const egress of ["endpoints", "nat", "public"]) {
      const { networkConfiguration } = (await service({ network: { egress } })).inputs;
      assert.equal(
        (networkConfiguration as { assignPublicIp: boolean }).assignPublicIp,
        egress === "public",
        egress,
      );
    }
  });

  it("waits for the network, its policies and its rule, to which no input refers", async () => {
    const permissions = [
      { actions: ["sqs:SendMessage"], resources: [`arn:aws:sqs:eu-west-2:${account}:jobs`] },
    ];
    for (const [egress, internet] of [
      [
        "endpoints",
        ["VpcEndpoint network-ecr.api", "VpcEndpoint network-ecr.dkr", "VpcEndpoint network-logs"],
      ],
      ["nat", ["SecurityGroupEgressRule network-workload-to-internet"]],
      ["public", ["SecurityGroupEgressRule network-workload-to-internet"]],
    ] as const) {
      const deployment = await run({ network: { egress }, ...flask({ permissions }) });
      const waits = explicit(deployment, find(deployment, ecsService, "flask"));
      for (const needed of [
        ...internet,
        "SecurityGroupEgressRule network-link-to-port-80",
        "VpcEndpoint network-s3",
        "RolePolicy flask-execution",
        "RolePolicy flask-task",
        "SecurityGroupIngressRule flask-from-link-80",
      ]) {
        assert.ok(
          waits.includes(needed),
          `${egress}: does not wait for ${needed}, only for ${waits.join(", ")}`,
        );
      }
    }
  });

  it("waits for nothing of the API, so that both build at once", async () => {
    const deployment = await run();
    const waited = new Set<string>();
    const follow = (urn: string): void => {
      if (waited.has(urn)) return;
      waited.add(urn);
      deployment.resources.find((resource) => resource.urn === urn)?.dependencies.forEach(follow);
    };
    follow(find(deployment, ecsService, "flask").urn);
    assert.deepEqual(
      [...waited].filter((urn) => urn.includes("apigatewayv2") || urn.includes("HttpApi")),
      [],
    );
  });

  it("gives deployments the time that replacing every task takes", async () => {
    const timeouts = async (values: object): Promise<unknown> =>
      (await service(values)).options.customTimeouts;
    assert.deepEqual(await timeouts({}), { create: "20m", update: "20m", delete: "20m" });
    // 10 tasks of 120 s to start, 135 s to be healthy, 30 s to be discoverable and 95 s to stop, and half as much again
    assert.deepEqual(await timeouts(flask({ desiredCount: 10 })), {
      create: "95m",
      update: "95m",
      delete: "20m",
    });
  });

  for (const [spot, strategies] of [
    [0, [{ capacityProvider: "FARGATE", weight: 1 }]],
    [
      70,
      [
        { capacityProvider: "FARGATE", base: 1, weight: 30 },
        { capacityProvider: "FARGATE_SPOT", weight: 70 },
      ],
    ],
    [100, [{ capacityProvider: "FARGATE_SPOT", weight: 1 }]],
  ] as const) {
    it(`runs ${spot} % on Spot, and starts a deployment when that changes`, async () => {
      const { inputs } = await service(flask({ spot }));
      assert.deepEqual(inputs.capacityProviderStrategies, strategies);
      assert.deepEqual(inputs.triggers, { capacityProviders: JSON.stringify(strategies) });
      assert.equal(inputs.forceNewDeployment, true);
    });
  }

  describe("with scaling", () => {
    const scaled = (scaling: object): Promise<Deployment> => run(flask({ scaling }));

    it("starts with the minimum and leaves the number alone after that", async () => {
      const found = find(await scaled({ min: 3, max: 30 }), ecsService, "flask");
      assert.equal(found.inputs.desiredCount, 3);
      assert.deepEqual(found.options.ignoreChanges, ["desiredCount"]);
      assert.deepEqual((await service()).options.ignoreChanges, []);
    });

    it("bounds deployments for the minimum: bounds for the maximum would leave no room for one more", async () => {
      const { inputs, options } = find(await scaled({ min: 3, max: 30 }), ecsService, "flask");
      assert.equal(inputs.deploymentMaximumPercent, 134);
      assert.equal(options.customTimeouts.update, "285m", "the time is that of the maximum");
    });

    it("tracks CPU, and memory where asked to", async () => {
      const deployment = await scaled({ min: 2, max: 5, targetMemory: 70 });
      const dimension = {
        serviceNamespace: "ecs",
        scalableDimension: "ecs:service:DesiredCount",
        resourceId: "service/flask-app-fargate-dev/flask",
      };
      assert.deepEqual(find(deployment, "aws:appautoscaling/target:Target", "flask").inputs, {
        ...dimension,
        minCapacity: 2,
        maxCapacity: 5,
      });
      assert.deepEqual(
        ofType(deployment, "aws:appautoscaling/policy:Policy").map(({ inputs }) => inputs),
        [
          ["ECSServiceAverageCPUUtilization", 60],
          ["ECSServiceAverageMemoryUtilization", 70],
        ].map(([predefinedMetricType, targetValue]) => ({
          ...dimension,
          policyType: "TargetTrackingScaling",
          targetTrackingScalingPolicyConfiguration: {
            targetValue,
            predefinedMetricSpecification: { predefinedMetricType },
            scaleOutCooldown: 60,
            scaleInCooldown: 300,
          },
        })),
      );
      const cpuOnly = await scaled({ max: 5 });
      assert.deepEqual(names(cpuOnly, "aws:appautoscaling/policy:Policy"), [
        "flask-ECSServiceAverageCPUUtilization",
      ]);
    });

    it("waits for the service it scales", async () => {
      const deployment = await scaled({ max: 5 });
      const target = find(deployment, "aws:appautoscaling/target:Target", "flask");
      assert.deepEqual(waitsFor(deployment, target), ["Cluster cluster", "Service flask"]);
    });
  });

  it("defines a task that keeps its earlier revisions for rollbacks", async () => {
    const deployment = await run(flask({ cpu: 1024, memory: 4096, architecture: "ARM64" }));
    const { containerDefinitions, ...inputs } = find(
      deployment,
      "aws:ecs/taskDefinition:TaskDefinition",
      "flask",
    ).inputs;
    assert.deepEqual(inputs, {
      family: "flask-app-fargate-dev-flask",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "1024",
      memory: "4096",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "ARM64" },
      executionRoleArn: `arn:aws:iam::${account}:role/flask-app-fargate/dev/flask-execution-local`,
      taskRoleArn: `arn:aws:iam::${account}:role/flask-app-fargate/dev/flask-task-local`,
      volumes: [{ name: "tmp", configureAtLaunch: false }],
      skipDestroy: true,
    });
    const [container] = JSON.parse(containerDefinitions as string) as {
      logConfiguration: { options: object };
    }[];
    assert.deepEqual(container?.logConfiguration.options, {
      "awslogs-group": "/ecs/flask-app-fargate/dev/flask",
      "awslogs-region": "eu-west-2",
      "awslogs-stream-prefix": "flask",
      mode: "non-blocking",
      "max-buffer-size": "4m",
    });
  });

  it("logs to a group of its own for as long as configured", async () => {
    const { inputs } = find(
      await run(flask({ logRetentionDays: 7 })),
      "aws:cloudwatch/logGroup:LogGroup",
      "flask",
    );
    assert.deepEqual(inputs, { name: "/ecs/flask-app-fargate/dev/flask", retentionInDays: 7 });
  });

  it("has roles on a path of the stack's own, within the boundary where there is one", async () => {
    const permissionsBoundary = `arn:aws:iam::${account}:policy/workload`;
    for (const [values, boundary] of [
      [{}, undefined],
      [{ iam: { permissionsBoundary } }, permissionsBoundary],
    ] as const) {
      const deployment = await run(values);
      for (const { inputs } of ofType(deployment, role)) {
        assert.equal(inputs.path, "/flask-app-fargate/dev/");
        assert.equal(inputs.permissionsBoundary, boundary);
      }
      // IAM shows them beside names with a random end.
      assert.deepEqual(
        ofType(deployment, role)
          .map(({ inputs }) => inputs.description)
          .sort(),
        ["Starts the tasks of flask", "What the application may do in tasks of flask"],
      );
    }
  });

  it("has an execution role limited to its repository and log group", async () => {
    const policy = find(await run(), rolePolicy, "flask-execution");
    assert.equal(policy.inputs.role, "local-role-flask-execution");
    assert.deepEqual(statements(policy), [
      { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      {
        Effect: "Allow",
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Resource: `arn:aws:ecr:eu-west-2:${account}:repository/flask-local`,
      },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `arn:aws:logs:eu-west-2:${account}:log-group:/ecs/flask-app-fargate/dev/flask:*`,
      },
    ]);
  });

  it("has a task role that may do nothing unless the configuration says so", async () => {
    const without = await run();
    assert.deepEqual(names(without, role), ["flask-execution", "flask-task"]);
    assert.deepEqual(names(without, rolePolicy), ["flask-execution"]);
    const permissions = [
      { actions: ["sqs:SendMessage"], resources: [`arn:aws:sqs:eu-west-2:${account}:jobs`] },
    ];
    const policy = find(await run(flask({ permissions })), rolePolicy, "flask-task");
    assert.equal(policy.inputs.role, "local-role-flask-task");
    assert.deepEqual(statements(policy), [
      { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [`arn:aws:sqs:eu-west-2:${account}:jobs`] },
    ]);
  });

  it("admits the VPC link on the service's port and nobody else", async () => {
    const deployment = await run(flask({ port: 8080 }));
    const group = find(deployment, "aws:ec2/securityGroup:SecurityGroup", "flask");
    assert.deepEqual(
      ofType(deployment, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        .filter(({ inputs }) => inputs.securityGroupId === group.id)
        .map(({ inputs }) => inputs),
      [
        {
          securityGroupId: group.id,
          referencedSecurityGroupId: "local-securitygroup-network-link",
          ipProtocol: "tcp",
          fromPort: 8080,
          toPort: 8080,
          description: "VPC link of the HTTP API",
        },
      ],
    );
    const registries = find(deployment, ecsService, "flask").inputs.serviceRegistries;
    assert.equal((registries as { containerPort: number }).containerPort, 8080);
  });

  it("changes port by a rule more: the one for both would cut the running tasks off", async () => {
    const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    const rules = async (port: number): Promise<string[]> =>
      names(await run(flask({ port })), rule).filter((name) => name.startsWith("flask"));
    assert.deepEqual(await rules(80), ["flask-from-link-80"]);
    assert.deepEqual(await rules(8080), ["flask-from-link-8080"]);
  });

  it("admits the VPC link where a route leads to it, and nobody where none does", async () => {
    const rules = async (routes: string[]): Promise<string[]> => {
      const deployment = await run({
        services: { flask: { build: "./app" }, worker: { build: "./app", routes } },
      });
      return names(deployment, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    };
    const served = await rules(["GET /worker"]);
    assert.deepEqual(
      served.filter((name) => name.startsWith("worker")),
      ["worker-from-link-80"],
    );
    assert.deepEqual(
      await rules([]),
      served.filter((name) => !name.startsWith("worker")),
    );
  });

  it("makes three services that share network, cluster and API and nothing else", async () => {
    const deployment = await run({
      services: {
        flask: { build: "./app" },
        reports: { build: "./app", routes: ["GET /reports"], port: 8080 },
        worker: { image: `${account}.dkr.ecr.eu-west-2.amazonaws.com/worker:1`, routes: [] },
      },
    });
    for (const type of [ecsService, "aws:ecs/taskDefinition:TaskDefinition"]) {
      assert.deepEqual(names(deployment, type), ["flask", "reports", "worker"]);
    }
    for (const type of ["awsx:ec2:Vpc", "aws:ecs/cluster:Cluster", "aws:apigatewayv2/vpcLink:VpcLink"]) {
      assert.equal(ofType(deployment, type).length, 1, type);
    }
    const registries = ["flask", "reports", "worker"].map(
      (name) =>
        (find(deployment, ecsService, name).inputs.serviceRegistries as { registryArn: string }).registryArn,
    );
    assert.deepEqual(
      registries.map((arn) => arn.split("/srv-local-").pop()),
      ["cluster-flask", "cluster-reports", "cluster-worker"],
    );
    assert.deepEqual(Object.keys(deployment.outputs.services as object), ["flask", "reports", "worker"]);
  });

  it("previews its dependencies with unknown inputs", async () => {
    const deployment = await run({}, { preview: true });
    const found = find(deployment, ecsService, "flask");
    assert.equal(found.inputs.taskDefinition, unknown);
    assert.equal(found.inputs.desiredCount, 1);
    assert.ok(explicit(deployment, found).includes("VpcEndpoint network-ecr.dkr"));
  });
});
