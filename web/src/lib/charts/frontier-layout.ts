import type { PortfolioCloud } from "../frontier/cloud.ts";
import type { FrontierCurve } from "../frontier/frontier.ts";
import {
  type LabelRequest,
  type PlacedLabel,
  placeLabels,
  type Rectangle,
  squareAround,
} from "./label-placement.ts";
import type { ScreenCurve } from "./nearest-position.ts";
import { offScaleLabel, type PlotMark } from "./plot-marks.ts";
import {
  type Axis,
  horizontalTickCount,
  type PlotBox,
  percentAxis,
  verticalTickCount,
} from "./plot-scales.ts";

/** A mark at its place on the screen, in CSS pixels. */
export interface PlacedMark {
  readonly mark: PlotMark;
  readonly x: number;
  readonly y: number;
  /** The mark lies outside the axes; an arrow at the edge points to it, at this angle in degrees. */
  readonly offScaleAngle: number | undefined;
}

/** Everything on a frontier plot, at its place on the screen. */
export interface FrontierLayout {
  readonly box: PlotBox;
  readonly x: Axis;
  readonly y: Axis;
  readonly curve: ScreenCurve;
  readonly marks: readonly PlacedMark[];
  readonly labels: readonly PlacedLabel[];
}

export interface FrontierContent {
  readonly curve: FrontierCurve;
  readonly marks: readonly PlotMark[];
  readonly cloud: PortfolioCloud | undefined;
}

const LABEL_CLEARANCE = 6;
// An asset may stretch an axis by this share of what the portfolios span; one farther out would
// squeeze the frontier into a corner, so it goes to the edge instead.
const STRETCH_MAX = 0.4;

/**
 * Lays a frontier plot out in a box of the screen.
 *
 * @param size - CSS pixels.
 * @param isCompact - Leaves no room for the titles of the axes, and writes names only.
 */
export function layOutFrontier(
  content: FrontierContent,
  size: { readonly width: number; readonly height: number },
  isCompact: boolean,
): FrontierLayout {
  const box = boxOf(size, isCompact);
  const { curve, cloud } = content;
  const core = content.marks.filter((mark) => mark.isCore);
  const others = content.marks.filter((mark) => !mark.isCore);
  const x = percentAxis(
    stretched(
      [curve.volatilities, core.map((mark) => mark.volatility), cloud?.volatilities ?? []],
      others.map((mark) => mark.volatility),
    ),
    { range: [box.left, box.right], tickCount: horizontalTickCount(box.right - box.left) },
  );
  const y = percentAxis(
    stretched(
      [
        curve.expectedReturns,
        core.map((mark) => mark.expectedReturn),
        cloud?.expectedReturns ?? [],
      ],
      others.map((mark) => mark.expectedReturn),
    ),
    { range: [box.bottom, box.top], tickCount: verticalTickCount(box.bottom - box.top) },
  );
  const screenCurve = {
    positions: curve.positions,
    x: curve.volatilities.map((value) => x.scale(value)),
    y: curve.expectedReturns.map((value) => y.scale(value)),
  };
  const marks = content.marks.map((mark) => placeMark(mark, x, y, box));
  const labels = placeLabels(
    labelRequests(marks, isCompact),
    [
      ...marks.map((placed) => squareAround(placed.x, placed.y, LABEL_CLEARANCE)),
      ...curveObstacles(screenCurve),
    ],
    { ...box, right: size.width - 2, top: 0 },
  );
  return { box, x, y, curve: screenCurve, marks, labels };
}

function boxOf(size: { width: number; height: number }, isCompact: boolean): PlotBox {
  return {
    left: isCompact ? 36 : 56,
    right: Math.max(size.width - 20, 100),
    top: 12,
    bottom: Math.max(size.height - (isCompact ? 26 : 46), 60),
  };
}

/** The range of the core values, and of those others that do not stretch it too far. */
function stretched(core: readonly Iterable<number>[], others: readonly number[]): number[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const values of core) {
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const reach = STRETCH_MAX * Math.max(high - low, 0.25 * Math.abs(high));
  const near = others.filter((value) => value >= low - reach && value <= high + reach);
  return [low, high, ...near];
}

function placeMark(mark: PlotMark, x: Axis, y: Axis, box: PlotBox): PlacedMark {
  const trueX = x.scale(mark.volatility);
  const trueY = y.scale(mark.expectedReturn);
  const insetX = Math.min(box.right - 4, Math.max(box.left + 4, trueX));
  const insetY = Math.min(box.bottom - 4, Math.max(box.top + 4, trueY));
  const isInside =
    trueX >= box.left && trueX <= box.right && trueY >= box.top && trueY <= box.bottom;
  if (isInside) {
    return { mark, x: trueX, y: trueY, offScaleAngle: undefined };
  }
  const angle = (Math.atan2(trueY - insetY, trueX - insetX) * 180) / Math.PI;
  return { mark, x: insetX, y: insetY, offScaleAngle: angle };
}

function labelRequests(marks: readonly PlacedMark[], isCompact: boolean): LabelRequest[] {
  return marks
    .filter(({ mark }) => mark.label !== "")
    .map(({ mark, x, y, offScaleAngle }) => {
      const isPlain = offScaleAngle === undefined || isCompact;
      return { x, y, text: isPlain ? mark.label : offScaleLabel(mark) };
    });
}

/** Small squares along the line, close enough that no label fits between two. */
function curveObstacles(curve: ScreenCurve): Rectangle[] {
  const squares: Rectangle[] = [];
  let lastX = Number.NEGATIVE_INFINITY;
  let lastY = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < curve.x.length; i += 1) {
    const x = curve.x[i] ?? 0;
    const y = curve.y[i] ?? 0;
    if (Math.hypot(x - lastX, y - lastY) >= 6) {
      squares.push(squareAround(x, y, 3));
      lastX = x;
      lastY = y;
    }
  }
  return squares;
}
