/**
 * What Fargate accepts: task sizes and image references.
 *
 * Sizes: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size
 */

const gib = (from: number, to: number, step = 1): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, i) => (from + i * step) * 1024);

/** CPU units (1024 = one vCPU) → the memory sizes, in MiB, that Fargate accepts with them on Linux. */
export const taskSizes: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: gib(1, 4),
  1024: gib(2, 8),
  2048: gib(4, 16),
  4096: gib(8, 30),
  8192: gib(16, 60, 4),
  16384: gib(32, 120, 8),
  32768: [60, 120, 244].map((size) => size * 1024),
};

/** What is wrong with a task size, or undefined. Fargate never rounds: any other pair fails at registration. */
export function taskSizeProblem(
  cpu: number,
  memory: number,
): { property: "cpu" | "memory"; allowed: string; fix: string } | undefined {
  const sizes = taskSizes[cpu];
  if (!sizes) {
    const known = Object.keys(taskSizes).map(Number);
    const nearest =
      known.find((size) => size >= cpu && taskSizes[size]?.includes(memory)) ??
      known.find((size) => size >= cpu) ??
      known[known.length - 1];
    return { property: "cpu", allowed: known.join(", "), fix: `set it to ${nearest}` };
  }
  if (sizes.includes(memory)) return undefined;
  const larger = sizes.find((size) => size >= memory);
  const largest = sizes[sizes.length - 1];
  const roomier = Object.values(taskSizes).some((others) => others.some((size) => size >= memory));
  return {
    property: "memory",
    allowed: `with ${cpu} CPU units ${sizes.join(", ")} (MiB)`,
    fix: larger ? `set it to ${larger}` : `set it to ${largest}${roomier ? " or choose more CPU" : ""}`,
  };
}

/**
 * MiB that each of the companion's two containers may take: a shell, and what it asks with. More would be a fault in it, and must
 * not take the application's memory.
 */
export const companionMemory = 64;

/**
 * MiB that the containers of a task are limited to in sum, which must be less than the task's: those that have ended count as well.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (memory)
 *
 * @param companions how many containers of the companion are among them
 */
export const limitedMemory = (
  containers: readonly { memory?: number | undefined }[],
  companions: number,
): number => containers.reduce((sum, { memory = 0 }) => sum + memory, companions * companionMemory);

/** Least and most GiB of ephemeral storage that can be asked for. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html */
export const ephemeralStorageGib = [21, 200] as const;

/** Name of the volume for a folder. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html */
export const volumeOf = (folder: string): string => folder.slice(1).replace(/[^A-Za-z0-9_-]/g, "-");

/** The kernel capabilities a container engine grants by default. */
const defaultCapabilities = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "NET_RAW",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

/**
 * Capabilities to drop by name. `drop: ["ALL"]` would take NET_BIND_SERVICE too, and Fargate can add only SYS_PTRACE back,
 * so a non-root process could never listen on port 80.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
 */
export const droppedCapabilities: readonly string[] = defaultCapabilities.filter(
  (capability) => capability !== "NET_BIND_SERVICE",
);

const ecrImage =
  /^(?<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)\/(?<repository>[a-z0-9._/-]+)(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/;

/** The parts of a private ECR image reference; undefined for any other registry. */
export function parseEcrImage(
  image: string,
): { account: string; region: string; repository: string } | undefined {
  const { account, region, repository } = ecrImage.exec(image)?.groups ?? {};
  return account && region && repository ? { account, region, repository } : undefined;
}

/** ARN of the repository that an image is pulled from; undefined for any other registry than private ECR. */
export function ecrRepositoryArn({ partition }: { partition: string }, image: string): string | undefined {
  const ecr = parseEcrImage(image);
  return ecr && `arn:${partition}:ecr:${ecr.region}:${ecr.account}:repository/${ecr.repository}`;
}

/** What a task stores free of charge, in GiB. https://aws.amazon.com/fargate/pricing/ */
export const freeStorageGib = 20;
