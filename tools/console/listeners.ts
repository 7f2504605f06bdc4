/** Pages that are told what happens, by server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
import type { ServerResponse } from "node:http";

export interface Message {
  event: string;
  data: unknown;
}

/** Pages at a time: more are a mistake. */
const most = 12;
/** Bytes that a page may be behind: then it is cut off, and begins anew by itself. */
const behind = 4 * 1024 * 1024;
const heartbeatMilliseconds = 15_000;

export class Listeners {
  private readonly open = new Set<ServerResponse>();
  private readonly heartbeat = setInterval(() => this.write(": still there\n\n"), heartbeatMilliseconds);

  constructor() {
    this.heartbeat.unref();
  }

  get size(): number {
    return this.open.size;
  }

  /** @returns false where there are too many */
  add(response: ServerResponse, headers: Record<string, string>, first: readonly Message[]): boolean {
    if (this.open.size >= most) return false;
    this.open.add(response);
    response.on("close", () => this.open.delete(response));
    response.writeHead(200, { ...headers, "content-type": "text/event-stream; charset=utf-8" });
    response.write(`retry: 1000\n\n${first.map(written).join("")}`);
    return true;
  }

  tell(message: Message): void {
    if (this.open.size > 0) this.write(written(message));
  }

  close(): void {
    clearInterval(this.heartbeat);
    for (const response of this.open) response.destroy();
  }

  private write(text: string): void {
    for (const response of this.open) {
      if (response.writableLength > behind) response.destroy();
      else response.write(text);
    }
  }
}

/** JSON has no line feeds of its own. */
const written = ({ event, data }: Message): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
