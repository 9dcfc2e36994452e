import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { centeredGram } from "./gram.ts";

describe("centeredGram", () => {
  it("multiplies by the definition, for every remainder of panels and slabs", () => {
    const size = fc.integer({ min: 1, max: 11 });
    const rows = fc.constantFrom(1, 2, 5, 255, 256, 257, 600);

    fc.assert(
      fc.property(size, rows, fc.integer(), (cols, count, seed) => {
        const values = Float64Array.from({ length: count * cols }, (_, k) =>
          Math.sin(seed + 7 * k),
        );
        const center = Float64Array.from({ length: cols }, (_, j) => j / 10);
        const weights = Float64Array.from({ length: count }, (_, t) => 1 + t / count);

        const gram = centeredGram({ rows: count, cols, values }, center, weights);

        for (let i = 0; i < cols; i++) {
          for (let j = 0; j < cols; j++) {
            let sum = 0;
            for (let t = 0; t < count; t++) {
              const one = values[t * cols + i] - center[i];
              const other = values[t * cols + j] - center[j];
              sum += one * other * weights[t] * weights[t];
            }
            expect(Math.abs(gram.values[i * cols + j] - sum)).toBeLessThan(1e-9);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
