import assert from "node:assert/strict";
import type { Deployment, Resource } from "../../../simulate/deployment";
import { simulate } from "../../../simulate/program";
import { toMermaid } from "../../diagram/mermaid";
import { readDiagram } from "../../diagram/model";
import { types, without } from "../local/fixture";
import { edgesOf, named, run } from "./drawn";

const endpoint = "aws:ec2/vpcEndpoint:VpcEndpoint";

describe("the model of an architecture diagram", () => {
  let shop: Deployment;
  before(async () => (shop = await simulate({ stack: "shop" })));

  it("says who talks to whom, on which port", () => {
    assert.deepEqual(edgesOf(readDiagram(shop)), [
      "control: scheduler → tasks",
      "discovery: api → registry, asks who is healthy",
      "discovery: scheduler → registry, registers tasks",
      "egress: endpoint-ecr.api → aws-ecr",
      "egress: endpoint-ecr.dkr → aws-ecr",
      "egress: endpoint-logs → aws-logs",
      "egress: endpoint-s3 → aws-s3",
      "egress: tasks → endpoint-s3, TCP 443",
      "egress: tasks → endpoints, TCP 443",
      "request: api → link-0",
      "request: clients → api, HTTPS",
      "request: link-0 → service-echo, TCP 8080",
      "request: link-0 → service-flask, TCP 80",
    ]);
  });

  it("shows alarms once, whether they tell anybody, and whether they roll back", async () => {
    const chips = async (alarms?: object): Promise<string[]> => {
      const { groups } = readDiagram(await run({ alarms }));
      return groups.find(({ id }) => id === "region")!.chips;
    };
    assert.deepEqual(await chips(), []);
    assert.deepEqual(await chips({}), ["7 alarms, nobody told"]);
    assert.deepEqual(await chips({ notify: "oncall@example.com", rollback: true }), [
      "8 alarms",
      "rolled back by alarms",
    ]);
  });

  describe("loses the arrow with the resource:", () => {
    const lost = (
      type: string,
      which?: (resource: Resource) => boolean,
    ): { gone: string[]; come: string[] } => {
      const [before, after] = [readDiagram(shop), readDiagram(without(shop, type, which))].map(edgesOf) as [
        string[],
        string[],
      ];
      return {
        gone: before.filter((edge) => !after.includes(edge)),
        come: after.filter((edge) => !before.includes(edge)),
      };
    };

    for (const [what, type, which, gone] of [
      [
        "the link's rule",
        types.egress,
        named("network-link-to-port-80"),
        ["request: link-0 → service-flask, TCP 80"],
      ],
      [
        "a service's rule",
        types.ingress,
        named("echo-from-link-8080"),
        ["request: link-0 → service-echo, TCP 8080"],
      ],
      [
        "the tasks' rule",
        types.egress,
        named("network-workload-to-endpoints"),
        ["egress: tasks → endpoints, TCP 443"],
      ],
      [
        "the endpoints' rule",
        types.ingress,
        named("network-endpoints-from-workload"),
        ["egress: tasks → endpoints, TCP 443"],
      ],
      [
        "the rule to S3",
        types.egress,
        named("network-workload-to-s3"),
        ["egress: tasks → endpoint-s3, TCP 443"],
      ],
      [
        "the S3 endpoint",
        endpoint,
        named("network-s3"),
        ["egress: endpoint-s3 → aws-s3", "egress: tasks → endpoint-s3, TCP 443"],
      ],
      ["another endpoint", endpoint, named("network-logs"), ["egress: endpoint-logs → aws-logs"]],
      ["the stage", types.stage, undefined, ["request: clients → api, HTTPS"]],
      [
        "the namespace",
        types.namespace,
        undefined,
        [
          "discovery: api → registry, asks who is healthy",
          "discovery: scheduler → registry, registers tasks",
          "request: api → link-0",
          "request: link-0 → service-echo, TCP 8080",
          "request: link-0 → service-flask, TCP 80",
        ],
      ],
      [
        "a service's routes",
        types.route,
        ({ inputs }: Resource) => ["ANY /", "GET /healthz", "POST /upload"].includes(String(inputs.routeKey)),
        ["request: link-0 → service-flask, TCP 80"],
      ],
    ] as const) {
      it(what, () => assert.deepEqual(lost(type, which), { gone: [...gone], come: [] }));
    }

    it("one service's registration, and the others keep theirs", () => {
      const { gone, come } = lost(types.registry, named("cluster-echo"));
      assert.deepEqual(gone, [
        "discovery: scheduler → registry, registers tasks",
        "request: link-0 → service-echo, TCP 8080",
      ]);
      assert.deepEqual(come, ["discovery: scheduler → registry, registers tasks of flask"]);
    });

    it("the service itself, and its box", () => {
      const { nodes } = readDiagram(without(shop, types.service, named("echo")));
      assert.deepEqual(
        nodes.filter(({ kind }) => kind === "service").map(({ title }) => title),
        ["flask"],
      );
    });
  });

  it("shows a stack with the one whose network and API it shares, and whose is whose", async () => {
    const diagram = readDiagram(await simulate({ stack: "pr" }));
    const called = edgesOf(diagram).filter((edge) => edge.startsWith("request: link-0 → "));
    assert.equal(called.length, 2);
    assert.ok(called.includes("request: link-0 → service-flask, TCP 80"));
    const owned = [...diagram.nodes, ...diagram.groups].flatMap(({ title, owner }) =>
      owner ? [`${title}: ${owner.stack}${owner.own ? ", drawn" : ""}`] : [],
    );
    assert.deepEqual(owned, [
      "API Gateway HTTP API: dev",
      "VPC link: dev",
      "Cloud Map: dev",
      "flask: dev",
      "pr--flask: pr, drawn",
      "Amazon ECS: dev",
      "s3: dev",
      "VPC: dev",
      "Tasks: dev",
      "Interface endpoints: dev",
    ]);
    const node = (id: string) => diagram.nodes.find((one) => one.id === id);
    assert.deepEqual(
      node("api")?.routes?.map(({ service, owner }) => [service, owner?.stack]),
      [
        ["flask", "dev"],
        ["pr--flask", "pr"],
      ],
    );
    assert.deepEqual(node("registry")?.lines, [
      "dev.flask-app-fargate.internal",
      "SRV records of dev: flask",
      "SRV records of pr: pr--flask",
    ]);
    assert.match(toMermaid(diagram), /"pr--flask · of pr<br>1 task on Fargate/);
    assert.ok([...readDiagram(shop).nodes, ...readDiagram(shop).groups].every(({ owner }) => !owner));
  });
});
