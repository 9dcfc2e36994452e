/** Colors of categories: eight slots of the theme, and one for everything else. */

export const CATEGORY_COUNT = 8;

/** A category's slot, 0 to 7, or null for "Other". */
export type ColorSlot = number | null;

/** Returns the CSS color of a slot; it follows the theme. */
export function categoryColor(slot: ColorSlot | undefined): string {
  return slot === null || slot === undefined
    ? "var(--cat-other, #9aa7b6)"
    : `var(--cat-${slot + 1})`;
}

/**
 * Gives each symbol a color slot that stays the same from page to page.
 *
 * A symbol starts from the hash of its name and takes the next free slot in alphabetical order, so
 * the answer depends on the set of symbols only. With more than eight symbols the seven most
 * important have a color, and the rest is "Other".
 *
 * @param symbols - Distinct symbols.
 * @param importance - One number per symbol, such as its highest weight on any portfolio shown.
 * @param kept - Slots given before; a symbol that has one keeps it.
 */
export function assignColorSlots(
  symbols: readonly string[],
  importance: ArrayLike<number>,
  kept?: ReadonlyMap<string, ColorSlot>,
): Map<string, ColorSlot> {
  const colored = mostImportant(symbols, importance).sort(byName);
  const slots = new Map<string, ColorSlot>(symbols.map((symbol) => [symbol, null]));
  const taken = new Set<number>();
  for (const symbol of colored) {
    const slot = kept?.get(symbol);
    if (slot !== null && slot !== undefined && !taken.has(slot)) {
      slots.set(symbol, slot);
      taken.add(slot);
    }
  }
  for (const symbol of colored.filter((name) => slots.get(name) === null)) {
    const slot = nextFree(hash(symbol) % CATEGORY_COUNT, taken);
    slots.set(symbol, slot);
    taken.add(slot);
  }
  return slots;
}

function mostImportant(symbols: readonly string[], importance: ArrayLike<number>): string[] {
  if (symbols.length <= CATEGORY_COUNT) {
    return [...symbols];
  }
  return symbols
    .map((symbol, i) => ({ symbol, importance: importance[i] ?? 0 }))
    .sort((a, b) => b.importance - a.importance || byName(a.symbol, b.symbol))
    .slice(0, CATEGORY_COUNT - 1)
    .map(({ symbol }) => symbol);
}

/** The same order in every language. */
function byName(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function nextFree(start: number, taken: ReadonlySet<number>): number {
  let slot = start;
  while (taken.has(slot)) {
    slot = (slot + 1) % CATEGORY_COUNT;
  }
  return slot;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  }
  return state >>> 0;
}
