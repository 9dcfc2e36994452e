import { solveQuadraticProgram } from "../src/optimize/active-set/solve-quadratic-program.ts";
import type { Activity, IntegerProgram } from "../src/optimize/integer/integer-program.ts";
import { uniformSource } from "../src/random/splitmix.ts";

/**
 * Makes a random problem of 3 to 5 assets with cardinality, least positions, short sales, limits
 * on trades or lots; some are infeasible, some have a singular H.
 */
export function randomChoices(seed: number): IntegerProgram {
  const uniform = uniformSource(seed * 104_729);
  const n = 3 + Math.floor(3 * uniform());
  const days = 2 + Math.floor(3 * n * uniform());
  const values = new Float64Array(n * n);
  for (let t = 0; t < days; t++) {
    const row = Float64Array.from({ length: n }, () => uniform() + uniform() - 0.9);
    for (let entry = 0; entry < n * n; entry++) {
      values[entry] += (row[Math.floor(entry / n)] * row[entry % n]) / days;
    }
  }
  const shortest = uniform() < 0.4 ? -0.4 : 0;
  const hasLots = uniform() < 0.3;
  const slack = hasLots ? 0.05 : 0;
  return {
    matrix: { rows: n, cols: n, values },
    linear: Float64Array.from({ length: n }, () => (uniform() - 0.5) / 10),
    system: {
      lower: new Float64Array(n).fill(shortest),
      upper: Float64Array.from({ length: n }, () => 0.4 + 0.6 * uniform()),
      rows: { rows: 1, cols: n, values: new Float64Array(n).fill(1) },
      rowLower: Float64Array.of(1 - slack),
      rowUpper: Float64Array.of(1 + slack),
    },
    activities: randomActivities(uniform, n),
    ...(hasLots ? { lots: new Float64Array(n).fill(0.1 + 0.1 * Math.floor(2 * uniform())) } : {}),
  };
}

function randomActivities(uniform: () => number, n: number): readonly Activity[] {
  const members = Array.from({ length: n }, (_, i) => i);
  const kind = Math.floor(4 * uniform());
  const held: Activity = {
    center: new Float64Array(n),
    leastAbove: new Float64Array(n).fill(uniform() < 0.5 ? 0 : 0.3 * uniform()),
    leastBelow: new Float64Array(n).fill(uniform() < 0.5 ? 0 : 0.2),
    counts: [
      { members, least: uniform() < 0.3 ? 2 : 0, most: 1 + Math.floor(n * uniform()) },
      { members: members.slice(0, 2), least: 0, most: uniform() < 0.3 ? 1 : 2 },
    ],
  };
  const traded: Activity = {
    center: new Float64Array(n).fill(1 / n),
    leastAbove: new Float64Array(n).fill(0.2 * uniform()),
    leastBelow: new Float64Array(n).fill(0.1 * uniform()),
    counts: uniform() < 0.6 ? [{ members, least: 0, most: Math.floor(n * uniform()) }] : [],
  };
  return [[held], [traded], [held, traded], [{ ...held, counts: [] }]][kind];
}

/**
 * Finds the least objective by solving a program for every combination of choices. Shares no code
 * with the search but the solver of programs without choices.
 *
 * @returns Infinity when nothing is feasible.
 */
export function leastOverChoices(program: IntegerProgram): number {
  const { matrix, linear, system } = program;
  let least = Number.POSITIVE_INFINITY;
  for (const { lower, upper } of boxes(program)) {
    const fixed = { quadratic: { matrix }, linear, system: { ...system, lower, upper } };
    const result = solveQuadraticProgram(fixed);
    if (result.status === "optimal") {
      least = Math.min(least, result.objective);
    }
  }
  return least;
}

interface Interval {
  readonly from: number;
  readonly to: number;
  readonly active: readonly boolean[];
}

/** Lists all boxes that the choices leave and the counts allow. */
function* boxes(program: IntegerProgram) {
  const options = Array.from(program.linear.keys(), (i) => intervals(program, i));
  const total = options.reduce((product, { length }) => product * length, 1);
  for (let code = 0; code < total; code++) {
    let rest = code;
    const picked = options.map((list) => {
      const option = list[rest % list.length];
      rest = Math.floor(rest / list.length);
      return option;
    });
    const isAllowed = program.activities.every(({ counts }, a) =>
      counts.every(({ members, least, most }) => {
        const active = members.filter((i) => picked[i].active[a]).length;
        return active >= least && active <= most;
      }),
    );
    if (isAllowed) {
      const lower = Float64Array.from(picked, ({ from }) => from);
      yield { lower, upper: Float64Array.from(picked, ({ to }) => to) };
    }
  }
}

/** Lists the intervals of an asset: the sides of each center, its points, and each lot. */
function intervals({ system, activities, lots }: IntegerProgram, i: number): readonly Interval[] {
  let list: Interval[] = [{ from: system.lower[i], to: system.upper[i], active: [] }];
  for (const { center, leastAbove, leastBelow } of activities) {
    list = list.flatMap(({ from, to, active }) => [
      { from: Math.max(from, center[i]), to: Math.min(to, center[i]), active: [...active, false] },
      { from: Math.max(from, center[i] + leastAbove[i]), to, active: [...active, true] },
      { from, to: Math.min(to, center[i] - leastBelow[i]), active: [...active, true] },
    ]);
  }
  const lot = lots?.[i] ?? 0;
  const whole = list.filter(({ from, to }) => from <= to);
  return lot === 0 ? whole : whole.flatMap((interval) => lotsOf(interval, lot));
}

function lotsOf({ from, to, active }: Interval, lot: number): readonly Interval[] {
  const points: Interval[] = [];
  for (let count = Math.ceil(from / lot - 1e-9); count * lot <= to + 1e-9; count++) {
    points.push({ from: count * lot, to: count * lot, active });
  }
  return points;
}
