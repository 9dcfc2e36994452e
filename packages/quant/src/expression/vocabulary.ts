/** The names that an expression may use. */
export interface Vocabulary {
  /** Name of each asset, in order of its index. */
  readonly assets: readonly string[];
  /** Indices of the assets of each group. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
}

/** What a name stands for. An asset goes before a group of the same name. */
export type Meaning =
  | { readonly kind: "asset"; readonly name: string; readonly asset: number }
  | { readonly kind: "group"; readonly name: string; readonly members: readonly number[] };

const NEAR_NAMES = 3;
// A name without spaces that has a letter and starts like a word.
const UNQUOTED = /^[\p{L}\p{N}_^$](?=\S*$)(?:.*\p{L}|(?<=\p{L}))/u;
const WORD = /[\p{L}\p{N}_]/u;

/** Finds names: exactly, or else without regard to case where that leaves one meaning. */
export class Names {
  readonly #exact = new Map<string, Meaning>();
  /** By name in capitals; undefined where several names differ in case only. */
  readonly #folded = new Map<string, Meaning | undefined>();
  /** Lengths of names, longest first. */
  readonly #lengths: readonly number[];

  constructor({ assets, groups }: Vocabulary) {
    for (const [asset, name] of assets.entries()) {
      this.#add({ kind: "asset", name, asset });
    }
    for (const [name, members] of groups) {
      this.#add({ kind: "group", name, members });
    }
    const lengths = new Set([...this.#exact.keys()].map((name) => name.length));
    this.#lengths = [...lengths].sort((a, b) => b - a);
  }

  #add(meaning: Meaning): void {
    const { name } = meaning;
    if (this.#exact.has(name)) {
      return;
    }
    this.#exact.set(name, meaning);
    const folded = fold(name);
    this.#folded.set(folded, this.#folded.has(folded) ? undefined : meaning);
  }

  find(name: string): Meaning | undefined {
    return this.#exact.get(name) ?? this.#folded.get(fold(name));
  }

  /** Finds the longest name that stands at a position of a text and needs no quotes. */
  longestAt(text: string, position: number): string | undefined {
    for (const length of this.#lengths) {
      const candidate = text.slice(position, position + length);
      const stands = candidate.length === length && UNQUOTED.test(candidate);
      if (stands && !continuesWord(text, position + length) && this.find(candidate)) {
        return candidate;
      }
    }
    return undefined;
  }

  /** Lists known names that a misspelled one may stand for, the nearest first. */
  near(name: string): readonly string[] {
    const wanted = fold(name);
    const most = Math.ceil(wanted.length / 3);
    return [...this.#exact.keys()]
      .map((known) => ({ known, distance: editDistance(wanted, fold(known), most) }))
      .filter(({ distance }) => distance <= most)
      .sort((a, b) => a.distance - b.distance)
      .slice(0, NEAR_NAMES)
      .map(({ known }) => known);
  }
}

function fold(name: string): string {
  return name.toUpperCase();
}

/** Says whether a word goes on: `BRK` in `BRK.B`, but not in `BRK-B` or `BRK.`. */
function continuesWord(text: string, end: number): boolean {
  const last = text[end - 1] ?? "";
  const next = text[end] ?? "";
  if (!WORD.test(last)) {
    return false;
  }
  return WORD.test(next) || (next === "." && WORD.test(text[end + 1] ?? ""));
}

/** Counts the letters to insert, delete or replace (Levenshtein); more than `most` is most + 1. */
function editDistance(from: string, to: string, most: number): number {
  if (Math.abs(from.length - to.length) > most) {
    return most + 1;
  }
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}
