// @ts-nocheck
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface StateStoreArgs {
  /** Name of the bucket. Another name is another bucket, and Pulumi's state does not follow. */
  bucket: string;
  /** Whose the buckets are. */
  account: string;
  /** Name of the key's alias, without `alias/`. */
  alias: string;
}

/** Characters a bucket's name may have. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const maximumBucketName = 63;
/** The bucket for the access log of another, whose name stays as long as it may be. */
export const logBucketName = (bucket: string): string =>
  `${bucket.slice(0, maximumBucketName - "-logs".length)}-logs`;

/** Days that it is kept who accessed the state. */
const logDays = 365;

/**
 * Where Pulumi keeps the program's state, and the key for its secrets; and a second bucket for who accessed the first. The buckets
 * and the key hold what cannot be made again, so they are protected from being deleted.
 *
 * Costs: 1 USD a month for the key; the buckets a few cents.
 */
export class StateStore extends pulumi.ComponentResource {
  readonly bucketArn: pulumi.Output<string>;
  readonly logBucketArn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: StateStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bootstrap:state:StateStore", name, {}, opts);

    const key = new aws.kms.Key(
      name,
      {
        description: "State and secrets of Pulumi stacks",
        enableKeyRotation: true,
        deletionWindowInDays: 30,
      },
      { parent: this, protect: true },
    );
    new aws.kms.Alias(name, { name: `alias/${args.alias}`, targetKeyId: key.keyId }, { parent: this });

    const bucket = this.createBucket(name, args.bucket, {
      encryption: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
      lifecycle: { id: "old-versions", noncurrentVersionExpiration: { noncurrentDays: 90 } },
    });
    this.allow(name, bucket, []);
    this.logBucketArn = this.createLog(name, args, bucket).arn;

    this.bucketArn = bucket.arn;
    this.keyArn = key.arn;
    this.registerOutputs({
      bucketArn: this.bucketArn,
      logBucketArn: this.logBucketArn,
      keyArn: this.keyArn,
    });
  }

  /**
   * S3's own log of who asked for what, which is delivered within hours and not of every request for certain.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
   */
  private createLog(name: string, args: StateStoreArgs, source: aws.s3.Bucket): aws.s3.Bucket {
    const prefix = "state/";
    const log = this.createBucket(`${name}-log`, logBucketName(args.bucket), {
      // No key of ours: S3 delivers to none that is encrypted by one.
      encryption: { sseAlgorithm: "AES256" },
      lifecycle: {
        id: "old-logs",
        expiration: { days: logDays },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
      },
    });
    const policy = this.allow(`${name}-log`, log, [
      {
        Sid: "AccessLog",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: pulumi.interpolate`${log.arn}/${prefix}*`,
        Condition: {
          ArnLike: { "aws:SourceArn": source.arn },
          StringEquals: { "aws:SourceAccount": args.account },
        },
      },
    ]);
    new aws.s3.BucketLogging(
      name,
      { bucket: source.id, targetBucket: log.id, targetPrefix: prefix },
      { parent: this, dependsOn: policy },
    );
    return log;
  }

  /** Private, encrypted and versioned. */
  private createBucket(name: string, bucketName: string, { encryption, lifecycle }: Kind): aws.s3.Bucket {
    const bucket = new aws.s3.Bucket(name, { bucket: bucketName }, { parent: this, protect: true });
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
            applyServerSideEncryptionByDefault: encryption,
            ...("kmsMasterKeyId" in encryption && { bucketKeyEnabled: true }),
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
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
            ...lifecycle,
          },
        ],
      },
      { parent: this, dependsOn: versioning },
    );
    return bucket;
  }

  private allow(name: string, bucket: aws.s3.Bucket, statements: readonly object[]): aws.s3.BucketPolicy {
    return new aws.s3.BucketPolicy(
      name,
      {
        bucket: bucket.id,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "TlsOnly",
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
            ...statements,
          ],
        }),
      },
      { parent: this },
    );
  }
}

interface Kind {
  encryption: aws.types.input.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefault;
  lifecycle: Omit<aws.types.input.s3.BucketLifecycleConfigurationRule, "status">;
}
