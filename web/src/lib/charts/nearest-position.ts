/** A frontier as it lies on the screen, in CSS pixels. */
export interface ScreenCurve {
  readonly positions: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Finds the place on the curve that is nearest to a point of the screen.
 *
 * @returns Its position on the frontier in [0, 1], and the distance in CSS pixels.
 */
export function nearestPosition(
  curve: ScreenCurve,
  x: number,
  y: number,
): { position: number; distance: number } {
  let best = { position: curve.positions[0] ?? 0, distance: Number.POSITIVE_INFINITY };
  for (let i = 0; i < curve.positions.length; i += 1) {
    const next = Math.min(i + 1, curve.positions.length - 1);
    const fromX = curve.x[i] ?? 0;
    const fromY = curve.y[i] ?? 0;
    const alongX = (curve.x[next] ?? 0) - fromX;
    const alongY = (curve.y[next] ?? 0) - fromY;
    const length = alongX * alongX + alongY * alongY;
    const projected = length > 0 ? ((x - fromX) * alongX + (y - fromY) * alongY) / length : 0;
    const share = Math.min(1, Math.max(0, projected));
    const distance = Math.hypot(fromX + share * alongX - x, fromY + share * alongY - y);
    if (distance < best.distance) {
      const from = curve.positions[i] ?? 0;
      best = { position: from + share * ((curve.positions[next] ?? 0) - from), distance };
    }
  }
  return best;
}

/** Finds the position of the curve at a horizontal place; x must rise along the curve. */
export function positionAtX(curve: ScreenCurve, x: number): number {
  const last = curve.positions.length - 1;
  for (let i = 1; i <= last; i += 1) {
    const to = curve.x[i] ?? 0;
    if (x <= to) {
      const from = curve.x[i - 1] ?? 0;
      const share = to > from ? Math.max(0, (x - from) / (to - from)) : 0;
      const start = curve.positions[i - 1] ?? 0;
      return start + share * ((curve.positions[i] ?? 0) - start);
    }
  }
  return curve.positions[last] ?? 0;
}
