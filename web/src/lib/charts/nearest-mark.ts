import type { PortfolioCloud } from "../frontier/cloud.ts";
import type { FrontierLayout } from "./frontier-layout.ts";

/** What lies under the pointer. A random portfolio has no name. */
export interface Hit {
  readonly name: string | undefined;
  readonly volatility: number;
  readonly expectedReturn: number;
  /** CSS pixels. */
  readonly x: number;
  readonly y: number;
}

const MARK_REACH = 14;
const DOT_REACH = 10;

/**
 * Builds a search for the mark or dot nearest to a place of the screen; marks go before dots.
 *
 * It looks at every point: 2,000 of them take less than 0.1 ms, so an index would only add weight.
 *
 * @returns A function of a place in CSS pixels; it gives undefined when nothing is near.
 */
export function nearestMark(
  { marks, x, y }: Pick<FrontierLayout, "marks" | "x" | "y">,
  cloud: PortfolioCloud | undefined,
): (atX: number, atY: number) => Hit | undefined {
  const markX = Float64Array.from(marks, (placed) => placed.x);
  const markY = Float64Array.from(marks, (placed) => placed.y);
  const dotX = cloud?.volatilities.map(x.scale) ?? new Float64Array();
  const dotY = cloud?.expectedReturns.map(y.scale) ?? new Float64Array();
  return (atX, atY) => {
    const at = { x: atX, y: atY };
    const mark = marks[nearestIndex(markX, markY, { ...at, reach: MARK_REACH })];
    if (mark !== undefined) {
      const { name, volatility, expectedReturn } = mark.mark;
      return { name, volatility, expectedReturn, x: mark.x, y: mark.y };
    }
    const dot = nearestIndex(dotX, dotY, { ...at, reach: DOT_REACH });
    const volatility = cloud?.volatilities[dot];
    const expectedReturn = cloud?.expectedReturns[dot];
    return volatility === undefined || expectedReturn === undefined
      ? undefined
      : { name: undefined, volatility, expectedReturn, x: dotX[dot] ?? 0, y: dotY[dot] ?? 0 };
  };
}

/** Index of the point nearest to a place and within reach of it, or −1. */
function nearestIndex(
  xs: Float64Array,
  ys: Float64Array,
  at: { readonly x: number; readonly y: number; readonly reach: number },
): number {
  let nearest = -1;
  let least = at.reach * at.reach;
  for (let i = 0; i < xs.length; i += 1) {
    const dx = (xs[i] ?? 0) - at.x;
    const dy = (ys[i] ?? 0) - at.y;
    const squared = dx * dx + dy * dy;
    if (squared <= least) {
      nearest = i;
      least = squared;
    }
  }
  return nearest;
}
