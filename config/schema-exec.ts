import { z } from "zod";
import { field } from "./schema-fields";

/** Whether somebody may open a shell in a service's containers, and how it is written. */

export const execSchema = field(
  z
    .union([
      z.boolean(),
      z.strictObject({
        protected: field(z.literal(true), "That it is meant in a stack with `protect` as well.", "true"),
      }),
    ])
    .default(false),
  "Whether a shell can be opened in the running containers (ECS Exec, `npm run exec`), as root and logged. A stack with " +
    "`protect` wants it said twice: `{protected: true}`.",
  "true, false, {protected: true}",
);

export type ExecConfig = z.infer<typeof execSchema>;

/** Whether a service's tasks can be entered. */
export const hasExec = ({ exec }: { exec?: ExecConfig | undefined }): boolean =>
  exec !== undefined && exec !== false;

/**
 * Whether an init process runs the application. What is started in a session is left behind when the session breaks off, and
 * AWS recommends an init process that reaps it: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
 */
export const hasInit = ({
  initProcess,
  exec,
}: {
  initProcess?: boolean | undefined;
  exec?: ExecConfig | undefined;
}): boolean => initProcess ?? hasExec({ exec });

/** Days that sessions are kept in the log they share: as long as the log of a service that has them; undefined where none has. */
export function sessionRetentionDays(
  services: readonly { exec: ExecConfig; logRetentionDays: number }[],
): number | undefined {
  const days = services.filter(hasExec).map(({ logRetentionDays }) => logRetentionDays);
  return days.length === 0 ? undefined : Math.max(...days);
}
