import { limitsFor, limitsJson, readLimits } from "../optimize/limits.ts";
import type { Problem } from "../optimize/problem.ts";
import { fieldsOf, numberIn, parseJson } from "../optimize/read-json.ts";

interface Defaults {
  readonly defaultMin?: number;
  readonly defaultMax?: number;
}

const readDefaults = fieldsOf<Defaults>({
  defaultMin: numberIn(-1, 1),
  defaultMax: numberIn(0, 1),
});

/** Writes the constraints of a problem as JSON: the contract's `Constraints`. */
export function limitsFile({ minWeight, maxWeight, limits }: Problem): string {
  const document = {
    defaultMin: minWeight,
    ...(maxWeight === undefined ? {} : { defaultMax: maxWeight }),
    ...limitsJson(limits),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Reads constraints into a problem, without those of assets that it does not have; undefined when there are none. */
export function withLimitsFile(problem: Problem, text: string): Problem | undefined {
  const document = parseJson(text);
  const limits = limitsFor(readLimits(document), problem.symbols);
  const defaults = readDefaults(document);
  if (defaults === undefined && Object.keys(limits).length === 0) {
    return;
  }
  return {
    ...problem,
    minWeight: defaults?.defaultMin ?? problem.minWeight,
    maxWeight: defaults?.defaultMax ?? problem.maxWeight,
    limits,
  };
}
