/** A band on the screen: its two edges over rising x, in CSS pixels. */
export interface ScreenBand {
  readonly x: Float64Array;
  readonly top: Float64Array;
  readonly bottom: Float64Array;
}

/** A label's anchor, in CSS pixels: the middle of a text inside the band, or the start beside it. */
export interface BandLabel {
  readonly x: number;
  readonly y: number;
  readonly isInside: boolean;
}

const TEXT_HEIGHT = 14;
const PADDING = 4;
const CHARACTER_WIDTH = 7.6;
// Beside the right edge labels stand closer than inside, because nothing runs behind them.
const BESIDE_MIN = 12;

/**
 * Finds the roomiest place for a label: inside the band if the whole text fits between its edges,
 * otherwise to the right of where the band ends.
 *
 * @returns Undefined when the band is too thin for either; a legend has to name it then.
 */
export function placeBandLabel(band: ScreenBand, text: string): BandLabel | undefined {
  const half = (text.length * CHARACTER_WIDTH) / 2 + PADDING;
  let best: (BandLabel & { room: number }) | undefined;
  for (let k = 0; k < band.x.length; k += 1) {
    const center = band.x[k] ?? 0;
    const { top, bottom } = commonRoom(band, center - half, center + half);
    if (bottom - top > (best?.room ?? TEXT_HEIGHT)) {
      best = { x: center, y: (top + bottom) / 2, isInside: true, room: bottom - top };
    }
  }
  if (best !== undefined) {
    return { x: best.x, y: best.y, isInside: true };
  }
  const top = band.top.at(-1) ?? 0;
  const bottom = band.bottom.at(-1) ?? 0;
  return bottom - top >= BESIDE_MIN
    ? { x: (band.x.at(-1) ?? 0) + 6, y: (top + bottom) / 2, isInside: false }
    : undefined;
}

/** The heights that the band covers all the way from `left` to `right`; none outside the plot. */
function commonRoom(
  { x, top, bottom }: ScreenBand,
  left: number,
  right: number,
): { top: number; bottom: number } {
  const common = { top: Number.NEGATIVE_INFINITY, bottom: Number.POSITIVE_INFINITY };
  if (left < (x[0] ?? 0) || right > (x.at(-1) ?? 0)) {
    return { top: 0, bottom: 0 };
  }
  for (let k = 0; k < x.length; k += 1) {
    const nextX = x[k + 1] ?? Number.POSITIVE_INFINITY;
    const previousX = x[k - 1] ?? Number.NEGATIVE_INFINITY;
    // The samples just outside count too: the edges run on to them.
    if (nextX >= left && previousX <= right) {
      common.top = Math.max(common.top, top[k] ?? 0);
      common.bottom = Math.min(common.bottom, bottom[k] ?? 0);
    }
  }
  return common;
}
