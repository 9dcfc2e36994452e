import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockOf, decodeBlock, encodeBlock, type PanelBlock } from "./panel-block.ts";

const EXAMPLE: PanelBlock = new Map([
  [3, { days: Int32Array.of(-1, 5), closes: Float64Array.of(0.264, 1e-9) }],
  [1, { days: Int32Array.of(7), closes: Float64Array.of(2) }],
  [2, { days: new Int32Array(0), closes: new Float64Array(0) }],
]);

describe("encodeBlock", () => {
  it("gives the same bytes whatever the order of the instruments", () => {
    const reversed = new Map([...EXAMPLE].reverse());

    expect(encodeBlock(reversed)).toEqual(encodeBlock(EXAMPLE));
  });

  it("writes the layout that its comment describes", () => {
    const bytes = encodeBlock(EXAMPLE);

    // 16 bytes of head, 3 entries of 8, 3 closes of 8, 3 days of 4.
    expect(bytes).toHaveLength(16 + 24 + 24 + 12);
    expect(new TextDecoder().decode(bytes.subarray(0, 7))).toBe("PANELV1");
    const view = new DataView(bytes.buffer);
    expect(view.getInt32(8, true)).toBe(3);
    expect([16, 20, 24, 28, 32, 36].map((at) => view.getInt32(at, true))).toEqual([
      1, 1, 2, 0, 3, 2,
    ]);
    expect([40, 48, 56].map((at) => view.getFloat64(at, true))).toEqual([2, 0.264, 1e-9]);
    expect([64, 68, 72].map((at) => view.getInt32(at, true))).toEqual([7, -1, 5]);
  });
});

describe("decodeBlock", () => {
  it("gives back what was encoded", () => {
    const decoded = decodeBlock(encodeBlock(EXAMPLE));

    expect(decoded).toEqual(new Map([...EXAMPLE].sort(([a], [b]) => a - b)));
  });

  it("takes no other bytes, and never throws", () => {
    const whole = encodeBlock(EXAMPLE);
    expect(decodeBlock(whole.subarray(0, whole.length - 1))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat({ max: whole.length }), (noise, length) => {
        decodeBlock(noise);
        decodeBlock(Uint8Array.from([...whole.subarray(0, length), ...noise]));
      }),
    );
  });
});

describe("blockOf", () => {
  it("puts 64 instruments into a block", () => {
    expect([0, 63, 64, 128].map(blockOf)).toEqual([0, 0, 1, 2]);
  });
});
