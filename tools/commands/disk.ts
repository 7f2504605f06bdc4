/** What the disk refuses is the user's to mend. */

const ways: Readonly<Record<string, string>> = {
  EACCES: "Make it yours to read and write.",
  EPERM: "Make it yours to read and write.",
  EROFS: "It is on a read-only file system: clone into a folder that can be written to.",
  ENOSPC: "The disk is full.",
  EISDIR: "It is a folder: name a file.",
  ENOENT: "Its folder does not exist: make it, or name another.",
};

/**
 * What to do about a file that cannot be read or written.
 *
 * @param writer the command that does
 * @returns undefined where an error is not the disk's
 */
export function diskSays(error: unknown, writer: string): string | undefined {
  const { code = "", path, syscall } = error as NodeJS.ErrnoException;
  const way = Object.hasOwn(ways, code) ? ways[code] : undefined;
  // Of a program that is missing the way is another.
  if (!(error instanceof Error) || way === undefined || syscall?.startsWith("spawn")) return undefined;
  return `${writer} reads or writes ${path ?? "a file"}. ${way}`;
}
