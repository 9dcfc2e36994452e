import { ArgumentError } from "../../src/errors.ts";
import {
  type Answer,
  discrete,
  type EntryPoint,
  frontier,
  frontierGoal,
  rules,
} from "./entry-points.ts";
import { type FuzzInput, fuzzInput } from "./fuzz-input.ts";
import { goalOfMeasure } from "./goal-entry.ts";
import { estimator, quadratic, views } from "./other-entries.ts";
import { violationOf } from "./violation.ts";

/** Largest violation of a limit that counts as kept. */
export const VIOLATION_MAX = 1e-9;

const ENTRY_POINTS: Readonly<Record<string, EntryPoint>> = {
  frontier,
  frontierGoal,
  goalOfMeasure,
  quadratic,
  discrete,
  rules,
  estimator,
  views,
};

/** What became of one case. */
export interface CaseOutcome {
  readonly seed: number;
  readonly entryPoint: string;
  /** Status of the answer, or `refused` for an ArgumentError. */
  readonly status: string;
  /** What must not be: another error, NaN, a broken limit; nothing if all is well. */
  readonly failure?: string;
  readonly violation: number;
  readonly residual: number;
}

/** Tries one entry point, chosen by the seed, on one input. */
export function runCase(seed: number): CaseOutcome {
  const names = Object.keys(ENTRY_POINTS);
  const entryPoint = names[seed % names.length];
  const input = fuzzInput(seed);
  const outcome = { seed, entryPoint, violation: 0, residual: 0 };
  try {
    const answer = ENTRY_POINTS[entryPoint](input);
    return { ...outcome, status: answer.status, ...judge(answer, input) };
  } catch (error) {
    return error instanceof ArgumentError
      ? { ...outcome, status: "refused" }
      : { ...outcome, status: "thrown", failure: String(error) };
  }
}

function judge({ status, weights, numbers, residual = 0, excess = 0 }: Answer, input: FuzzInput) {
  let violation = excess;
  for (const portfolio of weights) {
    const broken = violationOf(portfolio, input.constraints);
    violation = broken > violation || Number.isNaN(broken) ? broken : violation;
  }
  const hasNaN = numbers.some((values) => values.some(Number.isNaN));
  const failure = failureOf(status, violation, hasNaN);
  return { violation, residual, ...(failure !== undefined && { failure }) };
}

function failureOf(status: string, violation: number, hasNaN: boolean): string | undefined {
  if (hasNaN || Number.isNaN(violation)) {
    return "NaN";
  }
  if (violation > VIOLATION_MAX) {
    return `a limit is broken by ${violation.toExponential(1)}`;
  }
  return status.includes("without a reason") ? status : undefined;
}
