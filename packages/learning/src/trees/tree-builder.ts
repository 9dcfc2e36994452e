import type { TreeEnsemble } from "./tree-ensemble.ts";

/** Collects the nodes of an ensemble while it grows. */
export interface TreeBuilder {
  /** Says that the next node is a root. */
  readonly startTree: () => void;
  /** Adds a leaf of value 0. @returns Its number. */
  readonly addLeaf: (cover: number) => number;
  readonly setLeaf: (node: number, value: number) => void;
  /** Makes a leaf an inner node. */
  readonly split: (node: number, question: Question) => void;
  readonly connect: (node: number, left: number, right: number) => void;
  /** What has been grown so far, good until the next change. */
  readonly view: () => TreeEnsemble;
}

/** What an inner node asks. */
export interface Question {
  readonly feature: number;
  readonly threshold: number;
  readonly missingLeft: boolean;
}

/** Starts an ensemble, or goes on with one, which is not changed. */
export function treeBuilder(start: TreeEnsemble): TreeBuilder {
  let nodeCount = start.features.length;
  let treeCount = start.roots.length;
  let room = copyTrees(start, treeCount, nodeCount);
  const makeRoom = () => {
    if (nodeCount === room.features.length || treeCount === room.roots.length) {
      room = copyTrees(room, 2 * treeCount + 16, 2 * nodeCount + 64);
    }
  };
  return {
    startTree: () => {
      makeRoom();
      room.roots[treeCount++] = nodeCount;
    },
    addLeaf: (cover) => {
      makeRoom();
      room.features[nodeCount] = -1;
      room.covers[nodeCount] = cover;
      return nodeCount++;
    },
    setLeaf: (node, value) => {
      room.values[node] = value;
    },
    split: (node, { feature, threshold, missingLeft }) => {
      room.features[node] = feature;
      room.thresholds[node] = threshold;
      room.missingLeft[node] = missingLeft ? 1 : 0;
    },
    connect: (node, left, right) => {
      room.lefts[node] = left;
      room.rights[node] = right;
    },
    view: () => viewTrees(room, treeCount, nodeCount),
  };
}

/** An ensemble without trees. */
export function noTrees(featureCount: number, base: number): TreeEnsemble {
  return {
    featureCount,
    base,
    roots: new Int32Array(0),
    features: new Int32Array(0),
    thresholds: new Float64Array(0),
    lefts: new Int32Array(0),
    rights: new Int32Array(0),
    missingLeft: new Uint8Array(0),
    values: new Float64Array(0),
    covers: new Float64Array(0),
  };
}

/** Copies the first trees of an ensemble. */
export function firstTrees(trees: TreeEnsemble, count: number): TreeEnsemble {
  const nodeCount = count < trees.roots.length ? trees.roots[count] : trees.features.length;
  return copyTrees(viewTrees(trees, count, nodeCount), count, nodeCount);
}

function viewTrees(trees: TreeEnsemble, treeCount: number, nodeCount: number): TreeEnsemble {
  return {
    featureCount: trees.featureCount,
    base: trees.base,
    roots: trees.roots.subarray(0, treeCount),
    features: trees.features.subarray(0, nodeCount),
    thresholds: trees.thresholds.subarray(0, nodeCount),
    lefts: trees.lefts.subarray(0, nodeCount),
    rights: trees.rights.subarray(0, nodeCount),
    missingLeft: trees.missingLeft.subarray(0, nodeCount),
    values: trees.values.subarray(0, nodeCount),
    covers: trees.covers.subarray(0, nodeCount),
  };
}

/** Copies an ensemble to arrays of at least its size. */
function copyTrees(trees: TreeEnsemble, treeRoom: number, nodeRoom: number): TreeEnsemble {
  const copy: TreeEnsemble = {
    featureCount: trees.featureCount,
    base: trees.base,
    roots: new Int32Array(treeRoom),
    features: new Int32Array(nodeRoom),
    thresholds: new Float64Array(nodeRoom),
    lefts: new Int32Array(nodeRoom),
    rights: new Int32Array(nodeRoom),
    missingLeft: new Uint8Array(nodeRoom),
    values: new Float64Array(nodeRoom),
    covers: new Float64Array(nodeRoom),
  };
  copy.roots.set(trees.roots);
  copy.features.set(trees.features);
  copy.thresholds.set(trees.thresholds);
  copy.lefts.set(trees.lefts);
  copy.rights.set(trees.rights);
  copy.missingLeft.set(trees.missingLeft);
  copy.values.set(trees.values);
  copy.covers.set(trees.covers);
  return copy;
}
