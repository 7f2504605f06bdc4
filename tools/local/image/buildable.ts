/** Why a Dockerfile ends with an error as soon as it is built, as far as its text and its folder say. */
import { statSync } from "node:fs";
import { join, relative } from "node:path";
import { distance } from "../../../config/near-names";
import type { Build } from "../ecs/views";
import { locate } from "./context";
import type { Slip } from "./dockerfile";
import { readBuild } from "./read";

/** One sentence each, with the fix. */
export function unbuildable(build: Build, project: string): string[] {
  const { context, config, files } = readBuild(build, project);
  const at = ({ line }: Slip): string =>
    `${relative(project, locate(build, project).dockerfile)}, line ${line}`;
  const unknown = config.unknown.map((slip) => {
    const meant = nearest(slip.word.toUpperCase(), [
      "COPY",
      "RUN",
      "CMD",
      "FROM",
      "ENTRYPOINT",
      "WORKDIR",
      "EXPOSE",
      "ENV",
      "USER",
    ]);
    return `${at(slip)}: ${slip.word} is no instruction. Fix: ${meant === undefined ? "correct it" : `write ${meant}`}`;
  });
  const absent = config.absent.flatMap((slip) => {
    const there = statSync(join(context, slip.word), { throwIfNoEntry: false });
    // A folder without files is copied as it is.
    if (there?.isDirectory()) return [];
    const meant = nearest(slip.word.replace(/^\.?\//, ""), files);
    const fix = meant === undefined ? "correct it, or add the file" : `write ${meant}`;
    return [
      there
        ? `${at(slip)}: it copies ${slip.word}, which .dockerignore leaves out. Fix: take it out of one of the two`
        : `${at(slip)}: it copies ${slip.word}, which is not in ${relative(project, context) || "."}. Fix: ${fix}`,
    ];
  });
  return [...unknown, ...absent];
}

const nearest = (word: string, words: readonly string[]): string | undefined =>
  word.length > 200
    ? undefined
    : words
        .map((other) => ({
          other,
          edits: Math.abs(other.length - word.length) > 2 ? 3 : distance(word, other),
        }))
        .filter(({ edits }) => edits <= Math.max(1, Math.min(2, Math.floor(word.length / 6))))
        .sort((a, b) => a.edits - b.edits)[0]?.other;
