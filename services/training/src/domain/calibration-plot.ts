import type { Plot } from "./dashboard.ts";
import type { Replay } from "./model-version.ts";

const GROUP_COUNT = 10;

/**
 * Mean outcome of each tenth of the forecasts over their mean, the lowest first: on the diagonal where
 * forecasts are calibrated. Tenths without forecasts are left out.
 */
export function calibrationPlot({ forecasts, outcomes }: Replay): Plot {
  const known = Uint32Array.from(forecasts.values.keys()).filter(
    (k) => Number.isFinite(forecasts.values[k]) && Number.isFinite(outcomes.values[k]),
  );
  known.sort((a, b) => (forecasts.values[a] ?? 0) - (forecasts.values[b] ?? 0));
  const groups = Array.from({ length: GROUP_COUNT }, (_, group) =>
    known.subarray(bound(group, known.length), bound(group + 1, known.length)),
  ).filter(({ length }) => length > 0);
  const meansOf = (values: Float64Array) =>
    Float64Array.from(groups, (group) =>
      group.reduce((sum, k) => sum + (values[k] ?? 0) / group.length, 0),
    );
  return {
    unit: "number",
    points: meansOf(forecasts.values),
    values: meansOf(outcomes.values),
  };
}

function bound(group: number, count: number): number {
  return Math.floor((group * count) / GROUP_COUNT);
}
