import { CATEGORY_COUNT, categoryColor } from "../colors.ts";
import type { PlotLine } from "./plot-line.ts";

type Colored = Pick<PlotLine, "version" | "detail">;

/**
 * A color for each line. A version has the same one on all panels, unless another version of the
 * panel has it; lines of features or of kinds of jobs are counted through.
 */
export function lineColors(lines: readonly Colored[]): readonly string[] {
  const taken = new Set<number>();
  return lines.map(({ version, detail }) => {
    const first = detail === "" ? version - 1 : 0;
    const slots = Array.from({ length: CATEGORY_COUNT }, (_, k) => (first + k) % CATEGORY_COUNT);
    const slot = slots.find((each) => !taken.has(each));
    if (slot !== undefined) {
      taken.add(slot);
    }
    return categoryColor(slot);
  });
}
