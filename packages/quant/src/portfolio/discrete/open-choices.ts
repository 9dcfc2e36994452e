import { UNDECIDED } from "../../optimize/integer/search-node.ts";

/** Whether no choice is left to make. */
export function isDecided(choices: readonly Int8Array[]): boolean {
  return choices.every((each) => !each.includes(UNDECIDED));
}

/** Finds the undecided asset of the largest weight; -1 when all are decided. */
export function heaviestOpen(choices: Int8Array, x: Float64Array | undefined): number {
  let pick = -1;
  for (let i = 0; i < choices.length; i++) {
    const isHeavier = pick < 0 || Math.abs(x?.[i] ?? 0) > Math.abs(x?.[pick] ?? 0);
    if (choices[i] === UNDECIDED && isHeavier) {
      pick = i;
    }
  }
  return pick;
}
