import { partitionOf } from "../rules/zones";
import { account, type Inputs, text, type Where } from "./aws/account";
import { lookUps } from "./aws/look-ups";
import { answers } from "./aws/resources";

/**
 * What AWS would answer to the program's registrations and look-ups. Ids look fake on purpose (`local-…`, account
 * 000000000000): nothing that is printed here can be mistaken for something that exists.
 */

/**
 * The id and outputs of a resource.
 *
 * @throws Error for a type that nobody has described here: whoever reads the simulation would take silence for an answer
 */
export function answer(
  type: string,
  name: string,
  inputs: Inputs,
  where: Where,
): { id: string; outputs: Inputs } {
  if (type.startsWith("pulumi:providers:")) return { id: `local-${name}`, outputs: inputs };
  const known = answers[type];
  if (!known)
    throw new Error(
      `simulate/aws/resources.ts does not know what AWS answers for ${type} (${name}): describe it there.`,
    );
  const arn = (service: string, resource: string): string =>
    `arn:${partitionOf(where.region)}:${service}:${where.region}:${account}:${resource}`;
  const scoped = where.scope === undefined ? name : `${where.scope}-${name}`;
  const outputs = known(scoped, inputs, arn);
  const kind = type.split(":").pop()!.toLowerCase();
  // These two are known by what AWS made the id from.
  const id =
    type === "aws:ecs/service:Service" || type === "aws:ecs/cluster:Cluster" ? text(outputs.arn) : undefined;
  return {
    id: id ?? (type === "aws:apigatewayv2/api:Api" ? `local-${scoped}` : `local-${kind}-${scoped}`),
    outputs,
  };
}

/**
 * The answer to a look-up.
 *
 * @throws Error for one that nobody has described here
 */
export function lookUp(token: string, inputs: Inputs, where: Where): unknown {
  const given = where.invokes?.[token];
  if (given) return given(inputs);
  const known = lookUps[token];
  if (!known)
    throw new Error(
      `simulate/aws/look-ups.ts does not know what AWS answers to ${token}: describe it there.`,
    );
  return known(inputs, where);
}
