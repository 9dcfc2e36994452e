import type { CloseHistory } from "./align-closes.ts";

/** Most instruments in one block. */
export const BLOCK_SIZE = 64;

/** Closes of neighboring instruments, by their ordinal within the dataset. */
export type PanelBlock = ReadonlyMap<number, CloseHistory>;

/** First bytes of an encoded block: "PANELV1" and a zero. */
const MAGIC = Uint8Array.from([0x50, 0x41, 0x4e, 0x45, 0x4c, 0x56, 0x31, 0x00]);
const COUNT_OFFSET = 8;
const TABLE_OFFSET = 16;
const ENTRY_BYTES = 8;

/** Number of the block that an instrument belongs to. */
export function blockOf(ordinal: number): number {
  return Math.floor(ordinal / BLOCK_SIZE);
}

/**
 * Encodes a block, the same one always to the same bytes.
 *
 * Layout, all numbers little-endian: 8 bytes of magic; the number of instruments as int32; 4 zero
 * bytes; per instrument its ordinal and its number of days as int32; the closes of all instruments
 * as float64; their days as int32, counted from 1970-01-01.
 */
export function encodeBlock(block: PanelBlock): Uint8Array<ArrayBuffer> {
  const entries = [...block].sort(([a], [b]) => a - b);
  const dayCount = entries.reduce((count, [, { days }]) => count + days.length, 0);
  const closesOffset = TABLE_OFFSET + ENTRY_BYTES * entries.length;
  const daysOffset = closesOffset + 8 * dayCount;
  const buffer = new ArrayBuffer(daysOffset + 4 * dayCount);
  const bytes = new Uint8Array(buffer);
  const view = new DataView(buffer);
  bytes.set(MAGIC);
  view.setInt32(COUNT_OFFSET, entries.length, true);
  let from = 0;
  entries.forEach(([ordinal, { days, closes }], i) => {
    view.setInt32(TABLE_OFFSET + ENTRY_BYTES * i, ordinal, true);
    view.setInt32(TABLE_OFFSET + ENTRY_BYTES * i + 4, days.length, true);
    for (let j = 0; j < days.length; j += 1) {
      view.setFloat64(closesOffset + 8 * (from + j), closes[j] as number, true);
      view.setInt32(daysOffset + 4 * (from + j), days[j] as number, true);
    }
    from += days.length;
  });
  return bytes;
}

/** Decodes a block. @returns Undefined when the bytes are none. */
export function decodeBlock(bytes: Uint8Array): PanelBlock | undefined {
  if (bytes.length < TABLE_OFFSET || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getInt32(COUNT_OFFSET, true);
  const closesOffset = TABLE_OFFSET + ENTRY_BYTES * count;
  if (count < 0 || closesOffset > bytes.length) {
    return undefined;
  }
  const daysOffset = closesOffset + ((bytes.length - closesOffset) / 12) * 8;
  const block = new Map<number, CloseHistory>();
  let from = 0;
  for (let i = 0; i < count; i += 1) {
    const ordinal = view.getInt32(TABLE_OFFSET + ENTRY_BYTES * i, true);
    const length = view.getInt32(TABLE_OFFSET + ENTRY_BYTES * i + 4, true);
    if (length < 0 || daysOffset + 4 * (from + length) > bytes.length) {
      return undefined;
    }
    const days = new Int32Array(length);
    const closes = new Float64Array(length);
    for (let j = 0; j < length; j += 1) {
      closes[j] = view.getFloat64(closesOffset + 8 * (from + j), true);
      days[j] = view.getInt32(daysOffset + 4 * (from + j), true);
    }
    block.set(ordinal, { days, closes });
    from += length;
  }
  return block;
}

/** Memory that a block takes, in bytes. */
export function blockBytes(block: PanelBlock): number {
  let bytes = 0;
  for (const { days } of block.values()) {
    bytes += 12 * days.length;
  }
  return bytes;
}
