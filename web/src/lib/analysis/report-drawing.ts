import type { ReportPortfolio } from "./backtest-report.ts";
import { escaped } from "./escaped.ts";

const WIDTH = 900;
const HEIGHT = 320;
const POINTS_MAX = 600;
/** Dark enough on paper, and apart without color vision by their dashes. */
const STROKES = ["#2166c4", "#d97706", "#2b9384", "#8c1d18", "#6d6a0a", "#45304a", "#566171"];
const DASHES = ["", "8 4", "2 3", "12 4 2 4", "6 2", "1 4", "4 8"];

/** Draws the growth of all portfolios as a picture that needs nothing else. Empty without values. */
export function growthDrawing(portfolios: readonly ReportPortfolio[], caption: string): string {
  const drawn = portfolios.filter(({ values }) => values.length > 1);
  const logs = drawn.map(({ values }) => values.map((value) => Math.log(value / (values[0] ?? 1))));
  const finite = logs.flatMap((path) => Array.from(path).filter(Number.isFinite));
  if (finite.length === 0) {
    return "";
  }
  const low = finite.reduce((least, value) => Math.min(least, value), 0);
  const high = finite.reduce((most, value) => Math.max(most, value), 0);
  const place = (value: number) => HEIGHT * (1 - (value - low) / Math.max(high - low, 1e-9));
  const lines = logs.map(
    (path, k) =>
      `<polyline fill="none" stroke="${STROKES[k % STROKES.length]}" stroke-width="1.5" ` +
      `stroke-dasharray="${DASHES[k % DASHES.length]}" points="${pointsOf(path, place)}"/>`,
  );
  const legend = drawn.map(
    ({ name }, k) =>
      `<tspan x="8" dy="16" fill="${STROKES[k % STROKES.length]}">${escaped(name)}</tspan>`,
  );
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(caption)}">${lines.join("")}<text y="4" font-size="13">${legend.join("")}</text></svg><figcaption>${escaped(caption)}</figcaption></figure>`;
}

function pointsOf(path: Float64Array, place: (value: number) => number): string {
  const step = Math.max(1, Math.floor(path.length / POINTS_MAX));
  const points: string[] = [];
  for (let t = 0; t < path.length; t += step) {
    const value = path[t] ?? Number.NaN;
    if (Number.isFinite(value)) {
      const x = (WIDTH * t) / (path.length - 1);
      points.push(`${x.toFixed(1)},${place(value).toFixed(1)}`);
    }
  }
  return points.join(" ");
}
