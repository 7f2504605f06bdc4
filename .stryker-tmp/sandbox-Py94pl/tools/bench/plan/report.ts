/** The report of a run, as Markdown that also reads well in a terminal. Pure. */
// @ts-nocheck

import { table } from "../report";
import type { Cost, Size } from "./measure";

export interface Result {
  node: string;
  cdk: string;
  /** Counted runs of each side at each size. */
  runs: number;
  sizes: Size[];
}

export function render({ node, cdk, runs, sizes }: Result): string {
  const parts = [
    `Node ${node}, aws-cdk-lib ${cdk}, ${runs === 1 ? "one run" : `medians of ${runs} runs`} of each in turns. Ratios: below 1.00 this project takes less.`,
    table(
      [
        "Services",
        "Resources",
        "of the CDK",
        "Time",
        "Memory",
        "Time, CDK unchecked",
        "Memory, CDK unchecked",
      ],
      sizes.map(({ services, ours, cdk: theirs, unchecked, refused }) => [
        whole(services),
        whole(ours.resources),
        `${whole(theirs.resources)}${refused === undefined ? "" : " (refused)"}`,
        ratio(ours, theirs, "milliseconds"),
        ratio(ours, theirs, "memory"),
        ratio(ours, unchecked, "milliseconds"),
        ratio(ours, unchecked, "memory"),
      ]),
    ),
    ...limit(sizes),
    "This run, on this machine:",
    table(
      ["Services", "plan", "simulation alone", "CDK", "CDK unchecked"],
      sizes.map(({ services, ours, simulation, cdk: theirs, unchecked }) => [
        whole(services),
        absolute(ours),
        `${whole(simulation)} ms`,
        absolute(theirs),
        absolute(unchecked),
      ]),
    ),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** Where the CDK stops, in its own words. */
function limit(sizes: readonly Size[]): string[] {
  const refused = sizes.filter((size) => size.refused !== undefined);
  if (refused.length === 0) return [];
  return [
    "The CDK takes no stack of more resources than CloudFormation does; nested stacks or several would be needed. There it " +
      "was measured with its limit lifted, which cannot be deployed. Its words:",
    refused.map((size) => `- ${whole(size.services)} services: ${size.refused}`).join("\n"),
  ];
}

const ratio = (ours: Cost, theirs: Cost, figure: keyof Cost): string =>
  (ours[figure] / theirs[figure]).toFixed(2);
const whole = (value: number): string => Math.round(value).toLocaleString("en-US");
const absolute = ({ milliseconds, processor, memory }: Cost): string =>
  `${(milliseconds / 1000).toFixed(2)} s (processor ${(processor / 1000).toFixed(2)} s), ${whole(memory / 1024)} MiB`;
