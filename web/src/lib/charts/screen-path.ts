/** SVG path of a line through points in CSS pixels, to a hundredth of a pixel. */
export function linePath(x: Float64Array, y: Float64Array): string {
  const points: string[] = [];
  for (let i = 0; i < x.length; i += 1) {
    points.push(pointText(x, y, i));
  }
  return points.length > 0 ? `M${points.join("L")}` : "";
}

/** SVG path of the area between two lines over the same x. */
export function areaPath(x: Float64Array, top: Float64Array, bottom: Float64Array): string {
  const back: string[] = [];
  for (let i = x.length - 1; i >= 0; i -= 1) {
    back.push(pointText(x, bottom, i));
  }
  return back.length > 0 ? `${linePath(x, top)}L${back.join("L")}Z` : "";
}

function pointText(x: Float64Array, y: Float64Array, index: number): string {
  return `${round(x[index] ?? 0)},${round(y[index] ?? 0)}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
