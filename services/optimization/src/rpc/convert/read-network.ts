import {
  NetworkKind as WireKind,
  CentralityMeasure as WireMeasure,
  type NetworkLimits as WireNetwork,
} from "@portfolio/gen/portfolio/optimization/v1/constraint_pb.js";
import type { CentralityMeasure, NetworkKind } from "@portfolio/quant";
import { NETWORK_FIELD, type NetworkLimits } from "../../domain/network-limits.ts";
import type { LimitPaths } from "../../domain/portfolio-problem.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readClustering } from "./read-tree-objective.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

/** Where the limits on the average centrality are written. */
export const CENTRALITY_PATHS: LimitPaths = {
  lower: `${NETWORK_FIELD}.average_centrality_min`,
  upper: `${NETWORK_FIELD}.average_centrality_max`,
};

const CENTRALITY_MAX = 1e6;

const KINDS: Readonly<Record<WireKind, NetworkKind>> = {
  [WireKind.UNSPECIFIED]: "minimum-spanning-tree",
  [WireKind.MINIMUM_SPANNING_TREE]: "minimum-spanning-tree",
  [WireKind.PLANAR]: "planar",
};

const MEASURES: Readonly<Record<WireMeasure, CentralityMeasure>> = {
  [WireMeasure.UNSPECIFIED]: "degree",
  [WireMeasure.DEGREE]: "degree",
  [WireMeasure.EIGENVECTOR]: "eigenvector",
  [WireMeasure.KATZ]: "katz",
  [WireMeasure.CLOSENESS]: "closeness",
  [WireMeasure.BETWEENNESS]: "betweenness",
  [WireMeasure.SUBGRAPH]: "subgraph",
  [WireMeasure.LAPLACIAN]: "laplacian",
};

/**
 * Reads limits by a network of the assets.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `BOUNDS_REVERSED`.
 */
export function readNetwork(
  message: WireNetwork | undefined,
  assetCount: number,
): NetworkLimits | undefined {
  if (message === undefined) {
    return;
  }
  const { separation, perClusterMax } = message;
  const centrality = readCentrality(message);
  if (separation === 0 && perClusterMax === 0 && centrality === undefined) {
    refuse("REQUEST_INVALID", NETWORK_FIELD, "limit the separation, clusters or the centrality");
  }
  return {
    kind: KINDS[message.kind],
    clustering: readClustering(message.clustering, {
      field: `${NETWORK_FIELD}.clustering`,
      linkage: "ward",
      countMax: assetCount,
    }),
    separation,
    perClusterMax,
    centrality,
  };
}

function readCentrality(message: WireNetwork): NetworkLimits["centrality"] {
  const { averageCentralityMin: least, averageCentralityMax: most } = message;
  if (least === undefined && most === undefined) {
    return;
  }
  checkNumbers([
    { field: CENTRALITY_PATHS.lower, value: least, min: 0, max: CENTRALITY_MAX },
    { field: CENTRALITY_PATHS.upper, value: most, min: 0, max: CENTRALITY_MAX },
  ]);
  if (least !== undefined && most !== undefined && least > most) {
    const description = `the lowest, ${least}, is over the highest, ${most}`;
    refuseIfAny(
      "BOUNDS_REVERSED",
      [CENTRALITY_PATHS.lower, CENTRALITY_PATHS.upper].map((field) => ({ field, description })),
    );
  }
  return {
    measure: MEASURES[message.centrality],
    lower: least ?? Number.NEGATIVE_INFINITY,
    upper: most ?? Number.POSITIVE_INFINITY,
  };
}
