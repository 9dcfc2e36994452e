import type { ConditionalScenario } from "@portfolio/gen/portfolio/optimization/v1/stress_service_pb.js";
import type { ConditionalScenarioProblem } from "../../domain/stress-problem.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readSymbols } from "./read-symbols.ts";
import { refuse } from "./refuse.ts";

/** Returns that a scenario may state. */
export const RETURN_RANGE = { min: -1, max: 10 };

// Pairs of assets count, and each takes a fit.
const ASSETS_MAX = 30;
const DRAW_COUNT = 2000;

/** Reads returns of single assets to draw the others for. @throws {AppError} Names every field at fault. */
export function readConditionalScenarios(
  scenarios: readonly ConditionalScenario[],
  positionCount: number,
): readonly ConditionalScenarioProblem[] {
  if (scenarios.length > 0 && positionCount > ASSETS_MAX) {
    refuse(
      "REQUEST_INVALID",
      "conditional_scenarios",
      `a vine has up to ${ASSETS_MAX} assets, and there are ${positionCount}`,
    );
  }
  return scenarios.map((scenario, k) => {
    const field = `conditional_scenarios[${k}]`;
    const { symbols } = readSymbols([scenario.symbol], {
      fieldOf: () => `${field}.symbol`,
      isFreeText: false,
    });
    checkNumbers([{ field: `${field}.return`, value: scenario.return, ...RETURN_RANGE }]);
    return {
      name: scenario.name,
      symbol: symbols[0] ?? "",
      shock: scenario.return,
      horizonDays: scenario.horizonDays || 1,
      drawCount: scenario.drawCount || DRAW_COUNT,
      seed: scenario.seed,
    };
  });
}
