import type { MessageInitShape } from "@bufbuild/protobuf";
import type { MatrixSchema } from "@portfolio/gen/portfolio/type/v1/matrix_pb.js";
import type { SeriesSchema } from "@portfolio/gen/portfolio/type/v1/series_pb.js";
import type { Matrix } from "@portfolio/quant";

// A matrix of 50 by 50 is the largest that people read as numbers.
const READABLE_COUNT_MAX = 2500;

/** Writes a matrix: as numbers when small, so that scripts can read it, else as bytes. */
export function writeMatrix({ rows, cols, values }: Matrix): MessageInitShape<typeof MatrixSchema> {
  return { rows, cols, ...writeDoubles(values) };
}

/** Writes one number per day: as numbers when few, so that scripts can read them, else as bytes. */
export function writeSeries(
  dates: readonly string[],
  values: Float64Array,
): MessageInitShape<typeof SeriesSchema> {
  return { dates: [...dates], ...writeDoubles(values) };
}

function writeDoubles(values: Float64Array): { values: number[] } | { f64Le: Uint8Array } {
  if (values.length <= READABLE_COUNT_MAX) {
    return { values: Array.from(values) };
  }
  // Every platform that Node runs on in production is little-endian.
  return { f64Le: new Uint8Array(Float64Array.from(values).buffer) };
}
