/** Where a branch begins: a row of the table, or the middle of a cluster. */
interface Branch {
  /** Middle of the branch, in rows from the top: leaf k is at k + ½. */
  readonly row: number;
  /** Where it begins, from 0 at the leaves to 1 at the root. */
  readonly at: number;
}

/** Two branches of a tree that meet. */
export interface TreeFork {
  readonly first: Branch;
  readonly second: Branch;
  /** Where they meet: the least distance is at 0.15, the largest at 1. */
  readonly at: number;
}

// Distances of correlations lie close together: they are drawn from the least on.
const NEAREST = 0.15;

/** Two clusters that become one: of n leaves, cluster n + k is what merge k makes. */
interface Merge {
  readonly left: number;
  readonly right: number;
  readonly distance: number;
}

/**
 * Lays out a tree beside rows.
 *
 * @param order - Leaves from top to bottom.
 * @param merges - One fewer than leaves, of ascending distance.
 */
export function treeForks(order: readonly number[], merges: readonly Merge[]): readonly TreeFork[] {
  const least = merges[0]?.distance ?? 0;
  const reach = (merges.at(-1)?.distance ?? 0) - least || 1;
  const branches: Branch[] = [];
  for (const [row, leaf] of order.entries()) {
    branches[leaf] = { row: row + 0.5, at: 0 };
  }
  const start: Branch = { row: 0, at: 0 };
  return merges.map(({ left, right, distance }) => {
    const [first, second] = [branches[left] ?? start, branches[right] ?? start];
    const at = NEAREST + ((1 - NEAREST) * (distance - least)) / reach;
    branches.push({ row: (first.row + second.row) / 2, at });
    return { first, second, at };
  });
}
