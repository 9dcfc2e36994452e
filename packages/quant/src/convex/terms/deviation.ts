import { centeredGram } from "../../linalg/gram.ts";
import { factorShifted } from "../dense-factor.ts";
import type { NormTerm } from "./norm.ts";
import { demeanedReturns, probabilitiesOf, type Scenarios } from "./scenarios.ts";

/** Makes a multiple of the standard deviation, as a norm of as many rows as there are assets. */
export function deviationTerm(scenarios: Scenarios, factor: number): NormTerm {
  const demeaned = demeanedReturns(scenarios);
  const n = demeaned.cols;
  const roots = probabilitiesOf(scenarios).map(Math.sqrt);
  const { values } = centeredGram(demeaned, new Float64Array(n), roots);
  factorShifted(values, n);
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      matrix[i * n + j] = factor * values[j * n + i];
    }
  }
  return { kind: "norm", matrix: { rows: n, cols: n, values: matrix } };
}
