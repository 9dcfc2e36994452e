import type { Matrix } from "../linalg/matrix.ts";
import type { Link } from "./conic-block.ts";
import type { PlacedBlock } from "./conic-problem.ts";
import { linkBackward, linkForward } from "./link-products.ts";

/** Blocks that see the weights through one link. */
interface LinkGroup {
  readonly link: Link;
  readonly blocks: readonly number[];
  /** Room for a sum over the blocks, length T. */
  readonly sum: Float64Array;
}

/** The links of all blocks. Products with a matrix that several blocks share are computed once. */
export class SharedLinks {
  readonly #groups: readonly LinkGroup[];

  constructor(blocks: readonly PlacedBlock[]) {
    this.#groups = groupLinks(blocks);
  }

  /** Writes what the scenarios of each block see of the weights into `seen`. */
  forward(x: Float64Array, seen: readonly Float64Array[]): void {
    for (const { link, blocks } of this.#groups) {
      const first = seen[blocks[0]];
      linkForward(link, x, first);
      for (let i = 1; i < blocks.length; i++) {
        seen[blocks[i]].set(first);
      }
    }
  }

  /** Adds the transposed links times `seen` to the first entries of `out`. */
  backward(seen: readonly Float64Array[], out: Float64Array): void {
    for (const { link, blocks, sum } of this.#groups) {
      sum.set(seen[blocks[0]]);
      for (let i = 1; i < blocks.length; i++) {
        addTo(sum, seen[blocks[i]]);
      }
      linkBackward(link, sum, out);
    }
  }
}

function groupLinks(blocks: readonly PlacedBlock[]): LinkGroup[] {
  const shared = new Map<Matrix | Link, number[]>();
  for (const [b, { link }] of blocks.entries()) {
    const key = link.kind === "matrix" ? link.matrix : link;
    const known = shared.get(key);
    if (known === undefined) {
      shared.set(key, [b]);
    } else {
      known.push(b);
    }
  }
  return Array.from(shared.values(), (members) => {
    const { link, scenarios } = blocks[members[0]];
    return { link, blocks: members, sum: new Float64Array(scenarios) };
  });
}

function addTo(x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) {
    x[i] += y[i];
  }
}
