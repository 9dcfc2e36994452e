/** A rectangle in CSS pixels. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A point that wants a label. */
export interface LabelRequest {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Where a label goes: the start of its text line. */
export interface PlacedLabel extends LabelRequest {
  readonly labelX: number;
  readonly labelY: number;
  readonly anchor: "start" | "middle" | "end";
}

const LINE_HEIGHT = 14;
const BASELINE = 4;
const GAP = 8;
// Inter at 12 px: capitals and digits are a little under 8 px wide, the rest narrower.
const CHARACTER_WIDTH = 7.4;

/**
 * Places labels beside their points without overlaps.
 *
 * Greedy, in the order given: each label takes the first of eight places around its point that is
 * inside the bounds and touches no obstacle and no label before it. A label that finds none is left
 * out; its point keeps its tooltip and its row in the table.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  obstacles: readonly Rectangle[],
  bounds: Rectangle,
): PlacedLabel[] {
  const taken = [...obstacles];
  const placed: PlacedLabel[] = [];
  for (const request of requests) {
    const width = request.text.length * CHARACTER_WIDTH;
    const free = candidates(request).find((candidate) => {
      const area = areaOf(candidate, width);
      return isInside(area, bounds) && !taken.some((other) => isOverlap(area, other));
    });
    if (free !== undefined) {
      placed.push(free);
      taken.push(areaOf(free, width));
    }
  }
  return placed;
}

/** A square obstacle around a point. */
export function squareAround(x: number, y: number, radius: number): Rectangle {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
}

function candidates(request: LabelRequest): PlacedLabel[] {
  const { x, y } = request;
  const middle = y + BASELINE;
  const above = y - GAP;
  const below = y + GAP + 9;
  const place = (labelX: number, labelY: number, anchor: PlacedLabel["anchor"]): PlacedLabel => ({
    ...request,
    labelX,
    labelY,
    anchor,
  });
  return [
    place(x + GAP, middle, "start"),
    place(x - GAP, middle, "end"),
    place(x, above, "middle"),
    place(x, below, "middle"),
    place(x + GAP - 2, above + 3, "start"),
    place(x + GAP - 2, below - 3, "start"),
    place(x - GAP + 2, above + 3, "end"),
    place(x - GAP + 2, below - 3, "end"),
  ];
}

function areaOf({ labelX, labelY, anchor }: PlacedLabel, width: number): Rectangle {
  const shares = { start: 0, middle: 0.5, end: 1 };
  const left = labelX - shares[anchor] * width;
  const top = labelY - LINE_HEIGHT + 3;
  return { left, top, right: left + width, bottom: top + LINE_HEIGHT };
}

function isInside(area: Rectangle, bounds: Rectangle): boolean {
  return (
    area.left >= bounds.left &&
    area.right <= bounds.right &&
    area.top >= bounds.top &&
    area.bottom <= bounds.bottom
  );
}

function isOverlap(a: Rectangle, b: Rectangle): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
