import { describe, expect, it } from "vitest";
import { uniformSource } from "../../random/splitmix.ts";
import { solveDecided } from "./decided-program.ts";
import { entryGains } from "./entry-gains.ts";
import type { IntegerProgram } from "./integer-program.ts";
import { ACTIVE, INACTIVE, rootNode } from "./search-node.ts";

const SIZE = 7;
const HELD = 3;

describe("entryGains", () => {
  it.each(Array.from({ length: 20 }, (_, k) => k + 1))(
    "is what solving again with one more asset gains, seed %i",
    (seed) => {
      const program = wideProgram(seed);
      const held = Int8Array.from({ length: SIZE }, (_, i) => (i < HELD ? ACTIVE : INACTIVE));
      const point = decided(program, held);

      const gains = entryGains(program, point, 0);

      const solvedAgain = Array.from(gains, (_, i) =>
        i < HELD ? -Infinity : point.objective - decided(program, held.with(i, ACTIVE)).objective,
      );
      for (const [i, gain] of solvedAgain.entries()) {
        expect(gains[i], `asset ${i}`).toBeCloseTo(gain, 10);
      }
    },
  );
});

function decided(program: IntegerProgram, choices: Int8Array) {
  const root = rootNode(program, { prices: Float64Array.of(0), start: new Int8Array(SIZE + 1) });
  const point = root && solveDecided(program, root, [choices]);
  if (point === undefined) {
    throw new Error("the choices are infeasible");
  }
  return point;
}

/** Random curvature, and bounds and sides that are far from any optimum. */
function wideProgram(seed: number): IntegerProgram {
  const uniform = uniformSource(seed);
  const values = new Float64Array(SIZE * SIZE);
  for (let day = 0; day < 2 * SIZE; day++) {
    const row = Array.from({ length: SIZE }, () => uniform() - 0.5);
    for (let entry = 0; entry < SIZE * SIZE; entry++) {
      values[entry] += row[Math.floor(entry / SIZE)] * row[entry % SIZE];
    }
  }
  const members = Array.from({ length: SIZE }, (_, i) => i);
  return {
    matrix: { rows: SIZE, cols: SIZE, values },
    linear: Float64Array.from(members, () => uniform() - 0.5),
    system: {
      lower: new Float64Array(SIZE).fill(-100),
      upper: new Float64Array(SIZE).fill(100),
      rows: { rows: 1, cols: SIZE, values: new Float64Array(SIZE).fill(1) },
      rowLower: Float64Array.of(1),
      rowUpper: Float64Array.of(1),
    },
    activities: [
      {
        center: new Float64Array(SIZE),
        leastAbove: new Float64Array(SIZE),
        leastBelow: new Float64Array(SIZE),
        counts: [{ members, least: 0, most: SIZE }],
      },
    ],
  };
}
