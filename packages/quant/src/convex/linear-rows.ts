import type { Matrix } from "../linalg/matrix.ts";
import type { LinearSystem, Multipliers } from "../optimize/linear-system.ts";
import type { ConicBuilder, VariableMap } from "./conic-builder.ts";
import type { ConicProblem } from "./conic-problem.ts";
import { largestInRow } from "./variable-map.ts";

/** One side of bounds or rows as a block: which they are, and what each was multiplied by. */
interface Side {
  readonly block: number;
  readonly sign: 1 | -1;
  readonly of: "bounds" | "rows";
  readonly indices: Int32Array;
  readonly scales: Float64Array;
}

/** An equality as a single row. */
interface Equality {
  readonly row: number;
  readonly of: "bounds" | "rows";
  readonly index: number;
  readonly scale: number;
}

/** The linear system of a program among the conic rows, each row divided by its largest entry. */
export class LinearRows {
  readonly #sides: Side[] = [];
  readonly #equalities: Equality[] = [];
  readonly #map: VariableMap;

  constructor(system: LinearSystem, map: VariableMap, builder: ConicBuilder) {
    this.#map = map;
    this.#addBounds(system, builder);
    this.#addRows(system, builder);
  }

  /** Gives the multipliers of bounds and rows in the program's units. */
  multipliers(
    problem: ConicProblem,
    z: Float64Array,
    objectiveUnit: number,
    rows: Matrix,
  ): Multipliers {
    const result = {
      bounds: new Float64Array(this.#map.variables),
      rows: new Float64Array(rows.rows),
    };
    for (const { block, sign, of, indices, scales } of this.#sides) {
      const { coneStart } = problem.blocks[block];
      for (let t = 0; t < indices.length; t++) {
        result[of][indices[t]] += sign * z[coneStart + t] * scales[t] * objectiveUnit;
      }
    }
    for (const { row, of, index, scale } of this.#equalities) {
      result[of][index] += z[problem.rowStart + row] * scale * objectiveUnit;
    }
    return result;
  }

  #addBounds({ lower, upper }: LinearSystem, builder: ConicBuilder): void {
    const { free, unit } = this.#map;
    const equal = free.filter((i) => lower[i] === upper[i]);
    for (const index of equal) {
      const assets = new Float64Array(lower.length);
      assets[index] = 1 / unit;
      const row = builder.addRow("zero", { assets, offset: -lower[index] / unit });
      this.#equalities.push({ row, of: "bounds", index, scale: 1 / unit });
    }
    for (const [values, sign] of [
      [lower, 1],
      [upper, -1],
    ] as const) {
      const indices = free.filter((i) => Number.isFinite(values[i]) && lower[i] !== upper[i]);
      if (indices.length === 0) {
        continue;
      }
      const block = builder.addBlock({
        assets: indices,
        cones: [{ kind: "nonnegative" }],
        linkCoefficients: Float64Array.of(sign / unit),
        locals: 0,
        localCoefficients: new Float64Array(),
        offsets: new Float64Array(1),
        shift: Float64Array.from(indices, (i) => values[i]),
      });
      const scales = new Float64Array(indices.length).fill(1 / unit);
      this.#sides.push({ block, sign, of: "bounds", indices, scales });
    }
  }

  #addRows(system: LinearSystem, builder: ConicBuilder): void {
    const { rows, rowLower, rowUpper } = system;
    const all = Int32Array.from({ length: rows.rows }, (_, r) => r);
    for (const index of all.filter((r) => rowLower[r] === rowUpper[r])) {
      const scale = this.#rowScale(rows, index);
      const assets = rows.values
        .slice(index * rows.cols, (index + 1) * rows.cols)
        .map((value) => value * scale);
      const row = builder.addRow("zero", { assets, offset: -rowLower[index] * scale });
      this.#equalities.push({ row, of: "rows", index, scale });
    }
    for (const [values, sign] of [
      [rowLower, 1],
      [rowUpper, -1],
    ] as const) {
      const indices = all.filter((r) => Number.isFinite(values[r]) && rowLower[r] !== rowUpper[r]);
      if (indices.length > 0) {
        this.#addSide(rows, values, sign, indices, builder);
      }
    }
  }

  #addSide(
    rows: Matrix,
    values: Float64Array,
    sign: 1 | -1,
    indices: Int32Array,
    builder: ConicBuilder,
  ): void {
    const n = rows.cols;
    const scales = Float64Array.from(indices, (r) => this.#rowScale(rows, r));
    const scaled = new Float64Array(indices.length * n);
    for (let t = 0; t < indices.length; t++) {
      for (let j = 0; j < n; j++) {
        scaled[t * n + j] = rows.values[indices[t] * n + j] * scales[t];
      }
    }
    const block = builder.addBlock({
      matrix: { rows: indices.length, cols: n, values: scaled },
      cones: [{ kind: "nonnegative" }],
      linkCoefficients: Float64Array.of(sign),
      locals: 0,
      localCoefficients: new Float64Array(),
      offsets: new Float64Array(1),
      shift: Float64Array.from(indices, (r, t) => values[r] * scales[t]),
    });
    this.#sides.push({ block, sign, of: "rows", indices, scales });
  }

  #rowScale(rows: Matrix, row: number): number {
    const size = largestInRow(rows.values, row * rows.cols, rows.cols) * this.#map.unit;
    return size > 0 ? 1 / size : 1 / this.#map.unit;
  }
}
