import { backtestOverfitting, type Matrix, type OverfittingFigures } from "@portfolio/quant";
import type { SkillMeasure } from "./daily-skill.ts";
import type { MetricSeries } from "./model-version.ts";

/** Skill of a version or a trial, day by day. */
export type DatedSkill = Pick<MetricSeries, "points" | "values">;

const BLOCK_COUNT = 10;
const ROWS_PER_BLOCK_MIN = 2;

/**
 * Estimates whether the best of some candidates is best by luck, on the days that all have.
 *
 * @returns Nothing where fewer than two share enough days.
 * @see `backtestOverfitting`
 */
export function overfittingRisk(
  skills: readonly DatedSkill[],
  measure: SkillMeasure,
): OverfittingFigures | undefined {
  const compared = sharedSkill(skills, measure);
  return compared && backtestOverfitting(compared, BLOCK_COUNT);
}

/**
 * Skill of candidates on the days that all have, one column each, less the mean of a day where it is a
 * loss: nothing where fewer than two share enough days.
 */
function sharedSkill(skills: readonly DatedSkill[], { isLoss }: SkillMeasure): Matrix | undefined {
  const columns = skills.map(({ points, values }) => {
    const known = new Map<number, number>();
    for (const [k, point] of points.entries()) {
      known.set(point, values[k] ?? Number.NaN);
    }
    return known;
  });
  const [first, ...others] = columns;
  const days = [...(first?.keys() ?? [])].filter((day) => others.every((each) => each.has(day)));
  if (columns.length < 2 || days.length < BLOCK_COUNT * ROWS_PER_BLOCK_MIN) {
    return undefined;
  }
  const rows = days.map((day) => columns.map((column) => column.get(day) ?? 0));
  const excess = isLoss ? rows.map(belowMean) : rows;
  return { rows: days.length, cols: columns.length, values: Float64Array.from(excess.flat()) };
}

function belowMean(losses: readonly number[]): number[] {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  return losses.map((loss) => mean - loss);
}
