import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmName, Owner } from "../rules/alarms";
import { isEmail } from "../rules/notify";

export interface NotificationsArgs extends Owner {
  region: string;
  partition: string;
  /** AWS account id. */
  account: string;
  /** ARNs of topics, and e-mail addresses. A plain list: it decides which resources exist. */
  targets: readonly string[];
}

/** Who is told: the topics that the configuration names, and one of the stack's own for its e-mail addresses. */
export class Notifications {
  /** ARNs of all topics. */
  readonly actions: pulumi.Input<string>[];
  /** Undefined without an e-mail address. */
  readonly topic: aws.sns.Topic | undefined;

  constructor(
    private readonly name: string,
    private readonly args: NotificationsArgs,
    private readonly opts: pulumi.CustomResourceOptions,
  ) {
    const { targets } = args;
    const addresses = targets.filter(isEmail);
    this.topic = addresses.length > 0 ? this.createTopic() : undefined;
    for (const address of addresses) this.subscribe(address, this.topic!);
    this.actions = [...targets.filter((target) => !isEmail(target)), ...(this.topic ? [this.topic.arn] : [])];
  }

  /**
   * Without a key of KMS. CloudWatch may not use the one that AWS manages for SNS (alias/aws/sns), and what it tells a topic under
   * that is lost (https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns). One of the stack's own would let whoever
   * deploys it schedule the deletion of any key that has no tags yet: IAM does not tell tagging a new key from tagging another.
   * What passes here are names of alarms and numbers.
   */
  private createTopic(): aws.sns.Topic {
    const { project, stack } = this.args;
    return new aws.sns.Topic(
      this.name,
      {
        name: `${project}-${stack}-alarms`,
        policy: JSON.stringify(topicPolicy(this.args)),
      },
      // A name is what replaces it, and is another one then.
      { ...this.opts, deleteBeforeReplace: false },
    );
  }

  private subscribe(address: string, topic: aws.sns.Topic): void {
    new aws.sns.TopicSubscription(
      `${this.name}-${address}`,
      { topic: topic.arn, protocol: "email", endpoint: address },
      this.opts,
    );
  }
}

/** The alarms of this stack may speak, and nobody else. https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger */
const topicPolicy = ({ project, stack, partition, region, account }: NotificationsArgs): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Alarms",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: `arn:${partition}:sns:${region}:${account}:${project}-${stack}-alarms`,
      Condition: {
        ArnLike: {
          "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${account}:alarm:${alarmName({ project, stack }, "*")}`,
        },
      },
    },
  ],
});
