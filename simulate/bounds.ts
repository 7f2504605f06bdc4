import { Deployment, ofType, Resource } from "./deployment";

/** How many tasks a recorded service may have: what scaling and its schedule allow at any time, else as many as are wanted. */
export interface TaskBounds {
  fewest: number;
  most: number;
  /** Whether anything but a deployment changes the number. */
  scaled: boolean;
  /** Whether it has no task while nobody asks. */
  sleeps: boolean;
}

type Inputs = Readonly<Record<string, unknown>>;

/** What scales a service; undefined where nothing does. */
export const scalingOf = (
  deployment: Deployment,
  { inputs, outputs }: Pick<Resource, "inputs" | "outputs">,
): Resource | undefined =>
  ofType(deployment, "aws:appautoscaling/target:Target").find(
    (target) =>
      target.inputs.resourceId ===
      `service/${String(inputs.cluster).split("/").pop()}/${String(outputs.name)}`,
  );

export function taskBounds(
  deployment: Deployment,
  service: Pick<Resource, "inputs" | "outputs">,
): TaskBounds {
  const target = scalingOf(deployment, service);
  const wanted = Number(service.inputs.desiredCount ?? 0);
  if (!target) return { fewest: wanted, most: wanted, scaled: false, sleeps: false };
  const bounds = [
    target.inputs,
    ...ofType(deployment, "aws:appautoscaling/scheduledAction:ScheduledAction")
      .filter(({ inputs }) => inputs.resourceId === target.inputs.resourceId)
      .map(({ inputs }) => inputs.scalableTargetAction as Inputs),
  ];
  const fewest = Math.min(...bounds.map(({ minCapacity }) => Number(minCapacity)));
  return {
    fewest,
    most: Math.max(...bounds.map(({ maxCapacity }) => Number(maxCapacity))),
    scaled: true,
    sleeps: fewest === 0,
  };
}
