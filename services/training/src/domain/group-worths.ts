import {
  type ForecastModel,
  featureFrame,
  informationCoefficients,
  outcomesOf,
  type PriceMarket,
  permutationImportance,
  predictModel,
} from "@portfolio/learning";
import { AppError } from "@portfolio/platform/app-error";
import type { Matrix } from "@portfolio/quant";

/** Features that stand in for each other. */
export interface FeatureGroup {
  readonly name: string;
  /** Names of features. */
  readonly features: readonly string[];
}

/** What a group of features is worth: rank correlation that is lost without it. */
export interface GroupWorth {
  readonly name: string;
  readonly mean: number;
  /** Over deals. */
  readonly deviation: number;
}

const DEAL_COUNT = 10;

/**
 * Measures how much the order of assets owes to groups of features, on days whose outcome is known.
 *
 * @param days - Rows of closes, ascending.
 * @returns Nothing where no outcome is known, or the model orders nothing by features.
 * @throws {AppError} `FEATURE_UNKNOWN`.
 */
export function groupWorths(
  market: PriceMarket,
  { target, rule }: ForecastModel,
  days: readonly number[],
  names: readonly string[],
  { groups, seed }: { readonly groups: readonly FeatureGroup[]; readonly seed: number },
): GroupWorth[] {
  const indices = groups.map((group, g) => group.features.map((name) => placeOf(names, name, g)));
  const isOrdering = target.kind === "rank" || target.kind === "return";
  if (groups.length === 0 || rule.kind !== "learned" || !isOrdering) {
    return [];
  }
  const known = days.filter((day) => day + target.horizonDays < market.dayCount);
  const frame = featureFrame(market, rule.view, Int32Array.from(known));
  const outcomes = outcomesOf(market, target, frame);
  const kept = [...outcomes.keys()].filter((i) => Number.isFinite(outcomes[i]));
  if (kept.length === 0) {
    return [];
  }
  const targets = Float64Array.from(kept, (i) => outcomes[i] ?? Number.NaN);
  const dates = Int32Array.from(kept, (i) => frame.days[i] ?? 0);
  const score = (features: Matrix) => {
    const { rank } = informationCoefficients(predictModel(rule.model, features), targets, dates);
    return rank.reduce((sum, value) => sum + value / rank.length, 0);
  };
  const spec = { groups: indices, repeatCount: DEAL_COUNT, seed, score };
  const worths = permutationImportance(rowsOf(frame.features, kept), dates, spec);
  return worths.map((worth, g) => ({ name: groups[g]?.name ?? "", ...worth }));
}

function placeOf(names: readonly string[], name: string, group: number): number {
  const place = names.indexOf(name);
  if (place < 0) {
    const description = `${name} is not among the version's features: ${names.join(", ")}`;
    throw new AppError("invalid-argument", "FEATURE_UNKNOWN", description, {
      violations: [{ field: `groups[${group}].features`, description }],
    });
  }
  return place;
}

function rowsOf({ cols, values }: Matrix, rows: readonly number[]): Matrix {
  const kept = new Float64Array(rows.length * cols);
  for (const [i, row] of rows.entries()) {
    kept.set(values.subarray(row * cols, (row + 1) * cols), i * cols);
  }
  return { rows: rows.length, cols, values: kept };
}
