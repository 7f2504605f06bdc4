import assert from "node:assert/strict";
import { Policy } from "../iam/policies";
import { byName, minimal, ofType, Run, run } from "./support/run";

describe("bootstrap", () => {
  let made: Run;
  before(async () => {
    made = await run();
  });

  it("keeps state in a private, encrypted, versioned bucket, and who accessed it in another; protects both and the key", () => {
    const name = "flask-app-fargate-state-000000000000-eu-west-2";
    const about = (type: string): unknown[] =>
      byName(ofType(made, `aws:s3/${type}`)).map(({ inputs: { bucket, ...rest } }) => [bucket, rest]);
    const both = (inputs: object): unknown[] => ["state-id", "state-log-id"].map((id) => [id, inputs]);
    assert.deepEqual(
      made.resources.filter(({ protect }) => protect).map(({ type }) => type),
      ["aws:kms/key:Key", "aws:s3/bucket:Bucket", "aws:s3/bucket:Bucket"],
    );
    assert.deepEqual(
      ofType(made, "aws:s3/bucket:Bucket").map(({ inputs }) => inputs),
      [{ bucket: name }, { bucket: `${name}-logs` }],
    );
    assert.deepEqual(
      about("bucketPublicAccessBlock:BucketPublicAccessBlock"),
      both({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      }),
    );
    assert.deepEqual(
      about("bucketVersioning:BucketVersioning"),
      both({ versioningConfiguration: { status: "Enabled" } }),
    );
    assert.deepEqual(
      about("bucketOwnershipControls:BucketOwnershipControls"),
      both({ rule: { objectOwnership: "BucketOwnerEnforced" } }),
    );
    const key = "arn:aws:kms:eu-west-2:000000000000:state";
    const encrypted = (rule: object): object => ({ rules: [rule] });
    assert.deepEqual(
      about("bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
      [
        [
          "state-id",
          encrypted({
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
            bucketKeyEnabled: true,
          }),
        ],
        ["state-log-id", encrypted({ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } })],
      ],
    );
    const rule = {
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    };
    assert.deepEqual(about("bucketLifecycleConfiguration:BucketLifecycleConfiguration"), [
      [
        "state-id",
        { rules: [{ ...rule, id: "old-versions", noncurrentVersionExpiration: { noncurrentDays: 90 } }] },
      ],
      [
        "state-log-id",
        {
          rules: [
            {
              ...rule,
              id: "old-logs",
              expiration: { days: 365 },
              noncurrentVersionExpiration: { noncurrentDays: 30 },
            },
          ],
        },
      ],
    ]);
    const arn = `arn:aws:s3:::${name}`;
    const tlsOnly = (bucket: string): object => ({
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [bucket, `${bucket}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    assert.deepEqual(
      byName(ofType(made, "aws:s3/bucketPolicy:BucketPolicy")).map(({ inputs }) => [
        inputs.bucket,
        (JSON.parse(inputs.policy as string) as Policy).Statement,
      ]),
      [
        ["state-id", [tlsOnly(arn)]],
        [
          "state-log-id",
          [
            tlsOnly(`${arn}-logs`),
            {
              Sid: "AccessLog",
              Effect: "Allow",
              Principal: { Service: "logging.s3.amazonaws.com" },
              Action: "s3:PutObject",
              Resource: `${arn}-logs/state/*`,
              Condition: {
                ArnLike: { "aws:SourceArn": arn },
                StringEquals: { "aws:SourceAccount": "000000000000" },
              },
            },
          ],
        ],
      ],
    );
    assert.deepEqual(about("bucketLogging:BucketLogging"), [
      ["state-id", { targetBucket: "state-log-id", targetPrefix: "state/" }],
    ]);
    const { enableKeyRotation } = ofType(made, "aws:kms/key:Key")[0]!.inputs;
    assert.equal(enableKeyRotation, true);
  });

  it("names the bucket of the access log within S3's limit", async () => {
    const stateBucket = "a".repeat(63);
    const result = await run({ ...minimal, stateBucket });
    assert.deepEqual(
      ofType(result, "aws:s3/bucket:Bucket").map(({ inputs }) => inputs.bucket),
      [stateBucket, `${"a".repeat(58)}-logs`],
    );
  });
});
