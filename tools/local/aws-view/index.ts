/**
 * AWS as it would be with this system: answers calls of the AWS CLI from what the local stack recorded and runs. The same
 * tools that read an account read a local stack by it.
 */
import type { Aws, Item } from "../../aws/cli";
import type { Account } from "./account";
import { apiGateway } from "./api-gateway";
import { artifacts } from "./artifacts";
import { cloudMap } from "./cloud-map";
import { alarms } from "./cloudwatch";
import { elasticContainers } from "./ecs";
import { logs } from "./logs";
import { network } from "./network";
import { revisions } from "./revisions";

/** @throws Error for a call that no part describes: what would be answered is not made up */
export function awsOf(account: Account): Aws {
  const answers = {
    ...apiGateway(account),
    ...cloudMap(account),
    ...elasticContainers(account),
    ...network(account),
    ...artifacts(account),
    ...logs(account),
    ...alarms(account),
    ...revisions(account),
  };
  return async (args) => {
    const call = args.slice(0, 2).join(" ");
    const answer = answers[call];
    if (answer === undefined)
      throw new Error(
        `The local stack does not know what AWS answers to ${call}: describe it in tools/local/aws-view.`,
      );
    // As it comes from another process: nothing of the stack itself can be changed by what it answered.
    const found = await Promise.resolve(answer(args));
    return found === undefined ? undefined : (JSON.parse(JSON.stringify(found)) as Item);
  };
}
