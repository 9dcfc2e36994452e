import {
  UncertaintyShape,
  UncertaintySource,
  type Resampling as WireResampling,
  type Robustness as WireRobustness,
  type UncertaintySet as WireSet,
} from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import type { Resampling, Robustness, UncertaintySet } from "../../domain/robustness.ts";
import { refuse } from "./refuse.ts";

const FIELD = "objective.robustness";
const CONFIDENCE = 0.95;
// Draws of a covariance of more assets would not fit in memory.
const ASSETS_MAX = 200;

/**
 * Reads what protects an answer against errors of the estimates.
 *
 * @throws {AppError} `REQUEST_INVALID`: there are too many assets.
 */
export function readRobustness(
  message: WireRobustness | undefined,
  assetCount: number,
): Robustness | undefined {
  if (message === undefined) {
    return;
  }
  if (assetCount > ASSETS_MAX) {
    refuse("REQUEST_INVALID", FIELD, `${assetCount} assets are more than ${ASSETS_MAX}`);
  }
  const { expectedReturns, covariance, resampling } = message;
  return {
    ...(expectedReturns && { meanSet: readSet(expectedReturns) }),
    ...(covariance && { covarianceSet: readSet(covariance) }),
    ...(resampling && { resampling: readResampling(resampling, assetCount) }),
  };
}

function readResampling(message: WireResampling, assetCount: number): Resampling {
  const { drawCount, seed, subsetSize } = message;
  if (subsetSize > assetCount) {
    const field = `${FIELD}.resampling.subset_size`;
    refuse("REQUEST_INVALID", field, `${subsetSize} is more than the ${assetCount} assets`);
  }
  return { drawCount, seed, subsetSize };
}

function readSet({ shape, confidence, source, seed }: WireSet): UncertaintySet {
  return {
    shape: shape === UncertaintyShape.BOX ? "box" : "ellipsoid",
    confidence: confidence ?? CONFIDENCE,
    source: source === UncertaintySource.BOOTSTRAP ? "bootstrap" : "asymptotic",
    seed,
  };
}
