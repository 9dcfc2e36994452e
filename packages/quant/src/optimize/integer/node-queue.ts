import type { SearchNode } from "./search-node.ts";

/** Open nodes, least bound first: a binary heap. Among equal bounds, the deepest first. */
export class NodeQueue {
  readonly #nodes: SearchNode[] = [];

  get size(): number {
    return this.#nodes.length;
  }

  /** Least bound of all open nodes; Infinity when there are none. */
  get bound(): number {
    return this.#nodes[0]?.bound ?? Number.POSITIVE_INFINITY;
  }

  push(node: SearchNode): void {
    const nodes = this.#nodes;
    let at = nodes.length;
    nodes.push(node);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!comesBefore(node, nodes[parent])) {
        break;
      }
      nodes[at] = nodes[parent];
      at = parent;
    }
    nodes[at] = node;
  }

  pop(): SearchNode | undefined {
    const nodes = this.#nodes;
    const first = nodes[0];
    const last = nodes.pop();
    if (last !== undefined && nodes.length > 0) {
      this.#sink(last);
    }
    return first;
  }

  #sink(node: SearchNode): void {
    const nodes = this.#nodes;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < nodes.length && comesBefore(nodes[child + 1], nodes[child])) {
        child++;
      }
      if (child >= nodes.length || !comesBefore(nodes[child], node)) {
        break;
      }
      nodes[at] = nodes[child];
      at = child;
    }
    nodes[at] = node;
  }
}

function comesBefore(a: SearchNode, b: SearchNode): boolean {
  return a.bound < b.bound || (a.bound === b.bound && a.depth > b.depth);
}
