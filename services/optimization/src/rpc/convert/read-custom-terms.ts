import type { CustomTerms as WireTerms } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import type { CustomTerms } from "@portfolio/quant";
import { readSymmetricMatrix } from "./read-matrix.ts";
import { checkNumbers, withoutDust } from "./read-numbers.ts";
import { refuse } from "./refuse.ts";

const FIELD = "objective.custom_terms";
const COEFFICIENT_MAX = 1e6;

/**
 * Reads terms that are added to the objective.
 *
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `ESTIMATE_SHAPE_WRONG`,
 *   `COVARIANCE_NOT_SYMMETRIC`.
 */
export function readCustomTerms(
  message: WireTerms | undefined,
  assetCount: number,
): CustomTerms | undefined {
  if (message === undefined) {
    return;
  }
  const { linear, quadratic, l1, l2 } = message;
  const range = { min: 0, max: COEFFICIENT_MAX };
  checkNumbers([
    { field: `${FIELD}.l1`, value: l1, ...range },
    { field: `${FIELD}.l2`, value: l2, ...range },
  ]);
  return {
    linear: linear.length === 0 ? undefined : readLinear(linear, assetCount),
    quadratic: quadratic && readSymmetricMatrix(quadratic, assetCount, `${FIELD}.quadratic`),
    l1,
    l2,
  };
}

function readLinear(values: readonly number[], assetCount: number): Float64Array {
  const field = `${FIELD}.linear`;
  if (values.length !== assetCount) {
    refuse(
      "ESTIMATE_SHAPE_WRONG",
      field,
      `there are ${values.length} coefficients for ${assetCount} symbols`,
    );
  }
  checkNumbers(
    values.map((value, k) => ({
      field: `${field}[${k}]`,
      value,
      min: -COEFFICIENT_MAX,
      max: COEFFICIENT_MAX,
    })),
  );
  return Float64Array.from(values, withoutDust);
}
