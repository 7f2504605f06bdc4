/** What Amazon ECR, AWS Secrets Manager and Parameter Store would answer of a local stack: all is there that nobody took away. */
import type { Account } from "./account";
import { type Answers, valueOf } from "./words";

export const artifacts = ({ missing, deployment: { region } }: Account): Answers => ({
  "ecr describe-images": (args) => {
    const repository = valueOf(args, "--repository-name");
    const [kind = "", value = ""] = valueOf(args, "--image-ids").split(/=(.*)/s);
    const mark = kind === "imageDigest" ? "@" : ":";
    const reference = `${valueOf(args, "--registry-id")}.dkr.ecr.${region}.amazonaws.com/${repository}${mark}${value}`;
    if (missing.has(reference)) return undefined;
    return {
      imageDetails: [
        {
          registryId: valueOf(args, "--registry-id"),
          repositoryName: repository,
          ...(kind === "imageDigest" ? { imageDigest: value } : { imageTags: [value] }),
        },
      ],
    };
  },
  "secretsmanager describe-secret": (args) => {
    const arn = valueOf(args, "--secret-id");
    return missing.has(arn)
      ? undefined
      : {
          ARN: arn,
          Name: arn
            .split(":")
            .at(-1)
            ?.replace(/-\w{6}$/, ""),
        };
  },
  "ssm describe-parameters": (args) => {
    const name = /Values=(.*)$/.exec(valueOf(args, "--parameter-filters"))?.[1] ?? "";
    const gone = [...missing].some((each) => each === name || each.endsWith(`:parameter${name}`));
    return { Parameters: gone ? [] : [{ Name: name, Type: "SecureString" }] };
  },
});
