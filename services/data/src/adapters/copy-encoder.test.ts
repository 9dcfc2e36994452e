import { describe, expect, it } from "vitest";
import { CopyEncoder } from "./copy-encoder.ts";

describe("CopyEncoder", () => {
  it("writes the binary COPY format", () => {
    const encoder = new CopyEncoder(5);

    encoder.startRow();
    encoder.int2(1);
    encoder.int4(-2);
    // 2000-01-02, one day after the day that PostgreSQL counts from.
    encoder.date(10_958);
    encoder.float8(Number.NaN);
    encoder.bytes(Uint8Array.of(9));
    const bytes = Buffer.concat(encoder.end());

    // The header is 11 bytes of signature, 4 of flags and 4 of extension length.
    expect(bytes.subarray(0, 11).toString("latin1")).toBe("PGCOPY\n\xff\r\n\0");
    expect(bytes.subarray(11, 19)).toEqual(Buffer.alloc(8));
    const row = "0005 00000002 0001 00000004 fffffffe 00000004 00000001 ffffffff 00000001 09";
    expect(bytes.subarray(19).toString("hex")).toBe(`${row.replaceAll(" ", "")}ffff`);
  });

  it("cuts its output into blocks, also around a value that is larger than one", () => {
    const encoder = new CopyEncoder(1);
    const large = new Uint8Array(200_000).fill(7);

    encoder.startRow();
    encoder.bytes(large);
    encoder.startRow();
    encoder.float8(1);
    const blocks = [...encoder.takeFull(), ...encoder.end()];

    expect(blocks.length).toBeGreaterThan(1);
    // Header, two rows and the trailer.
    const length = 19 + (2 + 4 + large.length) + (2 + 4 + 8) + 2;
    expect(Buffer.concat(blocks)).toHaveLength(length);
  });
});
