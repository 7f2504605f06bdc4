/** A small stack with a console, for tests of both: real tasks as processes, with the times of AWS cut short. */
import { startConsole, type Console } from "../../console/console";
import { ProcessRunner } from "../../local/fargate/processes";
import { startStack, toBoth, type LocalStack, type StackOptions } from "../../local/stack";
import type { Deployment } from "../../../simulate/deployment";
import { tinyApp, tinyHealthCheck, type TinyApp } from "../local/app";
import { fixture, type FixtureOptions } from "../local/fixture";

export interface Staged {
  app: TinyApp;
  console: Console;
  stack: LocalStack;
  /** Where the console is. */
  url: string;
  close(): Promise<void>;
}

/** Milliseconds of one second of Amazon ECS. */
const second = 200;

export async function setStage(
  options: FixtureOptions = {},
  more: Partial<StackOptions> = {},
): Promise<Staged> {
  const app = tinyApp();
  const deployment: Deployment = fixture({ context: "app", healthCheck: tinyHealthCheck, ...options });
  const console = await startConsole(0);
  console.begin(deployment);
  const silent = () => undefined;
  const stack = await startStack({
    ...{ deployment, project: app.folder, watch: false, second },
    events: toBoth(
      {
        ...{ progress: silent, trouble: silent, accessLog: silent, output: silent },
        ...{ taskChanged: silent, rolloutChanged: silent },
      },
      console.events,
    ),
    runner: (metadata) =>
      Promise.resolve(
        new ProcessRunner({
          ...{
            project: app.folder,
            state: `${app.folder}/.local`,
            region: deployment.region,
            metadata,
            second,
          },
          progress: silent,
        }),
      ),
    ...more,
  });
  console.attach(stack, `http://localhost:${stack.port}/`);
  return {
    ...{ app, console, stack, url: `http://localhost:${console.port}/` },
    close: async () => {
      console.end();
      await stack.close();
      await console.close();
      app.remove();
    },
  };
}
