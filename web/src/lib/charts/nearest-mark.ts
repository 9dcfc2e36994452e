import { Delaunay } from "d3-delaunay";
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
 * @returns A function of a place in CSS pixels; it gives undefined when nothing is near.
 */
export function nearestMark(
  { marks, x, y }: Pick<FrontierLayout, "marks" | "x" | "y">,
  cloud: PortfolioCloud | undefined,
): (atX: number, atY: number) => Hit | undefined {
  const named = marks.map((placed): Hit => {
    const { name, volatility, expectedReturn } = placed.mark;
    return { name, volatility, expectedReturn, x: placed.x, y: placed.y };
  });
  const dotAt = (index: number): Hit => {
    const volatility = cloud?.volatilities[index] ?? 0;
    const expectedReturn = cloud?.expectedReturns[index] ?? 0;
    const place = { x: x.scale(volatility), y: y.scale(expectedReturn) };
    return { name: undefined, volatility, expectedReturn, ...place };
  };
  const findMark = searchIn(named.length, (i) => named[i]);
  const findDot = searchIn(cloud?.volatilities.length ?? 0, dotAt);
  return (atX, atY) => findMark(atX, atY, MARK_REACH) ?? findDot(atX, atY, DOT_REACH);
}

function searchIn(
  count: number,
  hitAt: (index: number) => Hit | undefined,
): (x: number, y: number, reach: number) => Hit | undefined {
  if (count === 0) {
    return () => undefined;
  }
  const places = new Float64Array(2 * count);
  for (let i = 0; i < count; i += 1) {
    const hit = hitAt(i);
    places[2 * i] = hit?.x ?? 0;
    places[2 * i + 1] = hit?.y ?? 0;
  }
  const delaunay = new Delaunay(places);
  return (x, y, reach) => {
    const hit = hitAt(delaunay.find(x, y));
    return hit !== undefined && Math.hypot(hit.x - x, hit.y - y) <= reach ? hit : undefined;
  };
}
