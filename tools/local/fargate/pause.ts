/**
 * What holds the one address that the containers of a task share, as the pause container of Fargate does: a program that
 * sleeps. It is made here, so that nothing has to be pulled or compiled for it.
 */
import type Docker from "dockerode";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Machine code that waits for ever, and the machine's number in ELF. */
const programs: Readonly<Record<string, { machine: number; code: readonly number[] }>> = {
  // mov eax, 34 (pause); syscall; jmp to the beginning
  x64: { machine: 62, code: [0xb8, 0x22, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7] },
  // x0–x3 = 0; x8 = 73 (ppoll); svc 0; b to the beginning
  arm64: {
    machine: 183,
    code: [0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800928, 0xd4000001, 0x17fffffa].flatMap(
      (word) => [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24],
    ),
  },
};

const architectures: Readonly<Record<string, string>> = {
  amd64: "x64",
  x86_64: "x64",
  arm64: "arm64",
  aarch64: "arm64",
};

/** A static program of one loadable segment. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
export function pauseProgram(architecture: string): Buffer {
  const program = programs[architectures[architecture] ?? architecture];
  if (!program) throw new Error(`There is no pause program for the processor ${architecture}.`);
  const [headers, base] = [64 + 56, 0x400000];
  const file = Buffer.alloc(headers + program.code.length);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(program.machine, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(base + headers), 24);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  // The segment: loadable, read and execute, the whole file at the base.
  file.writeUInt32LE(1, 64);
  file.writeUInt32LE(5, 68);
  file.writeBigUInt64LE(BigInt(base), 80);
  file.writeBigUInt64LE(BigInt(base), 88);
  file.writeBigUInt64LE(BigInt(file.length), 96);
  file.writeBigUInt64LE(BigInt(file.length), 104);
  file.writeBigUInt64LE(0x1000n, 112);
  file.set(program.code, headers);
  return file;
}

/** Builds the image in the engine, and returns its name. */
export async function pauseImage(docker: Docker, podman: boolean): Promise<string> {
  const { Arch } = await docker.version();
  const context = mkdtempSync(join(tmpdir(), "pause-"));
  const tag = "local/pause:latest";
  try {
    writeFileSync(join(context, "pause"), pauseProgram(Arch), { mode: 0o755 });
    writeFileSync(join(context, "Dockerfile"), 'FROM scratch\nCOPY pause /pause\nENTRYPOINT ["/pause"]\n');
    const stream = await docker.buildImage(
      { context, src: ["Dockerfile", "pause"] },
      { t: tag, version: podman ? "1" : "2" },
    );
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error: Error | null, events: { error?: string }[] | null) => {
        const failed = error?.message ?? events?.find((event) => event.error !== undefined)?.error;
        if (failed === undefined) resolve();
        else reject(new Error(`The image that holds a task's address cannot be built: ${failed.trim()}`));
      });
    });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
  return tag;
}
