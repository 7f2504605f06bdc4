import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface StateStoreArgs {
  /** Name of the bucket. Another name is another bucket, and Pulumi's state does not follow. */
  bucket: string;
  /** Name of the key's alias, without `alias/`. */
  alias: string;
}

/**
 * Where Pulumi keeps the program's state, and the key for its secrets. Both hold what cannot be made again, so both are
 * protected from being deleted.
 *
 * Costs: 1 USD a month for the key; the bucket a few cents.
 */
export class StateStore extends pulumi.ComponentResource {
  readonly bucketArn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: StateStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bootstrap:state:StateStore", name, {}, opts);
    const kept = { parent: this, protect: true };

    const key = new aws.kms.Key(
      name,
      {
        description: "State and secrets of Pulumi stacks",
        enableKeyRotation: true,
        deletionWindowInDays: 30,
      },
      kept,
    );
    new aws.kms.Alias(name, { name: `alias/${args.alias}`, targetKeyId: key.keyId }, { parent: this });

    const bucket = new aws.s3.Bucket(name, { bucket: args.bucket }, kept);
    const id = { bucket: bucket.id };
    new aws.s3.BucketPublicAccessBlock(
      name,
      {
        ...id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent: this },
    );
    new aws.s3.BucketOwnershipControls(
      name,
      { ...id, rule: { objectOwnership: "BucketOwnerEnforced" } },
      { parent: this },
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      {
        ...id,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
            bucketKeyEnabled: true,
          },
        ],
      },
      { parent: this },
    );
    const versioning = new aws.s3.BucketVersioning(
      name,
      { ...id, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new aws.s3.BucketLifecycleConfiguration(
      name,
      {
        ...id,
        rules: [
          {
            id: "old-versions",
            status: "Enabled",
            filter: { prefix: "" },
            noncurrentVersionExpiration: { noncurrentDays: 90 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
      { parent: this, dependsOn: versioning },
    );
    new aws.s3.BucketPolicy(
      name,
      {
        ...id,
        policy: bucket.arn.apply((arn) =>
          JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Sid: "TlsOnly",
                Effect: "Deny",
                Principal: "*",
                Action: "s3:*",
                Resource: [arn, `${arn}/*`],
                Condition: { Bool: { "aws:SecureTransport": "false" } },
              },
            ],
          }),
        ),
      },
      { parent: this },
    );

    this.bucketArn = bucket.arn;
    this.keyArn = key.arn;
    this.registerOutputs({ bucketArn: this.bucketArn, keyArn: this.keyArn });
  }
}
