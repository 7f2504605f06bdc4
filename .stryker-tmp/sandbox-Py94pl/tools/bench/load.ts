/**
 * Sends requests at a steady rate, whether they are answered or not, and checks each answer.
 *
 * undici and not autocannon: autocannon counts statuses and errors, while here each failure is looked up at the gateway by the
 * id in its answer; and it can't mix connections that are kept with new ones.
 */
// @ts-nocheck

import { createHash } from "node:crypto";
import { Agent, request, type Dispatcher } from "undici";
import { phases, type Failure, type Phase } from "./outcomes";

export interface LoadOptions {
  port: number;
  /** Requests per second. */
  rate: number;
  /** Milliseconds of a modelled second: slow requests are as slow in the model. */
  second: number;
}

const tickMilliseconds = 10;
/** More than this unanswered and the machine is what is measured: no more are sent until some are. */
const mostUnanswered = 500;
const upload = Buffer.alloc(20_000, "flask-app-fargate ");
const uploaded = createHash("sha256").update(upload).digest("hex");

interface Kind {
  /** In 100 requests. */
  share: number;
  send: (load: Load, dispatcher: Dispatcher) => Promise<Reply>;
  /** Whether its time tells something of the stack. */
  timed: boolean;
  fresh: boolean;
}

interface Reply {
  status: number;
  requestId: string | undefined;
  right: boolean;
}

export class Load {
  readonly sent = new Map<Phase, number>(phases.map((phase) => [phase, 0]));
  /** Milliseconds that quick requests took. */
  readonly times = new Map<Phase, number[]>(phases.map((phase) => [phase, []]));
  readonly failures: Failure[] = [];
  /** Requests that were due and not sent, see {@link mostUnanswered}. */
  heldBack = 0;
  phase: Phase = "rest";
  private readonly kept = new Agent({ connections: 64, keepAliveTimeout: 60_000, pipelining: 1 });
  private readonly fresh = new Agent({ pipelining: 1 });
  private readonly unanswered = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private due = 0;
  private last = performance.now();
  private count = 0;

  constructor(private readonly options: LoadOptions) {
    this.timer = setInterval(() => this.tick(), tickMilliseconds);
  }

  /** Sends no more and waits for what is unanswered. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.unanswered);
    await Promise.all([this.kept.destroy(), this.fresh.destroy()]);
  }

  private tick(): void {
    const now = performance.now();
    this.due += ((now - this.last) / 1000) * this.options.rate;
    this.last = now;
    for (; this.due >= 1; this.due -= 1) {
      if (this.unanswered.size >= mostUnanswered) {
        this.heldBack += 1;
        continue;
      }
      const done: Promise<void> = this.one().finally(() => this.unanswered.delete(done));
      this.unanswered.add(done);
    }
  }

  private async one(): Promise<void> {
    const { phase } = this;
    this.count += 1;
    const kind = choose(this.count);
    this.sent.set(phase, (this.sent.get(phase) ?? 0) + 1);
    const began = performance.now();
    try {
      const { status, requestId, right } = await kind.send(this, kind.fresh ? this.fresh : this.kept);
      if (status !== 200 || !right) {
        this.failures.push({ phase, status, requestId, seen: status === 200 ? "wrong answer" : undefined });
      } else if (kind.timed) this.times.get(phase)?.push(performance.now() - began);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      this.failures.push({ phase, status: undefined, requestId: undefined, seen: code ?? message });
    }
  }

  async get(path: string, dispatcher: Dispatcher, expected: RegExp): Promise<Reply> {
    return this.exchange(path, dispatcher, { headers: { accept: "application/json" } }, expected);
  }

  async post(dispatcher: Dispatcher): Promise<Reply> {
    const options = { method: "POST" as const, body: upload };
    return this.exchange("/upload", dispatcher, options, new RegExp(uploaded));
  }

  async slow(dispatcher: Dispatcher): Promise<Reply> {
    // One to ten modelled seconds; an HTTP API would wait for 30.
    const seconds = ((1 + (this.count % 10)) * this.options.second) / 1000;
    return this.get(`/slow?seconds=${seconds}`, dispatcher, /slept/);
  }

  private async exchange(
    path: string,
    dispatcher: Dispatcher,
    options: Partial<Dispatcher.RequestOptions>,
    expected: RegExp,
  ): Promise<Reply> {
    const answer = await request(`http://127.0.0.1:${this.options.port}${path}`, {
      method: "GET",
      ...options,
      dispatcher,
      // `Connection: close`: the next request makes a connection of its own.
      reset: dispatcher === this.fresh,
      // Longer than the gateway waits for a task.
      headersTimeout: 40_000,
      bodyTimeout: 40_000,
    });
    const id = answer.headers["apigw-requestid"];
    const text = await answer.body.text();
    return {
      status: answer.statusCode,
      requestId: typeof id === "string" ? id : undefined,
      right: expected.test(text),
    };
  }
}

const get: Kind["send"] = (load, dispatcher) => load.get("/", dispatcher, /"service"/);
const post: Kind["send"] = (load, dispatcher) => load.post(dispatcher);
const slow: Kind["send"] = (load, dispatcher) => load.slow(dispatcher);

const kinds: Kind[] = [
  { share: 60, send: get, timed: true, fresh: false },
  { share: 16, send: get, timed: true, fresh: true },
  { share: 12, send: post, timed: true, fresh: false },
  { share: 8, send: post, timed: true, fresh: true },
  { share: 3, send: slow, timed: false, fresh: false },
  { share: 1, send: slow, timed: false, fresh: true },
];

/** Every kind in its share and well mixed: 37 and 100 have no common divisor. */
function choose(count: number): Kind {
  let place = (count * 37) % 100;
  for (const kind of kinds) {
    place -= kind.share;
    if (place < 0) return kind;
  }
  return kinds[0] as Kind;
}
