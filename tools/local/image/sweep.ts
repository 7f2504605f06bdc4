/** Removes images that earlier runs built and left behind. */
import type Docker from "dockerode";

/** How many without a name are kept: the layers of the newest are the cache of the next build. */
export const keptImages = 3;

/**
 * Removes the older images of this project that no name points to any more, and that no container uses.
 *
 * @param label what only this project's images have, as `name=value`
 */
export async function sweepImages(docker: Docker, label: string): Promise<void> {
  const images = await docker.listImages({ filters: { label: [label], dangling: ["true"] } });
  for (const { Id } of oldOf(images)) {
    // One that is in use is refused.
    await docker
      .getImage(Id)
      .remove()
      .catch(() => undefined);
  }
}

/** Those beyond the newest. */
export const oldOf = <T extends { Created: number }>(images: readonly T[]): T[] =>
  [...images].sort((a, b) => b.Created - a.Created).slice(keptImages);
