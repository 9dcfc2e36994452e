import { CATEGORY_COUNT, categoryColor } from "../colors.ts";

/** A color for each version: the same on all panels, unless another of the panel has it. */
export function versionColors(versions: readonly number[]): ReadonlyMap<number, string> {
  const taken = new Set<number>();
  const colors = new Map<number, string>();
  for (const version of [...new Set(versions)].sort((a, b) => a - b)) {
    const free = Array.from(
      { length: CATEGORY_COUNT },
      (_, k) => (version - 1 + k) % CATEGORY_COUNT,
    );
    const slot = free.find((each) => !taken.has(each));
    if (slot !== undefined) {
      taken.add(slot);
    }
    colors.set(version, categoryColor(slot));
  }
  return colors;
}
