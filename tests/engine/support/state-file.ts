import * as fs from "node:fs";

/** A stack's state in a folder, and what a machine that dies may do to it. */
export class StateFile {
  constructor(private readonly file: string) {}

  /** Ids of what the state has in use. From its file: the CLI reads none beside which an empty one stands. */
  get used(): string[] {
    try {
      const { checkpoint } = JSON.parse(fs.readFileSync(this.file, "utf8")) as {
        checkpoint: {
          latest?: { resources?: { id?: string; delete?: boolean; pendingReplacement?: boolean }[] };
        };
      };
      const resources = checkpoint.latest?.resources ?? [];
      return resources.flatMap((each) =>
        each.id && !each.delete && !each.pendingReplacement ? [each.id] : [],
      );
    } catch {
      return [];
    }
  }

  /**
   * Cuts the state off, as a machine that dies while the engine writes it: it copies what there is to the file of before, and
   * writes. Either what was written last, or where that had `ended`, what it was about to write.
   */
  cut({ ended }: { ended: boolean }): void {
    if (ended) fs.copyFileSync(this.file, `${this.file}.bak`);
    fs.truncateSync(this.file, Math.floor(fs.statSync(this.file).size / 2));
  }

  /** Leaves what stands beside the state empty, as an engine that dies between making that file and writing it. */
  cutAttributes(): void {
    fs.truncateSync(`${this.file}.attrs`, 0);
  }

  /**
   * What a user does first with a state that is not readable: takes away what stands beside it, where it is empty.
   *
   * @returns whether it was
   */
  mendAttributes(): boolean {
    const file = `${this.file}.attrs`;
    const isEmpty = fs.existsSync(file) && fs.statSync(file).size === 0;
    if (isEmpty) fs.rmSync(file);
    return isEmpty;
  }

  /** And otherwise: takes the state of before. */
  mend(): void {
    fs.copyFileSync(`${this.file}.bak`, this.file);
  }
}
