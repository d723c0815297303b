/** [x, y] in pixels, y downwards. */
export type Point = readonly [x: number, y: number];

/** Edges of a cuboid as they are drawn: those of its face stand for height and width, its depth for channels. */
export interface Edges {
  readonly height: number;
  readonly width: number;
  readonly depth: number;
}

/** How far the face leans back: each pixel of width goes this far right and up. */
const LEAN: Point = [0.4, 0.33];

/** A cuboid in oblique projection: its depth runs to the right, and its face, height × width, looks to the right and leans back. */
export class Cuboid {
  readonly edges: Edges;
  /** The corner of front and left, at the bottom. */
  readonly #origin: Point;

  /** @param center of its silhouette */
  constructor(edges: Edges, [x, y]: Point) {
    this.edges = edges;
    const [width, height] = silhouetteOf(edges);
    this.#origin = [x - width / 2, y + height / 2];
  }

  /** A point inside it; each share is from 0 to 1: along the depth, along the width, and up. */
  at(depth: number, width: number, up: number): Point {
    const { edges } = this;
    const back = width * edges.width;
    const [x, y] = this.#origin;
    return [x + depth * edges.depth + back * LEAN[0], y - up * edges.height - back * LEAN[1]];
  }

  get left(): number {
    return this.#origin[0];
  }
  get right(): number {
    return this.at(1, 1, 1)[0];
  }
  get top(): number {
    return this.at(1, 1, 1)[1];
  }
  get bottom(): number {
    return this.#origin[1];
  }
  /** The middle of the top, where arcs land. */
  get crown(): Point {
    return this.at(0.5, 1, 1);
  }

  get front(): Point[] {
    return [this.at(0, 0, 0), this.at(1, 0, 0), this.at(1, 0, 1), this.at(0, 0, 1)];
  }
  get roof(): Point[] {
    return [this.at(0, 0, 1), this.at(1, 0, 1), this.at(1, 1, 1), this.at(0, 1, 1)];
  }
  get face(): Point[] {
    return this.window([1, 1]);
  }

  /** A window in the middle of the face; its shares of height and width. */
  window([height, width]: readonly [number, number]): Point[] {
    const [low, high] = [0.5 - height / 2, 0.5 + height / 2];
    const [near, far] = [0.5 - width / 2, 0.5 + width / 2];
    return [this.at(1, near, low), this.at(1, far, low), this.at(1, far, high), this.at(1, near, high)];
  }
}

/** [width, height] of what a cuboid covers. */
export function silhouetteOf({ height, width, depth }: Edges): [number, number] {
  return [depth + width * LEAN[0], height + width * LEAN[1]];
}
