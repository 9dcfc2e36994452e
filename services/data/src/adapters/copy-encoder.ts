/** 2000-01-01, from which PostgreSQL counts days, as days since 1970-01-01. */
const POSTGRES_EPOCH_DAY = 10_957;

/** Signature, flags and header extension length of the binary COPY format. */
const HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const TRAILER = Buffer.from([0xff, 0xff]);

const BLOCK_BYTES = 1 << 16;

/**
 * Encodes rows in PostgreSQL's binary COPY format, column by column, into blocks of about 64 KiB.
 *
 * @see https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"
 *
 * @example
 * const encoder = new CopyEncoder(2);
 * encoder.startRow();
 * encoder.int4(7);
 * encoder.float8(0.5);
 * const blocks = encoder.end();
 */
export class CopyEncoder {
  readonly #columnCount: number;
  #blocks: Buffer[] = [];
  #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #used: number;

  constructor(columnCount: number) {
    this.#columnCount = columnCount;
    this.#used = HEADER.copy(this.#block);
  }

  startRow(): void {
    this.#reserve(2);
    this.#used = this.#block.writeInt16BE(this.#columnCount, this.#used);
  }

  int2(value: number): void {
    this.#length(2);
    this.#used = this.#block.writeInt16BE(value, this.#used);
  }

  int4(value: number): void {
    this.#length(4);
    this.#used = this.#block.writeInt32BE(value, this.#used);
  }

  /** @param day - Days since 1970-01-01. */
  date(day: number): void {
    this.int4(day - POSTGRES_EPOCH_DAY);
  }

  /** Writes NaN as null. */
  float8(value: number): void {
    if (Number.isNaN(value)) {
      this.#length(-1);
      return;
    }
    this.#length(8);
    this.#used = this.#block.writeDoubleBE(value, this.#used);
  }

  bytes(value: Uint8Array): void {
    this.#length(value.length);
    this.#block.set(value, this.#used);
    this.#used += value.length;
  }

  /** Takes the blocks that are full so far. */
  takeFull(): Buffer[] {
    const full = this.#blocks;
    this.#blocks = [];
    return full;
  }

  /** Ends the data and takes what is left. Nothing may be written afterwards. */
  end(): Buffer[] {
    this.#reserve(TRAILER.length);
    this.#used += TRAILER.copy(this.#block, this.#used);
    return [...this.takeFull(), this.#block.subarray(0, this.#used)];
  }

  /** Writes the length of the next value; -1 stands for null. Makes room for both. */
  #length(length: number): void {
    this.#reserve(4 + Math.max(0, length));
    this.#used = this.#block.writeInt32BE(length, this.#used);
  }

  #reserve(size: number): void {
    if (this.#used + size > this.#block.length) {
      this.#blocks.push(this.#block.subarray(0, this.#used));
      this.#block = Buffer.allocUnsafe(Math.max(BLOCK_BYTES, size));
      this.#used = 0;
    }
  }
}
