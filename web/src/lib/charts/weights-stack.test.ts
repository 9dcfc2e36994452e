// @vitest-environment node
import { describe, expect, it } from "vitest";
import { longShortModel, sampleModel } from "../../../test/fixtures/frontier-model.ts";
import { assignColorSlots } from "../colors.ts";
import { averageWeights } from "../frontier/frontier.ts";
import { stackWeights } from "./weights-stack.ts";

const positions = Float64Array.from({ length: 41 }, (_, i) => i / 40);

describe("stackWeights", () => {
  it("fills the whole of a long-only portfolio with seven assets and Other", () => {
    const slots = assignColorSlots(sampleModel.symbols, averageWeights(sampleModel));

    const { layers, low, high } = stackWeights(sampleModel, positions, slots);

    const top = layers.at(-1)?.bands[0]?.end ?? new Float64Array();
    expect(layers).toHaveLength(8);
    expect(layers.at(-1)?.symbol).toBeUndefined();
    expect(low).toBe(0);
    expect(high).toBeCloseTo(1, 9);
    for (const edge of top) {
      expect(edge).toBeCloseTo(1, 9);
    }
  });

  it("starts each band where the one below ends", () => {
    const slots = assignColorSlots(sampleModel.symbols, averageWeights(sampleModel));

    const { layers } = stackWeights(sampleModel, positions, slots);

    for (let i = 1; i < layers.length; i += 1) {
      expect(layers[i]?.bands[0]?.start).toEqual(layers[i - 1]?.bands[0]?.end);
    }
  });

  it("hangs short positions below zero", () => {
    const slots = assignColorSlots(longShortModel.symbols, []);

    const { layers, low, high } = stackWeights(longShortModel, positions, slots);

    const shorted = layers.find(({ symbol }) => symbol === "LOW");
    // At the highest return the weights are −½, 0 and 1½.
    expect(shorted?.bands).toHaveLength(2);
    expect(shorted?.bands[1]?.end.at(-1)).toBe(-0.5);
    expect(low).toBe(-0.5);
    expect(high).toBeCloseTo(1.5, 12);
  });

  it("does not let a short position in Other hide a long one", () => {
    const slots = new Map(longShortModel.symbols.map((symbol) => [symbol, null]));

    const { layers } = stackWeights(longShortModel, positions, slots);

    expect(layers).toHaveLength(1);
    expect(layers[0]?.bands[0]?.end.at(-1)).toBe(1.5);
    expect(layers[0]?.bands[1]?.end.at(-1)).toBe(-0.5);
  });
});
