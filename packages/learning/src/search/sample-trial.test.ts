import { describe, expect, it } from "vitest";
import { type SearchedTrial, type SearchRange, sampleTrial } from "./sample-trial.ts";

const RANGES: readonly SearchRange[] = [
  { min: 0.001, max: 1, isLogarithmic: true, isInteger: false },
  { min: 1, max: 12, isLogarithmic: false, isInteger: true },
];
/** Least at 0.03 and 4. */
const lossOf = ([x = 1, n = 0]: readonly number[]) => Math.log(x / 0.03) ** 2 + 0.2 * (n - 4) ** 2;

function search(seed: number, count: number, isGuided = true): SearchedTrial[] {
  const trials: SearchedTrial[] = [];
  for (let number = 1; number <= count; number++) {
    const values = sampleTrial(RANGES, isGuided ? trials : [], seed, number);
    trials.push({ values, loss: lossOf(values) });
  }
  return trials;
}

const bestOf = (trials: readonly SearchedTrial[]) => Math.min(...trials.map(({ loss }) => loss));

describe("sampleTrial", () => {
  it("draws the same from the same, and within the ranges", () => {
    const trials = search(1, 40);

    expect(search(1, 40)).toEqual(trials);
    expect(search(2, 40)).not.toEqual(trials);
    for (const { values } of trials) {
      const [x = 0, n = 0] = values;
      expect(x >= 0.001 && x <= 1 && n >= 1 && n <= 12 && Number.isInteger(n)).toBe(true);
    }
  });

  it("comes closer than even draws, on average over seeds", () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const mean = (isGuided: boolean) =>
      seeds.reduce((sum, seed) => sum + bestOf(search(seed, 40, isGuided)) / 20, 0);

    expect(mean(true)).toBeLessThan(0.7 * mean(false));
  });

  it("passes over trials that failed, and refuses a range that is none", () => {
    const failed = { values: [0.1, 2], loss: Number.NaN };

    expect(sampleTrial(RANGES, [failed], 1, 1)).toEqual(sampleTrial(RANGES, [], 1, 1));
    const wrong = { min: 0, max: 1, isLogarithmic: true, isInteger: false };
    expect(() => sampleTrial([wrong], [], 1, 1)).toThrow("logarithmic");
  });
});
