import assert from "node:assert/strict";
import fc from "fast-check";
import {
  droppedCapabilities,
  ecrRepositoryArn,
  parseEcrImage,
  taskSizeProblem,
  taskSizes,
} from "../../rules/fargate";

/** The table of AWS's page on task sizes, written out in GB as it stands there rather than derived. */
const documented: Record<number, number[]> = {
  256: [0.5, 1, 2],
  512: [1, 2, 3, 4],
  1024: [2, 3, 4, 5, 6, 7, 8],
  2048: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  4096: [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30],
  8192: [16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60],
  16384: [32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120],
  32768: [60, 120, 244],
};
const cpus = Object.keys(documented).map(Number);
const isDocumented = (cpu: number, memory: number): boolean =>
  documented[cpu]?.includes(memory / 1024) ?? false;

/** The value that a fix tells to set. */
const suggestion = (fix: string): number => {
  const value = /^set it to (\d+)\b/.exec(fix)?.[1];
  assert.ok(value !== undefined, `the fix should name a value: ${fix}`);
  return Number(value);
};

describe("Fargate task sizes", () => {
  for (const cpu of cpus) {
    it(`with ${cpu} CPU units: of every half GB up to 256 GB, those that AWS documents`, () => {
      const accepted = [];
      for (let half = 1; half <= 512; half++) {
        if (taskSizeProblem(cpu, half * 512) === undefined) accepted.push(half / 2);
      }
      assert.deepEqual(accepted, documented[cpu]);
    });
  }

  it("takes no CPU value between the documented ones", () => {
    for (let cpu = 128; cpu <= 40_000; cpu += 128) {
      const problem = taskSizeProblem(cpu, 8192);
      assert.equal(problem?.property === "cpu", !cpus.includes(cpu), `${cpu}`);
    }
  });

  it("says what is allowed and the nearest size that is enough", () => {
    assert.deepEqual(taskSizeProblem(300, 512), {
      property: "cpu",
      allowed: "256, 512, 1024, 2048, 4096, 8192, 16384, 32768",
      fix: "set it to 512",
    });
    assert.deepEqual(taskSizeProblem(65_536, 512), {
      property: "cpu",
      allowed: "256, 512, 1024, 2048, 4096, 8192, 16384, 32768",
      fix: "set it to 32768",
    });
    assert.deepEqual(taskSizeProblem(256, 1500), {
      property: "memory",
      allowed: "with 256 CPU units 512, 1024, 2048 (MiB)",
      fix: "set it to 2048",
    });
    assert.equal(taskSizeProblem(256, 700)?.fix, "set it to 1024");
    assert.deepEqual(taskSizeProblem(512, 8192), {
      property: "memory",
      allowed: "with 512 CPU units 1024, 2048, 3072, 4096 (MiB)",
      fix: "set it to 4096 or choose more CPU",
    });
  });

  it("suggests the smallest CPU that has the memory", () => {
    assert.equal(taskSizeProblem(300, 16 * 1024)?.fix, "set it to 2048");
    assert.equal(taskSizeProblem(300, 60 * 1024)?.fix, "set it to 8192");
    assert.equal(taskSizeProblem(300, 1500)?.fix, "set it to 512");
  });

  it("sends to more CPU for whatever memory some size has, up to the largest", () => {
    for (const memory of [2049, 31 * 1024, 200 * 1024, 244 * 1024]) {
      assert.equal(taskSizeProblem(256, memory)?.fix, "set it to 2048 or choose more CPU", `${memory}`);
    }
    assert.equal(taskSizeProblem(256, 244 * 1024 + 1)?.fix, "set it to 2048");
  });

  it("does not send anybody to more CPU for memory that no size has", () => {
    const allowed = "with 32768 CPU units 61440, 122880, 249856 (MiB)";
    assert.deepEqual(taskSizeProblem(32_768, 256 * 1024), {
      property: "memory",
      allowed,
      fix: "set it to 249856",
    });
    assert.equal(taskSizeProblem(256, 256 * 1024)?.fix, "set it to 2048");
  });

  it("suggests only what Fargate accepts: following the fixes ends in a valid size", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...cpus), fc.integer({ min: -10, max: 70_000 }), fc.double({ noNaN: true })),
        fc.integer({ min: -10, max: 300_000 }),
        (cpu, memory) => {
          const size = { cpu, memory };
          for (let fixes = 0; ; fixes++) {
            const problem = taskSizeProblem(size.cpu, size.memory);
            if (!problem) break;
            // One for the CPU and one for the memory at most.
            assert.ok(fixes < 2, `${cpu}/${memory} is not mended by two fixes`);
            size[problem.property] = suggestion(problem.fix);
          }
          assert.ok(isDocumented(size.cpu, size.memory), `${size.cpu}/${size.memory}`);
        },
      ),
    );
  });

  it("keeps a CPU value that Fargate has", () => {
    fc.assert(
      fc.property(fc.constantFrom(...cpus), fc.integer({ min: 0, max: 300_000 }), (cpu, memory) => {
        const problem = taskSizeProblem(cpu, memory);
        assert.notEqual(problem?.property, "cpu");
        if (problem) assert.ok(isDocumented(cpu, suggestion(problem.fix)));
      }),
    );
  });

  it("are listed in ascending order, as the suggestions need", () => {
    for (const [cpu, sizes] of Object.entries(taskSizes)) {
      assert.deepEqual(
        [...sizes],
        [...sizes].sort((a, b) => a - b),
        cpu,
      );
    }
  });
});

