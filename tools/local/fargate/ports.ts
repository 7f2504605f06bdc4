/** Ports of this machine for tasks that run as its processes. */
import { createServer, type AddressInfo } from "node:net";

/** Ports handed out lately: a task needs a moment to bind its own, and until then the kernel takes it for free. */
const promised: number[] = [];

/** A port that nobody listens on, and that no other task was given lately. */
export async function freePort(): Promise<number> {
  const port = await new Promise<number>((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
  if (promised.includes(port)) return freePort();
  promised.push(port);
  if (promised.length > 100) promised.shift();
  return port;
}
