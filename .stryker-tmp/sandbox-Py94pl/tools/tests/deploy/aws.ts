/**
 * Amazon ECS and CloudWatch Logs over HTTP, answering what the files in `answers/` hold, so that the real SDK parses, retries
 * and turns pages. The files were composed by hand in the shape of the wire (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/),
 * with the wording of reasons as AWS's users report it; none was recorded from an account.
 */
// @ts-nocheck

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import type { Clients } from "../../deploy/clients";
import type { Target } from "../../deploy/state";

/** By operation: what it answers, in turn; the last answer stays. `$error` makes it an error of that name. */
export type Answers = Record<string, object[]>;

export interface Asked {
  operation: string;
  input: Record<string, unknown>;
}

export const recorded = (name: string): Answers => {
  const file = path.join(__dirname, "answers", `${name}.json`);
  return (JSON.parse(readFileSync(file, "utf8")) as { answers: Answers }).answers;
};

export const throttled = { $error: "ThrottlingException", message: "Rate exceeded" };
export const denied = (action: string): object => ({
  $error: "AccessDeniedException",
  message: `User is not authorized to perform: ${action}`,
});

export const taskDefinition = (revision: number, service = "flask"): string =>
  `arn:aws:ecs:eu-west-2:111122223333:task-definition/flask-app-fargate-prod-${service}:${revision}`;

export const flask: Target = {
  service: "flask",
  cluster: "arn:aws:ecs:eu-west-2:111122223333:cluster/flask-app-fargate-prod",
  taskDefinition: taskDefinition(8),
  logGroup: "/ecs/flask-app-fargate/prod/flask",
};

export class FakeAws {
  readonly asked: Asked[] = [];
  endpoint = "";
  private readonly turns = new Map<string, number>();
  private readonly server: Server;

  constructor(private readonly answers: Answers) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
        const input = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
        this.asked.push({ operation, input });
        const { $error, message, ...body } = this.answer(operation);
        response.writeHead($error === undefined ? 200 : 400, {
          "content-type": "application/x-amz-json-1.1",
        });
        response.end(JSON.stringify($error === undefined ? body : { __type: $error, message }));
      });
    });
  }

  private answer(operation: string): Record<string, unknown> {
    const turn = this.turns.get(operation) ?? 0;
    this.turns.set(operation, turn + 1);
    const answers = this.answers[operation] ?? [
      { $error: "UnexpectedCall", message: `No answer to ${operation}` },
    ];
    return (answers[turn] ?? answers.at(-1)) as Record<string, unknown>;
  }

  async start(): Promise<void> {
    await new Promise<void>((listening) => this.server.listen(0, "127.0.0.1", listening));
    this.endpoint = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  clients(): Clients {
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
    const options = {
      endpoint: this.endpoint,
      region: "eu-west-2",
      credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" },
    };
    return { ecs: new ECSClient(options), logs: new CloudWatchLogsClient(options) };
  }

  operations(): string[] {
    return this.asked.map(({ operation }) => operation);
  }

  inputs(operation: string): Record<string, unknown>[] {
    return this.asked.filter((asked) => asked.operation === operation).map(({ input }) => input);
  }
}

/** Runs a test against these answers. */
export async function withAws<T>(answers: Answers, test: (aws: FakeAws) => Promise<T>): Promise<T> {
  const aws = new FakeAws(answers);
  await aws.start();
  try {
    return await test(aws);
  } finally {
    await aws.stop();
  }
}
