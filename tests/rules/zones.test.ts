import assert from "node:assert/strict";
import fc from "fast-check";
import {
  chooseZones,
  hasVpcLinks,
  partitionOf,
  subnetProblems,
  vpcLinkZones,
  type Zone,
} from "../../rules/zones";

const zones = (region: string, ...pairs: [letter: string, id: string][]): Zone[] =>
  pairs.map(([letter, id]) => ({ name: `${region}${letter}`, id }));

const london = zones("eu-west-2", ["a", "euw2-az2"], ["b", "euw2-az3"], ["c", "euw2-az1"]);
/** The one large Region with a zone that VPC links lack: use1-az3. */
const virginia = zones(
  "us-east-1",
  ["a", "use1-az3"],
  ["b", "use1-az1"],
  ["c", "use1-az6"],
  ["d", "use1-az2"],
  ["e", "use1-az4"],
  ["f", "use1-az5"],
);
const ids = (chosen: readonly Zone[]): string[] => chosen.map(({ id }) => id);

describe("the zones of a VPC", () => {
  it("are the first by id, whatever the account calls them", () => {
    assert.deepEqual(chooseZones("eu-west-2", 2, london), {
      zones: [
        { name: "eu-west-2c", id: "euw2-az1" },
        { name: "eu-west-2a", id: "euw2-az2" },
      ],
      problems: [],
    });
    assert.deepEqual(ids(chooseZones("us-east-1", 4, virginia).zones), [
      "use1-az1",
      "use1-az2",
      "use1-az4",
      "use1-az5",
    ]);
  });

  it("are ordered by the number in their ids", () => {
    // No Region of the table has ten zones, so one that it does not know stands in, with ids asked for.
    const many = zones("xx-new-1", ["a", "xxn1-az10"], ["b", "xxn1-az9"]);
    assert.equal(
      chooseZones("xx-new-1", 2, many).problems[0]?.endsWith(
        "from xxn1-az9 (xx-new-1b), xxn1-az10 (xx-new-1a).",
      ),
      true,
    );
  });

  it("are those asked for, in the order asked for", () => {
    assert.deepEqual(chooseZones("eu-west-2", ["euw2-az3", "euw2-az1"], london), {
      zones: [
        { name: "eu-west-2b", id: "euw2-az3" },
        { name: "eu-west-2c", id: "euw2-az1" },
      ],
      problems: [],
    });
  });

  it("may be named in a Region the table does not know, but not counted", () => {
    const available = zones("xx-new-1", ["a", "xxn1-az1"], ["b", "xxn1-az2"]);
    assert.deepEqual(chooseZones("xx-new-1", ["xxn1-az2"], available), {
      zones: [{ name: "xx-new-1b", id: "xxn1-az2" }],
      problems: [],
    });
    assert.deepEqual(chooseZones("xx-new-1", 2, available), {
      zones: [],
      problems: [
        "network.zones: got the count 2, but it is not known here in which zones of xx-new-1 VPC links work. " +
          "Allowed: a list of zone ids. " +
          "Fix: name ids that AWS documents for VPC links, from xxn1-az1 (xx-new-1a), xxn1-az2 (xx-new-1b).",
      ],
    });
    assert.match(chooseZones("xx-new-1", 2, []).problems[0] ?? "", / that AWS documents for VPC links\.$/);
  });

  it("may be all that there are, and no more", () => {
    assert.deepEqual(ids(chooseZones("eu-west-2", 3, london).zones), ["euw2-az1", "euw2-az2", "euw2-az3"]);
    assert.deepEqual(chooseZones("eu-west-2", 3, london).problems, []);
    assert.equal(chooseZones("eu-west-2", 4, london).problems.length, 1);
  });

  it("that are too few are refused with how many there are", () => {
    assert.deepEqual(chooseZones("us-west-1", 3, zones("us-west-1", ["a", "usw1-az1"], ["b", "usw1-az3"])), {
      zones: [],
      problems: [
        "network.zones: got the count 3, but this account has 2 zones in us-west-1 that VPC links support. " +
          "Allowed: 1–2. Fix: ask for fewer (usw1-az1 (us-west-1a), usw1-az3 (us-west-1b)).",
      ],
    });
  });

  it("are none where the account has none that would do", () => {
    const elsewhere = zones("eu-west-2", ["a", "euw2-az9"]);
    assert.deepEqual(chooseZones("eu-west-2", 1, elsewhere), {
      zones: [],
      problems: [
        "network.zones: got the count 1, but this account has 0 zones in eu-west-2 that VPC links support. " +
          "Allowed: 1–0. Fix: ask for fewer (none).",
      ],
    });
  });

  it("that would not do are refused one by one, with the reason", () => {
    const allowed =
      "Allowed: use1-az1 (us-east-1b), use1-az2 (us-east-1d), use1-az4 (us-east-1e), use1-az5 (us-east-1f), " +
      "use1-az6 (us-east-1c). Fix: name one of these.";
    assert.deepEqual(chooseZones("us-east-1", ["use1-az3", "use1-az1", "euw2-az1"], virginia), {
      zones: [{ name: "us-east-1b", id: "use1-az1" }],
      problems: [
        `network.zones: got use1-az3, where VPC links have no interface. ${allowed}`,
        `network.zones: got euw2-az1, which this account does not have. ${allowed}`,
      ],
    });
  });

  const account = fc.constantFrom(...Object.keys(vpcLinkZones)).chain((region) =>
    fc.record({
      region: fc.constant(region),
      // Six zones of the Region, so that some are unsupported, each under a random letter.
      available: fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 0 }).map((numbers) =>
        numbers.map((number, i) => ({
          name: `${region}${"abcdef"[i]}`,
          id: vpcLinkZones[region]![0]!.replace(/\d+$/, String(number)),
        })),
      ),
    }),
  );

  it("never include one without VPC links", () => {
    fc.assert(
      fc.property(
        account,
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        ({ region, available }, count, byId) => {
          const wanted = byId ? ids(available) : count;
          const { zones: chosen, problems } = chooseZones(region, wanted, available);
          for (const zone of chosen) {
            assert.ok(vpcLinkZones[region]!.includes(zone.id), zone.id);
            assert.ok(available.includes(zone));
          }
          // Nothing asked for goes missing in silence.
          if (!byId) assert.equal(chosen.length + (problems.length > 0 ? count : 0), count);
          else assert.equal(chosen.length + problems.length, available.length);
        },
      ),
    );
  });

  it("are the same whatever order AWS lists them in", () => {
    fc.assert(
      fc.property(
        account.chain(({ region, available }) =>
          fc.record({
            region: fc.constant(region),
            available: fc.constant(available),
            shuffled: fc.shuffledSubarray(available, { minLength: available.length }),
          }),
        ),
        fc.integer({ min: 1, max: 4 }),
        ({ region, available, shuffled }, count) => {
          assert.deepEqual(chooseZones(region, count, shuffled), chooseZones(region, count, available));
        },
      ),
    );
  });

  it("come one by one: a larger count keeps the zones of a smaller one in their places", () => {
    for (const count of [1, 2, 3]) {
      const fewer = chooseZones("us-east-1", count, virginia).zones;
      assert.deepEqual(chooseZones("us-east-1", count + 1, virginia).zones.slice(0, count), fewer);
    }
  });
});