describe("image references of private ECR", () => {
  const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
  const parts = { account: "123456789012", region: "eu-west-2", repository: "team/app" };
  const registry = "123456789012.dkr.ecr.eu-west-2.amazonaws.com";
  const table: [image: string, parsed: typeof parts | undefined][] = [
    [`${registry}/team/app`, parts],
    [`${registry}/team/app:v1.2_3-x`, parts],
    [`${registry}/team/app@${digest}`, parts],
    [`${registry}/team/app:v1@${digest}`, parts],
    [
      "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/a",
      { ...parts, region: "us-gov-west-1", repository: "a" },
    ],
    [
      "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a",
      { ...parts, region: "cn-north-1", repository: "a" },
    ],
    ["123456789012.dkr-ecr.eu-west-2.on.aws/a", { ...parts, repository: "a" }],
    ["123456789012.dkr-ecr-fips.us-east-1.on.aws/a", { ...parts, region: "us-east-1", repository: "a" }],
    [`x${registry}/team/app`, undefined],
    [`${registry}/team/app:v1 `, undefined],
    [`${registry}/team/app:v1:v2`, undefined],
    [`${registry}/team/app@${digest}0`, undefined],
    ["123456789012.dkr_ecr.eu-west-2.amazonaws.com/a", undefined],
    ["123456789012xdkr.ecr.eu-west-2.amazonaws.com/a", undefined],
    ["123456789012.dkr.ecrxeu-west-2.amazonaws.com/a", undefined],
    ["123456789012.dkr.ecr.EU.amazonaws.com/a", undefined],
    [registry, undefined],
    [`${registry}/`, undefined],
    [`${registry}/Team`, undefined],
    [`${registry}/app@sha256:abc`, undefined],
    [`${registry}/app:`, undefined],
    [`https://${registry}/app`, undefined],
    [`12345678901.dkr.ecr.eu-west-2.amazonaws.com/app`, undefined],
    ["public.ecr.aws/nginx/nginx:latest", undefined],
    ["nginx", undefined],
    ["ghcr.io/owner/app:1", undefined],
    ["", undefined],
  ];
  for (const [image, parsed] of table) {
    it(`${JSON.stringify(image)} ${parsed ? "is one" : "is none"}`, () => {
      const found = parseEcrImage(image);
      assert.deepEqual(found && { ...found }, parsed);
    });
  }

  it("have the ARN of their own Region and account, in the stack's partition", () => {
    const image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1";
    assert.equal(
      ecrRepositoryArn({ partition: "aws" }, image),
      "arn:aws:ecr:eu-west-1:123456789012:repository/team/app",
    );
    assert.equal(
      ecrRepositoryArn({ partition: "aws-cn" }, "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a"),
      "arn:aws-cn:ecr:cn-north-1:123456789012:repository/a",
    );
    assert.equal(ecrRepositoryArn({ partition: "aws" }, "nginx"), undefined);
    const elsewhere = "123456789012.dkr.ecr.eu-west-1.example.com/team/app:1";
    assert.equal(ecrRepositoryArn({ partition: "aws" }, elsewhere), undefined);
  });
});

it("the capabilities dropped are those an engine grants by default, but the one to bind port 80", () => {
  // https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities, without the kept one.
  assert.deepEqual(droppedCapabilities, [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
  ]);
});
