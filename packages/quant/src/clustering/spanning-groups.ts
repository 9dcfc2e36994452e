import type { Matrix } from "../linalg/matrix.ts";

/** Items that are one already. */
export interface Group {
  /** Groups of lower labels come first where spans tie. */
  readonly label: number;
  readonly members: readonly number[];
  /** How many of the groups at the beginning it holds. */
  readonly parts: number;
}

/** Groups that merge, always the two whose union has the shortest longest path. */
export class SpanningGroups {
  /** In the slots where they began; a union has the slot of its first part. */
  readonly #groups: Group[];
  /** The longest path within the union of the groups of two slots, shape (k, k). */
  readonly #spans: Float64Array;
  /** Slots that are not empty, by their labels. */
  readonly #open: number[];
  /** The slot after each one with the shortest span, the first on a tie; −1 for none. */
  readonly #nearest: number[];

  /** @param paths - Lengths of paths between items, shape (n, n), symmetric. */
  constructor(groups: readonly Group[], paths: Matrix) {
    this.#groups = groups.toSorted((one, other) => one.label - other.label);
    this.#spans = spansOf(this.#groups, paths);
    this.#open = Array.from(this.#groups.keys());
    this.#nearest = this.#open.map((slot) => this.#nearestAfter(slot));
  }

  /** The group of the lowest label. */
  get first(): Group {
    return this.#groups[this.#open[0]];
  }

  /** Merges two groups; `label` must be above those of all others. */
  mergeNearest(label: number): { one: Group; other: Group; union: Group } {
    const first = this.#firstOfNearest();
    const second = this.#nearest[first];
    const [one, other] = [this.#groups[first], this.#groups[second]];
    const members = [...one.members, ...other.members];
    const union = { label, members, parts: one.parts + other.parts };
    this.#groups[first] = union;
    this.#join(first, second);
    return { one, other, union };
  }

  #firstOfNearest(): number {
    let [pick, least] = [this.#open[0], Number.POSITIVE_INFINITY];
    for (const slot of this.#open) {
      const span = this.#spanAt(slot, this.#nearest[slot]);
      if (span < least) {
        [pick, least] = [slot, span];
      }
    }
    return pick;
  }

  /** Puts the union behind all others. */
  #join(first: number, second: number): void {
    const open = this.#open;
    const span = this.#spanAt(first, second);
    open.splice(open.indexOf(second), 1);
    open.splice(open.indexOf(first), 1);
    for (const slot of open) {
      this.#setSpan(
        slot,
        first,
        Math.max(span, this.#spanAt(slot, first), this.#spanAt(slot, second)),
      );
    }
    open.push(first);
    for (const slot of open) {
      const nearest = this.#nearest[slot];
      if (slot === first || nearest === first || nearest === second) {
        this.#nearest[slot] = this.#nearestAfter(slot);
      } else if (this.#spanAt(slot, first) < this.#spanAt(slot, nearest)) {
        // Before, the group in this slot may have come first.
        this.#nearest[slot] = first;
      }
    }
  }

  #nearestAfter(slot: number): number {
    let nearest = -1;
    for (let place = this.#open.indexOf(slot) + 1; place < this.#open.length; place++) {
      const other = this.#open[place];
      if (this.#spanAt(slot, other) < this.#spanAt(slot, nearest)) {
        nearest = other;
      }
    }
    return nearest;
  }

  /** Infinite to no slot. */
  #spanAt(slot: number, other: number): number {
    return other < 0 ? Number.POSITIVE_INFINITY : this.#spans[slot * this.#groups.length + other];
  }

  #setSpan(slot: number, other: number, span: number): void {
    this.#spans[slot * this.#groups.length + other] = span;
    this.#spans[other * this.#groups.length + slot] = span;
  }
}

/** The longest path within the union of each two groups. */
function spansOf(groups: readonly Group[], paths: Matrix): Float64Array {
  const k = groups.length;
  const within = groups.map((group) => longestPath(group, group, paths));
  const spans = new Float64Array(k * k);
  for (const [i, one] of groups.entries()) {
    for (let j = 0; j < i; j++) {
      const between = longestPath(one, groups[j], paths);
      const span = Math.max(between, within[i], within[j]);
      spans[i * k + j] = span;
      spans[j * k + i] = span;
    }
  }
  return spans;
}

function longestPath(one: Group, other: Group, { rows: n, values }: Matrix): number {
  let longest = 0;
  for (const from of one.members) {
    for (const to of other.members) {
      longest = Math.max(longest, values[from * n + to]);
    }
  }
  return longest;
}