describe("the subnets of an existing VPC", () => {
  const subnet = (id: string, zoneId: string, vpcId = "vpc-1") => ({
    id,
    vpcId,
    zoneId,
    zone: `zone of ${zoneId}`,
  });

  it("are fine when each lies in a zone of its own that VPC links support", () => {
    assert.deepEqual(
      subnetProblems("eu-west-2", "vpc-1", [subnet("subnet-1", "euw2-az1"), subnet("subnet-2", "euw2-az2")]),
      [],
    );
  });

  it("are refused in another VPC", () => {
    assert.deepEqual(subnetProblems("eu-west-2", "vpc-1", [subnet("subnet-1", "euw2-az1", "vpc-2")]), [
      "network.existing.subnetIds: got subnet-1, which lies in vpc-2. Allowed: subnets of vpc-1. Fix: name one of these.",
    ]);
  });

  it("are refused in a zone without VPC links", () => {
    assert.deepEqual(subnetProblems("us-west-1", "vpc-1", [subnet("subnet-1", "usw1-az2")]), [
      "network.existing.subnetIds: got subnet-1 in zone usw1-az2 (zone of usw1-az2), where VPC links have no interface. " +
        "Allowed: subnets in usw1-az1, usw1-az3. Fix: name one of these.",
    ]);
  });

  it("are refused where another one lies already, each against the first", () => {
    const same = ["subnet-1", "subnet-2", "subnet-3"].map((id) => subnet(id, "euw2-az1"));
    assert.deepEqual(subnetProblems("eu-west-2", "vpc-1", same), [
      "network.existing.subnetIds: got subnet-2 in zone euw2-az1, where subnet-1 lies too. " +
        "Allowed: one subnet in each zone. Fix: take one out.",
      "network.existing.subnetIds: got subnet-3 in zone euw2-az1, where subnet-1 lies too. " +
        "Allowed: one subnet in each zone. Fix: take one out.",
    ]);
  });

  it("have all of their problems told", () => {
    const problems = subnetProblems("us-west-1", "vpc-1", [
      subnet("subnet-1", "usw1-az2"),
      subnet("subnet-2", "usw1-az2", "vpc-2"),
    ]);
    assert.deepEqual(
      problems.map((problem) => problem.split(". Allowed")[0]),
      [
        "network.existing.subnetIds: got subnet-1 in zone usw1-az2 (zone of usw1-az2), where VPC links have no interface",
        "network.existing.subnetIds: got subnet-2, which lies in vpc-2",
        "network.existing.subnetIds: got subnet-2 in zone usw1-az2 (zone of usw1-az2), where VPC links have no interface",
        "network.existing.subnetIds: got subnet-2 in zone usw1-az2, where subnet-1 lies too",
      ],
    );
  });

  it("are taken as given in a Region the table does not know", () => {
    assert.deepEqual(subnetProblems("xx-new-1", "vpc-1", [subnet("subnet-1", "xxn1-az1")]), []);
  });
});

