/** How clusters merge: by a rule for the distance of two, or along directed bubbles of a graph. */
export type Linkage = "single" | "directed-bubble" | PairwiseLinkage;

/** How the distance of two clusters follows from those of their parts. */
export type PairwiseLinkage = "complete" | "average" | "weighted" | "ward" | "centroid" | "median";

/** Three clusters, of which two merge. */
interface MergingClusters {
  /** From the third cluster to each of the two, and between the two. */
  readonly toFirst: number;
  readonly toSecond: number;
  readonly between: number;
  /** Numbers of members. */
  readonly firstSize: number;
  readonly secondSize: number;
  readonly size: number;
}

/** Whether a linkage is about squared distances. */
export function usesSquares(linkage: Linkage): boolean {
  return linkage === "ward" || linkage === "centroid" || linkage === "median";
}

/**
 * Computes the distance of a cluster from two others that merge.
 *
 * @returns A squared distance from squared ones, where the linkage uses squares.
 * @see Lance & Williams (1967), "A General Theory of Classificatory Sorting Strategies",
 *   doi:10.1093/comjnl/9.4.373
 */
export function mergedDistance(
  linkage: PairwiseLinkage,
  { toFirst, toSecond, between, firstSize, secondSize, size }: MergingClusters,
): number {
  const members = firstSize + secondSize;
  switch (linkage) {
    case "complete":
      return Math.max(toFirst, toSecond);
    case "average":
      return (firstSize * toFirst + secondSize * toSecond) / members;
    case "weighted":
      return (toFirst + toSecond) / 2;
    case "ward":
      return (
        ((size + firstSize) * toFirst + (size + secondSize) * toSecond - size * between) /
        (size + members)
      );
    case "centroid":
      return (
        (firstSize * toFirst +
          secondSize * toSecond -
          (firstSize * secondSize * between) / members) /
        members
      );
    case "median":
      return (toFirst + toSecond) / 2 - between / 4;
  }
}
