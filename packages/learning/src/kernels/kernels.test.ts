import { describe, expect, it } from "vitest";
import { normals } from "../../test/reference.ts";
import { createKernels, createWasmKernels } from "./create-kernels.ts";
import type { KernelSet } from "./kernel-set.ts";

const HEAP_BYTES = 1 << 18;

/** Runs work on equal heaps with WebAssembly and with its twin, and compares all bits. */
function expectSameBits(seed: number, work: (kernels: KernelSet) => void): void {
  const wasm = createWasmKernels(HEAP_BYTES);
  const twin = createKernels(HEAP_BYTES, "twin");
  if (wasm === undefined) {
    throw new Error("there is no WebAssembly with vectors");
  }
  const noise = normals(HEAP_BYTES / 4, seed);
  for (const { heap } of [wasm, twin]) {
    for (let k = 0; k < noise.length; k++) {
      heap.floats[k] = noise[k] ?? 0;
    }
    heap.floats.set([Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-42, 3e38, -200, 200], 16);
  }

  work(wasm);
  work(twin);

  // Which NaN a NaN is may differ.
  const expected = twin.heap.floats;
  const found = wasm.heap.floats.subarray(0, expected.length);
  expect(found.findIndex((x, k) => !Object.is(x, expected[k]))).toBe(-1);
}

describe("kernels in WebAssembly and their twin", () => {
  it.each([
    [4, 1, 8],
    [8, 7, 16],
    [12, 24, 40],
  ])("multiply %i by %i by %i to the same bits", (m, k, n) => {
    for (const adds of [false, true]) {
      expectSameBits(m, (kernels) => {
        kernels.multiply(0, 16_384, 65_536, m, k, n, adds);
        kernels.multiplyTransposed(0, 16_384, 131_072, k, m, n, adds);
        kernels.transpose(65_536, 196_608, m, n);
      });
    }
  });

  it("multiply to the exact product of small integers", () => {
    // By hand: rows (1 2), (3 4), (5 6), (7 8) times columns of ones and twos.
    const kernels = createKernels(4096, "wasm");
    kernels.heap.floats.set([1, 2, 3, 4, 5, 6, 7, 8], 0);
    kernels.heap.floats.set(
      Array.from({ length: 16 }, (_, j) => (j % 8 < 4 ? 1 : 2)),
      64,
    );

    kernels.multiply(0, 256, 1024, 4, 2, 8, false);

    const product = [...kernels.heap.floats.subarray(256, 288)];
    expect(product).toEqual(
      [3, 7, 11, 15].flatMap((sum) => Array.from({ length: 8 }, (_, j) => (j < 4 ? sum : 2 * sum))),
    );
  });

  it("do the steps of dense layers to the same bits", () => {
    expectSameBits(3, (kernels) => {
      kernels.addBias(0, 8192, 8, 16, false);
      kernels.addBias(1024, 8192, 8, 16, true);
      kernels.maskRectified(16_384, 1024, 128);
      kernels.addColumnSums(0, 20_480, 8, 16);
      kernels.addTo(24_576, 0, 64);
      kernels.heap.integers.set([5, 0, 3], 7000);
      kernels.gatherRows(0, 28_000, 32_768, 3, 64);
    });
  });

  it("take a step of Adam to the same bits", () => {
    expectSameBits(4, (kernels) => {
      for (let k = 0; k < 512; k++) {
        kernels.heap.floats[4096 + k] = Math.abs(kernels.heap.floats[4096 + k] ?? 0);
      }
      kernels.adamStep(0, 4096, 8192, 16_384, 512, 1e-3, 1.7, 0.01);
    });
  });

  it("pass the gates of recurrent layers to the same bits, forward and backward", () => {
    expectSameBits(5, (kernels) => {
      kernels.lstmForward(0, 8192, 12_288, 16_384, 20_480, 24_576, 4, 16);
      kernels.lstmBackward(0, 12_288, 20_480, 28_672, 32_768, 4, 16);
      kernels.gruForward(65_536, 73_728, 81_920, 90_112, 98_304, 4, 16);
      kernels.gruBackward(65_536, 73_728, 90_112, 106_496, 4, 16);
    });
  });

  it("pass filters and gates, attend and normalize to the same bits, forward and backward", () => {
    expectSameBits(7, (kernels) => {
      kernels.gatedForward(0, 8192, 12_288, 4, 16);
      kernels.gatedBackward(0, 16_384, 4, 16);
      // 4 sequences of 5 steps, 2 heads of 4; shares are 4 · 2 · 5 rows of 8.
      kernels.attentionForward(65_536, 81_920, 90_112, 4, 5, 8, 2, 4, 0.5);
      kernels.attentionBackward(65_536, 81_920, 98_304, 106_496, 4, 5, 8, 2, 4, 0.5);
      kernels.normalizeForward(131_072, 139_264, 143_360, 147_456, 155_648, 159_744, 8, 16, 12);
      kernels.normalizeBackward(163_840, 139_264, 147_456, 155_648, 167_936, 172_032, 8, 16, 12);
    });
  });

  it("fill histograms to the same bits", () => {
    expectSameBits(6, ({ heap, addToHistogram, subtractCells }) => {
      heap.integers.set([3, 1, 2, 2, 0], 1024);
      heap.doubles.set([1, 1, -0.1, 1, 0.3, 2, 7, 0.5], 1024);
      heap.doubles.fill(0, 2048, 8192);
      addToHistogram(0, 7, 4, 4096, 5, 8192, 16_384);
      subtractCells(16_384, 20_480, 256);
    });
  });

  it("divide observations to the same bits", () => {
    const rows = [7, 3, 12, 0, 5, 9];
    expectSameBits(7, ({ heap, partitionRows }) => {
      for (let bin = 0; bin < 256; bin++) heap.bytes[bin] = bin % 2;
      heap.integers.set(rows, 1024);
      for (let i = 0; i < 16; i++) heap.bytes[16_384 + 4 * i] = i;

      expect(partitionRows(16_384, 4096, rows.length, 0, 8192)).toBe(4);

      expect([...heap.integers.subarray(1024, 1030)]).toEqual([7, 3, 5, 9, 12, 0]);
    });
  });
});
