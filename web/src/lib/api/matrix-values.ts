import type { Matrix } from "@portfolio/gen/portfolio/type/v1/matrix_pb.js";

const BYTES_PER_DOUBLE = 8;

/** The entries of a matrix, row by row, or of a series, in whichever of the two forms they were sent. */
export function matrixValues(matrix: Pick<Matrix, "values" | "f64Le">): Float64Array {
  if (matrix.values.length > 0) {
    return Float64Array.from(matrix.values);
  }
  const view = new DataView(matrix.f64Le.buffer, matrix.f64Le.byteOffset, matrix.f64Le.byteLength);
  return Float64Array.from({ length: view.byteLength / BYTES_PER_DOUBLE }, (_, i) =>
    view.getFloat64(i * BYTES_PER_DOUBLE, true),
  );
}
