import type { Matrix as WireMatrix } from "@portfolio/gen/portfolio/type/v1/matrix_pb.js";
import type { Matrix } from "@portfolio/quant";
import { checkFinite } from "./read-numbers.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

const COVARIANCE = "covariance.given.matrix";

// Tools round to 10 and more digits when they print; a real asymmetry is larger.
const ASYMMETRY_TOLERANCE = 1e-9;

// Far beyond any unit of returns, and far below where products of entries overflow.
const ENTRY_MAX = 1e30;

/** Reads a covariance that the caller brings. @throws {AppError} As `readSymmetricMatrix`. */
export function readGivenCovariance(message: WireMatrix | undefined, assetCount: number): Matrix {
  if (message === undefined) {
    refuse("ESTIMATE_SHAPE_WRONG", COVARIANCE, "give the matrix");
  }
  return readSymmetricMatrix(message, assetCount, COVARIANCE);
}

/**
 * Reads a matrix with one row and one column per symbol.
 *
 * Entries that differ from their mirror image by rounding are averaged with it.
 *
 * @param field - JSON path of the matrix.
 * @returns Shape (n, n), exactly symmetric.
 * @throws {AppError} `ESTIMATE_SHAPE_WRONG`, `NUMBER_NOT_FINITE`, `REQUEST_INVALID`,
 *   `COVARIANCE_NOT_SYMMETRIC`.
 */
export function readSymmetricMatrix(
  message: WireMatrix,
  assetCount: number,
  field: string,
): Matrix {
  const { rows, cols } = message;
  if (rows !== assetCount || cols !== assetCount) {
    refuse(
      "ESTIMATE_SHAPE_WRONG",
      field,
      `the matrix is ${rows} by ${cols}, and there are ${assetCount} symbols`,
    );
  }
  return symmetrize(readMatrix(message, field), field);
}

/**
 * Reads a matrix of any shape.
 *
 * @param field - JSON path of the matrix.
 * @throws {AppError} `ESTIMATE_SHAPE_WRONG`, `NUMBER_NOT_FINITE`, `REQUEST_INVALID`.
 */
export function readMatrix(message: WireMatrix, field: string): Matrix {
  const { rows, cols } = message;
  const values = readEntries(message, field);
  const source = message.f64Le.length > 0 ? "f64_le" : "values";
  checkFinite(values, (k) => `${field}.${source}[${k}]`);
  checkSize(values, `${field}.${source}`);
  return { rows, cols, values };
}

// A day on which a price grows a hundredfold is an error; one on which it falls below 0 is none.
const RETURN_MAX = 100;

/**
 * Reads daily returns, one row per scenario.
 *
 * @returns Shape (T, n), T ≥ 2.
 * @throws {AppError} `ESTIMATE_SHAPE_WRONG`, `NUMBER_NOT_FINITE`, `REQUEST_INVALID`.
 */
export function readReturns(
  message: WireMatrix | undefined,
  field: string,
  assetCount: number,
): Matrix {
  const { rows, cols } = message ?? { rows: 0, cols: 0 };
  if (message === undefined || cols !== assetCount || rows < 2) {
    refuse(
      "ESTIMATE_SHAPE_WRONG",
      field,
      `the returns are ${rows} by ${cols}; give 2 rows or more of ${assetCount}, one per symbol`,
    );
  }
  const values = readEntries(message, field);
  const source = message.f64Le.length > 0 ? "f64_le" : "values";
  checkFinite(values, (k) => `${field}.${source}[${k}]`);
  const k = values.findIndex((value) => Math.abs(value) > RETURN_MAX);
  if (k >= 0) {
    const description = `${values[k]} is not between ${-RETURN_MAX} and ${RETURN_MAX}`;
    refuse("REQUEST_INVALID", `${field}.${source}[${k}]`, description);
  }
  return { rows, cols, values };
}

function checkSize(values: Float64Array, field: string): void {
  const k = values.findIndex((value) => Math.abs(value) > ENTRY_MAX);
  refuseIfAny(
    "REQUEST_INVALID",
    k < 0
      ? []
      : [
          {
            field: `${field}[${k}]`,
            description: `${values[k]} is not between ${-ENTRY_MAX} and ${ENTRY_MAX}`,
          },
        ],
  );
}

function readEntries({ rows, cols, values, f64Le }: WireMatrix, field: string): Float64Array {
  if (values.length > 0 && f64Le.length > 0) {
    refuse("ESTIMATE_SHAPE_WRONG", field, "give either values or f64_le, not both");
  }
  const entryCount = rows * cols;
  if (f64Le.length > 0 && f64Le.length !== entryCount * Float64Array.BYTES_PER_ELEMENT) {
    refuse(
      "ESTIMATE_SHAPE_WRONG",
      `${field}.f64_le`,
      `${rows} by ${cols} doubles take ${entryCount * 8} bytes, not ${f64Le.length}`,
    );
  }
  if (f64Le.length === 0 && values.length !== entryCount) {
    refuse(
      "ESTIMATE_SHAPE_WRONG",
      `${field}.values`,
      `${rows} by ${cols} entries are ${entryCount} numbers, not ${values.length}`,
    );
  }
  return f64Le.length > 0 ? decodeDoubles(f64Le) : Float64Array.from(values);
}

function decodeDoubles(bytes: Uint8Array): Float64Array {
  const doubles = new Float64Array(bytes.length / Float64Array.BYTES_PER_ELEMENT);
  new Uint8Array(doubles.buffer).set(bytes);
  return doubles;
}

function symmetrize({ rows: n, cols, values }: Matrix, field: string): Matrix {
  const symmetric = Float64Array.from(values);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const lower = values[i * n + j] ?? 0;
      const upper = values[j * n + i] ?? 0;
      const size = Math.max(Math.abs(lower), Math.abs(upper));
      if (Math.abs(lower - upper) > ASYMMETRY_TOLERANCE * size) {
        refuse(
          "COVARIANCE_NOT_SYMMETRIC",
          field,
          `entry (${i}, ${j}) is ${lower}, and entry (${j}, ${i}) is ${upper}; rows and columns count from 0`,
        );
      }
      const mean = lower === upper ? lower : lower / 2 + upper / 2;
      symmetric[i * n + j] = mean;
      symmetric[j * n + i] = mean;
    }
  }
  return { rows: n, cols, values: symmetric };
}
