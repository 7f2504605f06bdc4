/**
 * The console's server: on loopback alone, for its own page and for commands of this machine. It knows nothing of what it
 * shows: pages are files, questions and actions are handlers, and what happens is told to whoever listens.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { refusal } from "./admission";
import { Listeners, type Message } from "./listeners";

/** Answers a question, or does what is asked for; what it returns is the body, as JSON. */
export type Handler = (request: { query: URLSearchParams; body: unknown }) => unknown;

/** Why a handler does not do what it is asked for. */
export class Refused extends Error {
  /** @param status of the answer, 4xx */
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export interface StaticFile {
  type: string;
  body: string;
}

export interface ServerOptions {
  /** The wanted port; another if it is in use. */
  port: number;
  /** A file by its path. */
  file: (path: string) => StaticFile | undefined;
  /** What a page is told first, when it begins to listen. */
  hello: () => Message[];
}

export interface ConsoleServer {
  port: number;
  /**
   * Answers `GET` or `POST` of a path under `/api/`. A POST changes something: it needs the token that whoever listens to
   * `/api/events` is told first.
   */
  handle(method: "GET" | "POST", path: string, handler: Handler): void;
  /** Tells every page that listens. */
  tell(message: Message): void;
  /** Whether any page listens. */
  readonly listening: boolean;
  close(): Promise<void>;
}

/** Bytes of a body: an action is a few words. */
const bodyLimit = 4096;

const headers = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** Starts it. */
export async function serveConsole(options: ServerOptions): Promise<ConsoleServer> {
  const token = randomBytes(24).toString("base64url");
  const handlers = new Map<string, Handler>();
  const listeners = new Listeners();
  let port = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = request.url ?? "";
    if (!url.startsWith("/") || !URL.canParse(url, "http://localhost"))
      return send(request, response, 400, { error: "The target is no path." });
    const { pathname: path, searchParams: query } = new URL(url, "http://localhost");
    const method = request.method === "HEAD" ? "GET" : (request.method ?? "");
    const refused = refusal({ method, path, headers: request.headers }, port);
    if (refused !== undefined) return send(request, response, 403, { error: refused });
    if (method === "GET" && path === "/api/events") {
      const first = [{ event: "hello", data: { token } }, ...options.hello()];
      if (listeners.add(response, headers, first)) return;
      return send(request, response, 503, { error: "Too many pages listen already: close some." });
    }
    const file = method === "GET" ? options.file(path) : undefined;
    if (file) return sendText(request, response, 200, file);
    const handler = handlers.get(`${method} ${path}`);
    if (!handler) {
      const other = ["GET", "POST"].some((known) => handlers.has(`${known} ${path}`));
      const missing = other ? `${path} does not take ${method}.` : `There is no ${path} here.`;
      return send(request, response, other ? 405 : 404, { error: missing });
    }
    let body: unknown;
    if (method === "POST") {
      if (!same(String(request.headers["x-console-token"] ?? ""), token))
        return send(request, response, 403, { error: "The page is of an earlier start: load it again." });
      body = await readJson(request);
    }
    send(request, response, 200, (await handler({ query, body })) ?? {});
  };

  const server = await listen(options.port, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      const { message } = error as Error;
      if (!response.headersSent)
        send(request, response, error instanceof Refused ? error.status : 500, { error: message });
    });
  });
  ({ port } = server.address() as AddressInfo);
  return {
    port,
    handle: (method, path, handler) => void handlers.set(`${method} ${path}`, handler),
    tell: (message) => listeners.tell(message),
    get listening() {
      return listeners.size > 0;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      listeners.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** On the wanted port if it is free and else on any. */
async function listen(
  wanted: number,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const attempt = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer({ requestTimeout: 10_000 }, listener);
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve(server));
    });
  return attempt(wanted).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    return attempt(0);
  });
}

const send = (request: IncomingMessage, response: ServerResponse, status: number, body: unknown): void =>
  sendText(request, response, status, { type: "application/json", body: JSON.stringify(body) });

function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  { type, body }: StaticFile,
): void {
  // What was not read must not be taken for the next request.
  const close = request.complete || request.method === "GET" ? {} : { connection: "close" };
  response.writeHead(status, {
    ...headers,
    ...close,
    "content-type": `${type}; charset=utf-8`,
    "content-length": Buffer.byteLength(body),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Of any two lengths, in the same time. */
export function same(given: string, token: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? ""))
    throw new Refused("The body has to be application/json.", 415);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw new Refused(`The body is over ${bodyLimit} bytes.`, 413);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    throw new Refused("The body is no JSON.");
  }
}
