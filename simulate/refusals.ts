import { goesWith, inUse } from "./refusals/in-use";
import { puts, uniques } from "./refusals/taken";
import { type Inputs, names, type Thing } from "./thing";
import { refusedUpdates } from "./refusals/updates";

/**
 * What AWS refuses because of what there is already. Under mocks nothing is ever there before; the tests under Pulumi's real
 * engine make, change and delete in its order, and meet these. Each function that refuses returns AWS's words.
 */

/** Why a thing cannot be so beside the others: something that none shares is taken. */
export function refuseTaken(type: string, inputs: Inputs, others: readonly Thing[]): string | undefined {
  const unique = uniques[type];
  if (!unique) return undefined;
  const wanted = unique.keys(inputs);
  for (const other of others) {
    if (other.type !== type) continue;
    const taken = unique.keys(other.inputs).find((candidate) => wanted.includes(candidate));
    if (taken !== undefined) return `${unique.refusal} (${type} ${taken}: ${other.id})`;
  }
  return undefined;
}

/** What AWS overwrites where a create of another type would be refused. */
export function overwritten(type: string, inputs: Inputs, others: readonly Thing[]): Thing | undefined {
  const setting = puts[type];
  if (!setting) return undefined;
  const keys = setting.keys(inputs);
  return others.find(
    (other) => other.type === type && setting.keys(other.inputs).some((each) => keys.includes(each)),
  );
}

/** Why a thing cannot become so in place. */
export function refuseUpdate({ type, inputs }: Thing, after: Inputs): string | undefined {
  const refused = refusedUpdates[type];
  return refused?.when(inputs, after) === true ? refused.refusal : undefined;
}

/** Why a thing cannot be deleted: another uses it. */
export function refuseDelete(thing: Thing, others: readonly Thing[]): string | undefined {
  const { type, id, inputs } = thing;
  for (const use of inUse.filter(({ of, unless }) => of === type && unless?.(inputs) !== true)) {
    const user = others.find((other) => other.type === use.by && names(other.inputs[use.property], thing));
    if (user) return `${use.refusal} (${type} ${id}: ${user.type} ${user.id})`;
  }
  return undefined;
}

/** What AWS takes away together with a thing. */
export const goneWith = (thing: Thing, others: readonly Thing[]): Thing[] =>
  goesWith.flatMap(({ type, property }) =>
    others.filter((other) => other.type === type && names(other.inputs[property], thing)),
  );
