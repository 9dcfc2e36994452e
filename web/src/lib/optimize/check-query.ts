import { call } from "../api/call.ts";
import type { LimitChange } from "./limit-fields.ts";
import type { Problem } from "./problem.ts";
import { constraintsInit } from "./problem-request.ts";

/** A limit to change, and what that means. */
type DescribedChange = LimitChange & { readonly description: string };

/** Whether limits can be met, and what would make them so. */
export interface LimitCheck {
  readonly isFeasible: boolean;
  readonly conflicts: readonly {
    readonly description: string;
    readonly fields: readonly string[];
  }[];
  readonly relaxation: readonly DescribedChange[];
  /** The changes of which the largest is least. */
  readonly evenRelaxation: readonly DescribedChange[];
  /** What the limits leave of each sum, by the field where it was written. */
  readonly ranges: ReadonlyMap<string, { readonly min: number; readonly max: number }>;
}

/** Asks whether any weights satisfy the limits of a problem. */
export function limitCheckQuery(problem: Problem, isWanted: boolean) {
  const { symbols, limits, minWeight, maxWeight } = problem;
  return {
    queryKey: ["limits", symbols, limits, minWeight, maxWeight],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients): Promise<LimitCheck> => {
        const answer = await clients.optimization.checkConstraints(
          { symbols: [...symbols], constraints: constraintsInit(problem) },
          { signal },
        );
        return {
          isFeasible: answer.feasible,
          conflicts: answer.conflicts.map(({ description, fields }) => ({ description, fields })),
          relaxation: answer.relaxation.map(described),
          evenRelaxation: answer.evenRelaxation.map(described),
          ranges: new Map(answer.ranges.map(({ field, min, max }) => [field, { min, max }])),
        };
      }),
    enabled: isWanted && symbols.length > 0,
    retry: false,
  };
}

function described({ field, to, description }: DescribedChange): DescribedChange {
  return { field, to, description };
}
