/** What both shapes of a picture are put together from: boxes in stacks, and groups around them. */
import { groupPadding as padding, headOf, type Box, type Head } from "./boxes";
import type { Diagram, DiagramNode } from "./elements";
import { atLeast, column, leaf, type Item } from "./flow";

/** Room for arrows and their labels, downwards. */
export const below = 46;

export type Choice = (node: DiagramNode) => boolean;

export class Parts {
  /** Of the groups that have a frame, by id. */
  readonly heads = new Map<string, Head>();

  constructor(
    readonly diagram: Diagram,
    private readonly boxes: ReadonlyMap<string, Box>,
  ) {}

  /** Boxes of some nodes. */
  leaves(choose: Choice, width = 0): Item[] {
    return this.diagram.nodes.filter(choose).map(({ id }) => {
      const box = this.boxes.get(id)!;
      return leaf(id, Math.max(width, box.width), box.height);
    });
  }

  /** Of one width, one below the other. */
  stack(choose: Choice, width = 0, gap = 10): Item {
    const widest = Math.max(width, ...this.leaves(choose).map((item) => item.width));
    return column(gap, this.leaves(choose, widest));
  }

  /** The boxes of one kind. */
  ofKind(kind: DiagramNode["kind"], width = 0): Item {
    return this.stack((node) => node.kind === kind, width);
  }

  /** A group around its content; the content alone where there is no such group. */
  frame(id: string, content: Item, widest = content.width): Item {
    const group = this.diagram.groups.find((known) => known.id === id);
    if (!group || content.width === 0) return content;
    const head = headOf(group, widest);
    this.heads.set(id, head);
    return framed(id, head, content);
  }

  /** How wide the title of a group is at least. */
  narrowest(id: string): number {
    return Math.max(
      0,
      ...this.diagram.groups.filter((group) => group.id === id).map((group) => headOf(group, 0).width),
    );
  }
}

/** A group's frame, with its title below its content: arrows come from above and leave to the right. */
function framed(id: string, head: Head, content: Item): Item {
  const size = {
    width: Math.max(content.width, head.width) + 2 * padding,
    height: content.height + padding + head.height,
  };
  return {
    ...size,
    put: (x, y, places) => {
      places.set(id, { x, y, ...size });
      content.put(x + padding, y + padding, places);
    },
  };
}

/** With room to the left, so that it ends where a width does. */
export const toTheRight = (width: number, item: Item): Item => ({
  ...atLeast(width, item),
  put: (x, y, places) => item.put(x + Math.max(0, width - item.width), y, places),
});
