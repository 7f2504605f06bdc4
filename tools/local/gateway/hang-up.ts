/** Answers to what Node does not read as a request. */
import type { Socket } from "node:net";
import { json } from "./exchange";

/** How long a client may go on sending that was answered. */
const lingerMilliseconds = 2000;

export const tooLong = { status: 431, message: "Request Header Fields Too Large" };
export const badRequest = { status: 400, message: "Bad Request" };

/**
 * Answers and closes. The rest of what the client sends is read for a while and thrown away: a connection that is closed over
 * unread bytes is reset, and the answer lost (RFC 9112 §9.6).
 */
export function hangUp(socket: Socket, { status, message }: typeof tooLong): void {
  if (!socket.writable) return;
  const body = json(message).toString();
  const head = `HTTP/1.1 ${status} ${message}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  socket.removeAllListeners("data");
  socket.on("error", () => socket.destroy());
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
  socket.resume();
  const late = setTimeout(() => socket.destroy(), lingerMilliseconds);
  socket.once("close", () => clearTimeout(late));
}
