import { ArgumentError } from "@portfolio/quant";
import type { TreeEnsemble } from "../trees/tree-ensemble.ts";
import { type Artifact, tensorOf } from "./artifact.ts";

/** Takes an ensemble apart. */
export function treesArtifact(trees: TreeEnsemble): Artifact {
  const { featureCount, base, ...arrays } = trees;
  return {
    attributes: { kind: "trees", featureCount },
    tensors: { base: Float64Array.of(base), ...arrays },
  };
}

/**
 * Puts an ensemble together again.
 *
 * @throws {ArgumentError} A part is missing, or a node leads to itself, back or nowhere.
 */
export function treesOf(artifact: Artifact): TreeEnsemble {
  const { featureCount } = artifact.attributes;
  if (!(Number.isSafeInteger(featureCount) && Number(featureCount) > 0)) {
    throw new ArgumentError("the model does not say how many features it has");
  }
  const features = tensorOf(artifact, "features", Int32Array);
  const count = features.length;
  const trees: TreeEnsemble = {
    featureCount: Number(featureCount),
    base: tensorOf(artifact, "base", Float64Array, 1)[0],
    roots: tensorOf(artifact, "roots", Int32Array),
    features,
    thresholds: tensorOf(artifact, "thresholds", Float64Array, count),
    lefts: tensorOf(artifact, "lefts", Int32Array, count),
    rights: tensorOf(artifact, "rights", Int32Array, count),
    missingLeft: tensorOf(artifact, "missingLeft", Uint8Array, count),
    values: tensorOf(artifact, "values", Float64Array, count),
    covers: tensorOf(artifact, "covers", Float64Array, count),
  };
  requireSound(trees);
  return trees;
}

/** Children come after their parents, so that every way ends at a leaf. */
function requireSound(trees: TreeEnsemble): void {
  const count = trees.features.length;
  const isNode = (node: number, after: number) => node > after && node < count;
  const isSound = trees.features.every(
    (feature, node) =>
      feature === -1 ||
      (feature >= 0 &&
        feature < trees.featureCount &&
        isNode(trees.lefts[node], node) &&
        isNode(trees.rights[node], node)),
  );
  if (!(isSound && trees.roots.every((root) => isNode(root, -1)))) {
    throw new ArgumentError("a node of the model leads nowhere");
  }
}
