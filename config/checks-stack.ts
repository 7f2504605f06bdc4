import * as pulumi from "@pulumi/pulumi";
import { hasVpcLinks } from "../rules/zones";
import { Problem, Said } from "./problems";
import { isConfigSecret } from "./secret";

/**
 * The name becomes part of a domain, of the cluster's name and of the task definitions': none takes all that Pulumi does. A
 * domain has no capital letters, so that two stacks that differ by them alone would meet in one.
 */
export function checkStackName(stack: string, problems: Problem[]): void {
  if (/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(stack)) return;
  problems.push({
    path: "stack",
    got: stack,
    allowed: "1–40 small letters, digits and -, neither first nor last a -",
    fix: "pulumi stack rename",
  });
}

export function readRegion(problems: Problem[]): string {
  if (isConfigSecret("aws:region")) {
    problems.push({
      path: "aws:region",
      got: new Said("it holds an encrypted value"),
      allowed: "a plain value: it stands in ARNs and addresses",
      fix: "pulumi config set aws:region eu-west-2",
    });
    return "";
  }
  const region = new pulumi.Config("aws").get("region") ?? "";
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    problems.push({
      path: "aws:region",
      got: region === "" ? undefined : region,
      allowed: "a Region such as eu-west-2",
      fix: `write \`aws:region: eu-west-2\` below config: of Pulumi.${pulumi.getStack()}.yaml`,
    });
  } else if (!hasVpcLinks(region)) {
    problems.push({
      path: "aws:region",
      got: region,
      allowed:
        "a Region whose HTTP APIs have VPC links: those of China have none, and nothing would reach the services",
      fix: "choose a Region outside China",
    });
  }
  return region;
}
