import { z } from "zod";
import { isWholeSecret } from "../rules/arn";
import { ephemeralStorageGib } from "../rules/fargate";
import { isImage } from "../rules/text";
import { field, whole } from "./schema-fields";

/** What a service is built from, and how its container runs. */

/** Neither file names nor arguments can hold control characters. */
const plainText = z.string().regex(/^[^\p{Cc}]+$/u);

/** What a container is started with: a word may be a script of several lines. */
export const wordsSchema = z.array(z.string().regex(/^(?:\P{Cc}|[\n\t])+$/u)).min(1);

/** Container runtimes refuse a larger id of a user or group when the task starts. */
const largestId = 2 ** 31 - 1;

/** As which a container runs: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (user). */
export const userSchema = z
  .string()
  .regex(/^[a-z0-9_][\w.-]*(:[a-z0-9_][\w.-]*)?$/)
  .refine((user) => user.split(":").every((id) => !/^\d+$/.test(id) || Number(id) <= largestId));

/** Folders below the root, none of which leads out of the one above it. */
export const folderSchema = z.string().regex(/^(\/(?!\.{1,2}(?:\/|$))[\w.-]+)+$/);

const buildSchema = z.strictObject({
  context: field(
    plainText,
    "Folder that is sent to the builder, without what its .dockerignore leaves out. It may lie above the project.",
    "a folder, relative to Pulumi.yaml",
  ),
  dockerfile: field(
    z
      .string()
      .regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\p{Cc}]+$/u)
      .default("Dockerfile"),
    "The Dockerfile, relative to the context.",
    "a file within the context",
  ),
  target: field(
    z
      .string()
      .regex(/^[\w.-]+$/)
      .optional(),
    "Stage to build; left out, the last.",
    "the name of a stage",
  ),
  args: field(
    z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.string().regex(/^[^\p{Cc}]*$/u)).default({}),
    "Build arguments. Not for secrets: they can be read in the image.",
    "name → text",
  ),
  cacheFrom: field(
    z.array(z.string().refine(isImage)).default([]),
    "Images whose layers may be reused, which were built with inline cache.",
    "list of image references",
  ),
});

export const buildField = field(
  z.union([plainText, buildSchema]).optional(),
  "What to build and push to ECR: a folder with a Dockerfile, or an object. Either this or `image`.",
  "a folder of this project, or {context, dockerfile, target, args, cacheFrom}",
);

export type BuildConfig = z.infer<typeof buildSchema>;

/** A build with everything said: a folder alone is the context of the Dockerfile in it. */
export function fullBuild(build: string | BuildConfig): BuildConfig {
  const given = typeof build === "string" ? { context: build } : build;
  const { context } = given;
  const { dockerfile, ...rest } = { dockerfile: "Dockerfile", args: {}, cacheFrom: [], ...given };
  return { ...rest, dockerfile: `${context.replace(/\/+$/, "") || "/"}/${dockerfile}` };
}

export const runFields = {
  imageCredentials: field(
    z.string().refine(isWholeSecret).optional(),
    "Secret with `username` and `password` for the registry of `image`.",
    "arn:aws:secretsmanager:…:secret:…",
  ),
  companion: field(
    z.boolean().optional(),
    "Whether a second, tiny container asks the application for its health and holds its SIGTERM back for `drainSeconds`, so that " +
      "the image need not. Left out: yes with `image`, unless `healthCheck.command` is set; no with `build`.",
    "true, false",
  ),
  command: field(
    wordsSchema.optional(),
    "Words that the container is started with, instead of the image's `CMD`.",
    "list of words",
  ),
  entryPoint: field(wordsSchema.optional(), "The same for the image's `ENTRYPOINT`.", "list of words"),
  user: field(
    userSchema.default("10001"),
    "User that the container runs as, whatever the image says.",
    'user or user:group, by number or name, in quotes: "10001"',
  ),
  readOnlyRoot: field(
    z.boolean().default(true),
    "Whether the container can write to `/tmp` and `writable` alone.",
    "true, false",
  ),
  writable: field(
    z.array(folderSchema).default([]),
    "More folders that it can write to, each empty when a task starts.",
    "list of absolute paths, without a / at the end",
  ),
  initProcess: field(
    z.boolean().optional(),
    "Whether an init process runs the command: it reaps processes that nobody waits for, and passes signals on. Left out: yes " +
      "with `exec`.",
    "true, false",
  ),
  ephemeralStorage: field(
    whole(...ephemeralStorageGib).optional(),
    "GiB of disk for image and writable folders. 20 are free; more are billed by GB and hour.",
    ephemeralStorageGib.join("–"),
  ),
  ulimits: field(
    z
      .strictObject({
        nofile: field(
          whole(1024, 1_048_576).optional(),
          "Files and connections that may be open at once.",
          "1024–1048576",
        ),
      })
      .prefault({}),
    "Limits of the container's processes.",
    "an object",
  ),
};
