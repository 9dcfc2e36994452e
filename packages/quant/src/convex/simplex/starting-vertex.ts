import type { KinkProgram } from "./kink-program.ts";
import { AT_LOWER, AT_UPPER, FREE, PINNED, Vertex } from "./vertex.ts";

// A value this near to a bound or a kink, in units of size 1, is meant to be on it.
const NEAR = 1e-9;
// A smaller pivot among those left says that the rest depends on what was chosen.
const PIVOT_MIN = 1e-6;

/**
 * Makes a vertex of a point: kinks that it is on, and as many variables between their bounds. Other
 * variables between their bounds are pinned where they are.
 *
 * @param v - Within its bounds. Not changed.
 * @returns Nothing where a limit is broken, or rounding leaves no kernel.
 */
export function vertexAt(program: KinkProgram, v: Float64Array): Vertex | undefined {
  const vertex = snappedVertex(program, v);
  vertex.measureRows();
  const kinks: number[] = [];
  for (let t = 0; t < program.rows.count; t++) {
    const z = vertex.z[t];
    if (!placeRow(vertex, t)) {
      return undefined;
    }
    if (Math.abs(z) <= NEAR && program.left[t] !== program.right[t]) {
      kinks.push(t);
    }
  }
  const free = Array.from(vertex.state.keys()).filter((j) => vertex.state[j] === PINNED);
  chooseKernel(vertex, kinks, free);
  return vertex.refresh() ? vertex : undefined;
}

function snappedVertex(program: KinkProgram, v: Float64Array): Vertex {
  const { lower, upper } = program;
  const snapped = v.slice();
  const state = new Uint8Array(v.length).fill(PINNED);
  for (let j = 0; j < v.length; j++) {
    if (v[j] - lower[j] <= NEAR) {
      snapped[j] = lower[j];
      state[j] = AT_LOWER;
    } else if (upper[j] - v[j] <= NEAR) {
      snapped[j] = upper[j];
      state[j] = AT_UPPER;
    }
  }
  return new Vertex(program, snapped, state);
}

/** Says on which side of its kink a row is. False where a limit is broken. */
function placeRow({ program, z, side }: Vertex, t: number): boolean {
  const isAbove = z[t] > 0;
  const isAllowed = Number.isFinite(isAbove ? program.right[t] : program.left[t]);
  side[t] = isAllowed === isAbove ? 1 : -1;
  return isAllowed || z[t] * z[t] <= NEAR * NEAR;
}

/** Chooses kinks and variables whose matrix is well conditioned, as many as there are. */
function chooseKernel(vertex: Vertex, kinks: readonly number[], free: readonly number[]): void {
  const rows = kinks.slice(0, 2 * free.length + 1);
  const columns = [...free];
  const width = columns.length;
  const matrix = new Float64Array(rows.length * width);
  for (let a = 0; a < width; a++) {
    const column = vertex.program.rows.column(columns[a]);
    for (let b = 0; b < rows.length; b++) {
      matrix[b * width + a] = column[rows[b]];
    }
  }
  for (let k = 0; k < Math.min(rows.length, width); k++) {
    const [b, a] = largestEntry(matrix, width, k);
    if (!(Math.abs(matrix[b * width + a]) > PIVOT_MIN)) {
      break;
    }
    swap(rows, columns, matrix, { k, b, a });
    eliminate(matrix, width, k);
    vertex.kinks.push(rows[k]);
    vertex.free.push(columns[k]);
    vertex.side[rows[k]] = 0;
    vertex.state[columns[k]] = FREE;
  }
}

function largestEntry(matrix: Float64Array, width: number, k: number): [number, number] {
  let place = k * width + k;
  for (let b = k; b * width < matrix.length; b++) {
    for (let a = k; a < width; a++) {
      if (Math.abs(matrix[b * width + a]) > Math.abs(matrix[place])) {
        place = b * width + a;
      }
    }
  }
  return [Math.floor(place / width), place % width];
}

function swap(
  rows: number[],
  columns: number[],
  matrix: Float64Array,
  { k, b, a }: { readonly k: number; readonly b: number; readonly a: number },
): void {
  const width = columns.length;
  [rows[k], rows[b]] = [rows[b], rows[k]];
  [columns[k], columns[a]] = [columns[a], columns[k]];
  for (let j = 0; j < width; j++) {
    const value = matrix[k * width + j];
    matrix[k * width + j] = matrix[b * width + j];
    matrix[b * width + j] = value;
  }
  for (let i = 0; i < rows.length; i++) {
    const value = matrix[i * width + k];
    matrix[i * width + k] = matrix[i * width + a];
    matrix[i * width + a] = value;
  }
}

function eliminate(matrix: Float64Array, width: number, k: number): void {
  const pivot = matrix[k * width + k];
  for (let i = k + 1; i * width < matrix.length; i++) {
    const factor = matrix[i * width + k] / pivot;
    for (let j = k; factor !== 0 && j < width; j++) {
      matrix[i * width + j] -= factor * matrix[k * width + j];
    }
  }
}
