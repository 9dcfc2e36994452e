import { keepPreviousData } from "@tanstack/svelte-query";
import { call } from "../api/call.ts";
import { matrixValues } from "../api/matrix-values.ts";
import { type TreeFork, treeForks } from "../charts/series/tree-forks.ts";
import { type AnswerSource, sourceOf } from "../optimize/answer-source.ts";
import type { CovarianceMethod } from "../optimize/problem.ts";
import { covarianceField } from "../optimize/problem-request.ts";
import { datasetField, type Holdings } from "./holdings.ts";

// More cells than this squared are no picture.
const ASSETS_SHOWN = 60;

/** Correlations of the largest positions, in an order that puts those side by side that move alike. */
export interface CorrelationAnswer {
  readonly symbols: readonly string[];
  /** Row-major, in the order of `symbols`. */
  readonly correlations: Float64Array;
  /** Of the rows, by single linkage. */
  readonly tree: readonly TreeFork[];
  readonly positionCount: number;
  readonly conditionNumber: number;
  /** From 0 to 1. */
  readonly shrinkage: number;
  readonly source: AnswerSource;
}

/** Asks how the positions of a portfolio move together. */
export function correlationQuery(holdings: Holdings, covariance: CovarianceMethod) {
  return {
    queryKey: ["correlation", holdings, covariance],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients): Promise<CorrelationAnswer> => {
        const answer = await clients.optimization.estimateMoments(
          {
            symbols: largest(holdings),
            dataset: datasetField(holdings.dataset),
            startDate: holdings.startDate,
            endDate: holdings.endDate,
            covariance: { method: covarianceField(covariance) },
          },
          { signal },
        );
        const order = answer.tree?.leafOrder ?? [];
        const correlations = answer.correlation ? matrixValues(answer.correlation) : undefined;
        return {
          symbols: order.map((i) => answer.symbols[i] ?? ""),
          correlations: reorder(correlations ?? new Float64Array(), order),
          tree: treeForks(order, answer.tree?.merges ?? []),
          positionCount: holdings.positions.length,
          conditionNumber: answer.estimateQuality?.conditionNumber ?? Number.NaN,
          shrinkage: answer.estimateQuality?.shrinkage ?? 0,
          source: sourceOf(answer),
        };
      }),
    placeholderData: keepPreviousData,
  };
}

/** Rows and columns of a square matrix in another order. */
export function reorder(matrix: Float64Array, order: readonly number[]): Float64Array {
  const n = order.length;
  return Float64Array.from(
    { length: n * n },
    (_, k) => matrix[(order[Math.floor(k / n)] ?? 0) * n + (order[k % n] ?? 0)] ?? Number.NaN,
  );
}

function largest({ positions }: Holdings): string[] {
  return [...positions]
    .sort((first, second) => Math.abs(second.weight) - Math.abs(first.weight))
    .slice(0, ASSETS_SHOWN)
    .map(({ symbol }) => symbol);
}
