import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import {
  planNestedValidation,
  settleNestedValidation,
  sharpeScore,
  type ValidationTask,
} from "./nested-validation.ts";
import { walkForward } from "./walk-forward.ts";

const ROWS = {
  rowCount: 40,
  trainRows: 20,
  testRows: 10,
  purgeRows: 0,
  isExpanding: false,
  keepsPartialTest: false,
};
const INNER = { ...ROWS, trainRows: 10, testRows: 5 };

// Candidate 0 is good before row 25 and bad after; candidate 1 the other way round.
const returnsOf = ({ candidate, split }: ValidationTask) =>
  Float64Array.from({ length: split.testEnd - split.testStart }, (_, t) => {
    const row = split.testStart + t;
    const isGood = row < 25 === (candidate === 0);
    return (isGood ? 0.01 : -0.01) + 0.002 * (row % 2);
  });

describe("nested validation", () => {
  const plan = planNestedValidation(walkForward(ROWS), 2, INNER);

  it("does each fit once", () => {
    // Two folds with two inner splits each, for each of two candidates, none of them shared.
    expect(plan.tasks).toHaveLength(12);
    const expanding = { ...INNER, isExpanding: true };
    const shared = planNestedValidation(walkForward({ ...ROWS, isExpanding: true }), 2, expanding);
    // The second fold's training starts with the first's: two of its four inner splits are known.
    expect(shared.tasks).toHaveLength(2 * (2 + 4));
  });

  it("keeps inner tests within the outer training rows", () => {
    for (const { outer, innerTasks } of plan.folds) {
      for (const task of innerTasks) {
        expect(plan.tasks[task]?.split.testEnd).toBeLessThanOrEqual(outer.trainEnd);
        expect(plan.tasks[task]?.split.trainStart).toBeGreaterThanOrEqual(outer.trainStart);
      }
    }
  });

  it("chooses by the past alone and measures after it", () => {
    const answer = settleNestedValidation(plan, plan.tasks.map(returnsOf), sharpeScore);

    // The inner tests of the first fold are rows 10–19, of the second 20–29: half and half, where
    // the first of equals stays.
    expect([...answer.chosen]).toEqual([0, 0]);
    expect([...answer.rows]).toEqual(Array.from({ length: 20 }, (_, t) => 20 + t));
    expect(answer.returns).toEqual(answer.candidateReturns.values.filter((_, k) => k % 2 === 0));
    expect(answer.trials.count).toBe(2);
    expect(answer.trials.variance).toBeGreaterThan(0);
    expect(answer.deflatedSharpe).toBeLessThan(0.5);
  });

  it("follows the score it is given", () => {
    const lowest = settleNestedValidation(
      plan,
      plan.tasks.map(returnsOf),
      (returns) => -sharpeScore(returns),
    );

    expect(lowest.chosen[0]).toBe(1);
  });

  it("survives candidates that never move", () => {
    const still = plan.tasks.map(({ split }) => new Float64Array(split.testEnd - split.testStart));

    expect(settleNestedValidation(plan, still, sharpeScore)).toMatchObject({
      chosen: Int32Array.of(0, 0),
      trials: { count: 2, variance: 0 },
      deflatedSharpe: undefined,
    });
  });

  it("refuses empty plans, missing outcomes and scores that are not numbers", () => {
    const outcomes = plan.tasks.map(returnsOf);

    expect(() => planNestedValidation([], 2, INNER)).toThrow(ArgumentError);
    expect(() => planNestedValidation(walkForward(ROWS), 0, INNER)).toThrow(ArgumentError);
    expect(() => planNestedValidation(walkForward(ROWS), 1, ROWS)).toThrow(ArgumentError);
    expect(() => settleNestedValidation(plan, outcomes.slice(1), sharpeScore)).toThrow(
      ArgumentError,
    );
    expect(() => settleNestedValidation(plan, outcomes, () => Number.NaN)).toThrow(ArgumentError);
  });
});