describe("the partition of a Region", () => {
  const table = [
    ["eu-west-2", "aws"],
    ["us-east-1", "aws"],
    ["us-gov-west-1", "aws-us-gov"],
    ["us-gov-east-1", "aws-us-gov"],
    ["cn-north-1", "aws-cn"],
    ["cn-northwest-1", "aws-cn"],
    ["ca-central-1", "aws"],
  ] as const;
  for (const [region, partition] of table) {
    it(`${region} is in ${partition}`, () => assert.equal(partitionOf(region), partition));
  }
});

it("the table of zones has ids of one form in each Region, each once", () => {
  for (const [region, supported] of Object.entries(vpcLinkZones)) {
    const prefixes = new Set(supported.map((id) => /^([a-z]+\d)-az\d$/.exec(id)?.[1]));
    assert.equal(prefixes.size, 1, region);
    assert.ok(!prefixes.has(undefined), region);
    assert.equal(new Set(supported).size, supported.length, region);
  }
});

describe("the VPC links of a Region", () => {
  for (const [region, has] of [
    ["eu-west-2", true],
    ["us-gov-west-1", true],
    ["ca-central-1", true],
    ["cn-north-1", false],
    ["cn-northwest-1", false],
  ] as const) {
    it(`are ${has ? "there" : "not there"} in ${region}`, () => assert.equal(hasVpcLinks(region), has));
  }
});
