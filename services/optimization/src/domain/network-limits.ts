import {
  assetClusters,
  assetNetwork,
  type CentralityMeasure,
  type CountLimit,
  clusterAssets,
  findConflicts,
  type LinearRow,
  type Matrix,
  type NetworkKind,
  nearbySets,
  networkCentrality,
  type WeightConstraints,
} from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import { distancesOf, withoutVolatility } from "./cluster-distances.ts";
import { infeasible } from "./infeasible.ts";
import type { DiscreteSearch } from "./portfolio-problem.ts";
import type { ClusteringMethod } from "./rule-objectives.ts";
import type { SolveFailure } from "./solve-task.ts";

/** Limits by a network of the assets. */
export interface NetworkLimits {
  readonly kind: NetworkKind;
  readonly clustering: ClusteringMethod;
  /** Steps within which no two assets are held; 0 for no limit. */
  readonly separation: number;
  /** Most assets held of a cluster; 0 for no limit. */
  readonly perClusterMax: number;
  /** On the sum of weights times centralities. */
  readonly centrality:
    | { readonly measure: CentralityMeasure; readonly lower: number; readonly upper: number }
    | undefined;
}

/** Name of the row of centralities, whose limits are no shares. */
export const CENTRALITY_NAME = "average centrality";

/** JSON path of the limits. */
export const NETWORK_FIELD = "constraints.network";

/** Whether limits count assets, so that an answer has to be searched for. */
export function countsAssets({ separation, perClusterMax }: NetworkLimits): boolean {
  return separation > 0 || perClusterMax > 0;
}

interface Limited {
  readonly symbols: readonly string[];
  readonly limits: WeightConstraints;
  readonly network?: NetworkLimits | undefined;
  readonly discreteness?: DiscreteSearch | undefined;
}

/**
 * Turns the limits by a network into linear ones and counts, by the network of the estimates.
 *
 * @returns The task with them, or why it has none.
 */
export function withNetworkLimits<T extends Limited>(
  task: T,
  estimates: EstimatesWithViews,
): { readonly status: "limited"; readonly task: T } | SolveFailure {
  const { network, limits, symbols } = task;
  if (network === undefined) {
    return { status: "limited", task };
  }
  const zero = withoutVolatility(estimates.covariance, symbols);
  if (zero.length > 0) {
    return { status: "zero-volatility", symbols: zero };
  }
  const distances = distancesOf(network.clustering, estimates);
  const rows = [...limits.rows, ...centralityRows(network, distances)];
  const all = { ...limits, rows };
  const conflicts = findConflicts(all, symbols);
  return conflicts.length > 0
    ? infeasible(all, symbols, conflicts)
    : {
        status: "limited",
        task: {
          ...task,
          limits: all,
          discreteness: task.discreteness && withCounts(task.discreteness, network, distances),
        },
      };
}

function centralityRows({ kind, centrality }: NetworkLimits, distances: Matrix): LinearRow[] {
  if (centrality === undefined) {
    return [];
  }
  const { measure, lower, upper } = centrality;
  const coefficients = [...networkCentrality(assetNetwork(distances, kind), measure)];
  const assets = [...coefficients.keys()];
  return [{ name: CENTRALITY_NAME, assets, coefficients, lower, upper }];
}

function withCounts(
  search: DiscreteSearch,
  network: NetworkLimits,
  distances: Matrix,
): DiscreteSearch {
  const nearby =
    network.separation > 0
      ? nearbySets(assetNetwork(distances, network.kind), network.separation)
      : [];
  const clusters = network.perClusterMax > 0 ? clustersOf(network, distances) : [];
  const counts = [
    ...nearby.map((members) => atMost(1, members)),
    ...clusters.map((members) => atMost(network.perClusterMax, members)),
  ];
  const none = new Float64Array(distances.rows);
  const holdings = search.limits.holdings ?? { leastAbove: none, leastBelow: none, counts: [] };
  return {
    ...search,
    limits: {
      ...search.limits,
      holdings: { ...holdings, counts: [...holdings.counts, ...counts] },
    },
    countFields: [
      ...search.countFields,
      ...nearby.map(() => `${NETWORK_FIELD}.separation`),
      ...clusters.map(() => `${NETWORK_FIELD}.per_cluster_max`),
    ],
  };
}

function clustersOf({ clustering }: NetworkLimits, distances: Matrix): number[][] {
  const { linkage, optimalLeafOrder, clusterCount } = clustering;
  const tree = clusterAssets(distances, linkage, optimalLeafOrder);
  const most = clusterCount && Math.min(clusterCount, distances.rows);
  return assetClusters(tree, distances, most);
}

function atMost(most: number, members: readonly number[]): CountLimit {
  return { members, least: 0, most: Math.min(most, members.length) };
}
