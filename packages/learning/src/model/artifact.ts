import { ArgumentError } from "@portfolio/quant";

/** Numbers of a model, by name. */
export type Tensor = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A model, or a training in progress, as facts and numbers. */
export interface Artifact {
  /** What can be written as JSON. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

interface TensorEntry {
  readonly name: string;
  readonly type: keyof typeof TENSOR_TYPES;
  readonly length: number;
  /** Bytes from the end of the header. */
  readonly offset: number;
}

const FORMAT = "portfolio-model";
const FORMAT_VERSION = 1;
const LENGTH_BYTES = 8;
const HEADER_BYTES_MAX = 2 ** 24;

/** Each type's size, and how a number of it is written and read, the least byte first. */
const TENSOR_TYPES = {
  float32: {
    bytes: 4,
    make: (length: number): Tensor => new Float32Array(length),
    read: (view: DataView, at: number) => view.getFloat32(at, true),
    write: (view: DataView, at: number, value: number) => view.setFloat32(at, value, true),
  },
  float64: {
    bytes: 8,
    make: (length: number): Tensor => new Float64Array(length),
    read: (view: DataView, at: number) => view.getFloat64(at, true),
    write: (view: DataView, at: number, value: number) => view.setFloat64(at, value, true),
  },
  int32: {
    bytes: 4,
    make: (length: number): Tensor => new Int32Array(length),
    read: (view: DataView, at: number) => view.getInt32(at, true),
    write: (view: DataView, at: number, value: number) => view.setInt32(at, value, true),
  },
  uint8: {
    bytes: 1,
    make: (length: number): Tensor => new Uint8Array(length),
    read: (view: DataView, at: number) => view.getUint8(at),
    write: (view: DataView, at: number, value: number) => view.setUint8(at, value),
  },
};

/**
 * Writes an artifact as bytes: the length of the header in eight bytes, the header in JSON, then the
 * numbers, the least byte first. The same artifact gives the same bytes on every machine.
 */
export function encodeArtifact({ attributes, tensors }: Artifact): Uint8Array {
  let end = 0;
  const entries: TensorEntry[] = Object.entries(tensors).map(([name, values]) => {
    const type = typeOf(values);
    const offset = end;
    end += Math.ceil((values.length * TENSOR_TYPES[type].bytes) / 8) * 8;
    return { name, type, length: values.length, offset };
  });
  const header = { format: FORMAT, version: FORMAT_VERSION, attributes, tensors: entries };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = LENGTH_BYTES + Math.ceil(json.length / 8) * 8;
  // Spaces fill up the header.
  const bytes = new Uint8Array(start + end).fill(0x20, LENGTH_BYTES, start);
  bytes.set(json, LENGTH_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  for (const { name, type, offset } of entries) {
    const { bytes: size, write } = TENSOR_TYPES[type];
    const values = tensors[name];
    for (let k = 0; k < values.length; k++) {
      write(view, start + offset + k * size, values[k]);
    }
  }
  return bytes;
}

/**
 * Reads what `encodeArtifact` wrote.
 *
 * @throws {ArgumentError} The bytes are not an artifact, or are cut short.
 */
export function decodeArtifact(bytes: Uint8Array): Artifact {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = bytes.length < LENGTH_BYTES ? -1 : Number(view.getBigUint64(0, true));
  if (
    !(headerLength > 0 && headerLength <= Math.min(HEADER_BYTES_MAX, bytes.length - LENGTH_BYTES))
  ) {
    throw new ArgumentError(`${bytes.length} bytes hold no model`);
  }
  const start = LENGTH_BYTES + headerLength;
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, start));
  const tensors = header.tensors.map(({ name, type, length, offset }) => {
    const { bytes: size, make, read } = TENSOR_TYPES[type];
    if (!(offset >= 0 && length >= 0 && start + offset + length * size <= bytes.length)) {
      throw new ArgumentError(`tensor ${name} of the model is cut short`);
    }
    const values = make(length);
    for (let k = 0; k < length; k++) {
      values[k] = read(view, start + offset + k * size);
    }
    return [name, values] as const;
  });
  return { attributes: header.attributes, tensors: Object.fromEntries(tensors) };
}

/**
 * Takes a tensor of a type and, if given, a length.
 *
 * @throws {ArgumentError} There is none.
 */
export function tensorOf<T extends Tensor>(
  { tensors }: Artifact,
  name: string,
  type: new (length: number) => T,
  length?: number,
): T {
  const values = tensors[name];
  if (!(values instanceof type) || (length !== undefined && values.length !== length)) {
    throw new ArgumentError(`tensor ${name} of the model is missing or has another shape`);
  }
  return values;
}

function typeOf(values: Tensor): TensorEntry["type"] {
  if (values instanceof Float32Array) {
    return "float32";
  }
  if (values instanceof Float64Array) {
    return "float64";
  }
  return values instanceof Int32Array ? "int32" : "uint8";
}

function parseHeader(bytes: Uint8Array) {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ArgumentError("the header of the model is not JSON", { cause });
  }
  if (!isHeader(header)) {
    throw new ArgumentError(`the model is not of format ${FORMAT}, version ${FORMAT_VERSION}`);
  }
  return header;
}

function isHeader(
  value: unknown,
): value is { attributes: Record<string, unknown>; tensors: readonly TensorEntry[] } {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const header = value as Record<string, unknown>;
  return (
    header["format"] === FORMAT &&
    header["version"] === FORMAT_VERSION &&
    typeof header["attributes"] === "object" &&
    header["attributes"] !== null &&
    Array.isArray(header["tensors"]) &&
    header["tensors"].every(isTensorEntry)
  );
}

function isTensorEntry(value: unknown): value is TensorEntry {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const entry = value as Record<string, unknown>;
  return (
    typeof entry["name"] === "string" &&
    Object.hasOwn(TENSOR_TYPES, String(entry["type"])) &&
    Number.isSafeInteger(entry["length"]) &&
    Number.isSafeInteger(entry["offset"])
  );
}
