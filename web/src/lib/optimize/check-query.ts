import { call } from "../api/call.ts";
import type { LimitChange } from "./limit-fields.ts";
import type { Problem } from "./problem.ts";
import { constraintsInit } from "./problem-request.ts";

/** Whether limits can be met, and what would make them so. */
export interface LimitCheck {
  readonly isFeasible: boolean;
  readonly conflicts: readonly {
    readonly description: string;
    readonly fields: readonly string[];
  }[];
  readonly relaxation: readonly (LimitChange & { readonly description: string })[];
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
          relaxation: answer.relaxation.map(({ field, to, description }) => ({
            field,
            to,
            description,
          })),
          ranges: new Map(answer.ranges.map(({ field, min, max }) => [field, { min, max }])),
        };
      }),
    enabled: isWanted && symbols.length > 0,
    retry: false,
  };
}
