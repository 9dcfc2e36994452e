import { describe, expect, it } from "vitest";
import { nextStep, type Trial, type TrialState } from "./study.ts";

/** A trial that was tested on one fold, on all where there are two losses, and waits or runs. */
const trial = (
  number: number,
  first: number | undefined,
  all?: number,
  state: TrialState = all === undefined ? "running" : "complete",
  rung: 0 | 1 = all === undefined ? 0 : 1,
): Trial => ({ number, values: [], state, rung, losses: [first, all], jobId: `job ${number}` });
const numbersOf = (trials: readonly Trial[]) => trials.map(({ number }) => number);
const study = { trialCountMax: 4, parallelCount: 2 };

describe("nextStep", () => {
  it("fills all places with trials on one fold at first", () => {
    expect(nextStep(study, [])).toEqual({ promoted: [], started: [1, 2] });
    expect(nextStep(study, [trial(1, undefined), trial(2, undefined)])).toEqual({
      ...{ promoted: [], started: [] },
    });
  });

  it("starts a new trial in a free place, while the half is none", () => {
    expect(nextStep(study, [trial(1, 0.3), trial(2, undefined)])).toEqual({
      ...{ promoted: [], started: [3] },
    });
  });

  it("promotes the better half so far at once, without waiting for the others", () => {
    const step = nextStep({ ...study, trialCountMax: 9 }, [
      ...[trial(1, 0.3), trial(2, 0.1), trial(3, undefined)],
    ]);

    expect(numbersOf(step.promoted)).toEqual([2]);
    expect(step.started).toEqual([]);
  });

  it("promotes a trial later that has come to be among the better half", () => {
    const known = [trial(1, 0.3), trial(2, 0.1, 0.2)];
    expect(nextStep(study, known).promoted).toEqual([]);

    const more = [...known, trial(3, 0.4), trial(4, 0.5)];
    expect(numbersOf(nextStep(study, more).promoted)).toEqual([1]);
  });

  it("has no more trials at a time than places, whichever they are", () => {
    const running = trial(1, 0.1, undefined, "running", 1);
    const step = nextStep(study, [running, trial(2, 0.2, undefined, "running", 1)]);

    expect(step).toEqual({ promoted: [], started: [] });
    expect(nextStep(study, [running, trial(2, 0.3)]).started).toEqual([3]);
  });

  it("ends with the least loss on all folds, and lays the others aside", () => {
    const trials = [trial(1, 0.3, 0.2), trial(2, 0.1, 0.4), trial(3, 0.5), trial(4, 0.6)];
    const { end } = nextStep(study, trials);

    expect(end?.best?.number).toBe(1);
    expect(numbersOf(end?.pruned ?? [])).toEqual([3, 4]);
  });

  it("tests at least one trial on all folds, and none when all have failed", () => {
    const one = { trialCountMax: 1, parallelCount: 1 };
    expect(numbersOf(nextStep(one, [trial(1, 0.3)]).promoted)).toEqual([1]);
    const failed = trial(1, undefined, undefined, "failed");
    expect(nextStep(one, [failed]).end).toEqual({ pruned: [], best: undefined });
    // One that failed on all folds is not tried again: the next best is.
    const late = trial(1, 0.1, undefined, "failed", 1);
    const step = nextStep({ trialCountMax: 2, parallelCount: 1 }, [late, trial(2, 0.3)]);
    expect(numbersOf(step.promoted)).toEqual([2]);
  });

  it.each([1, 2, 3, 8])(
    "tests half of eight trials on all folds, with %d places",
    (parallelCount) => {
      const { tested, best } = runAll(
        { trialCountMax: 8, parallelCount },
        [2, 4, 1, 3, 0, 2, 4, 1],
      );

      expect(best).toBe(5);
      expect(new Set(tested).size).toBe(8);
      // The more trials have started before the first ends, the fewer are promoted too early.
      expect(tested.length).toBeGreaterThanOrEqual(12);
      expect(tested.length).toBeLessThanOrEqual(14);
    },
  );
});

/** Runs a study whose trials end in the order of their numbers, those on one fold first. */
function runAll(spec: typeof study, losses: readonly number[]) {
  let trials: readonly Trial[] = [];
  const tested: number[] = [];
  for (;;) {
    const { promoted, started, end } = nextStep(spec, trials);
    if (end !== undefined) return { tested, best: end.best?.number };
    const again = new Set(numbersOf(promoted));
    trials = [
      ...trials.map((own) => (again.has(own.number) ? { ...own, rung: 1 as const } : own)),
      ...started.map((number) => trial(number, undefined)),
    ];
    const next = trials.find(
      ({ state, rung, losses: own }) => state === "running" && own[rung] === undefined,
    );
    if (next === undefined) throw new Error("the study hangs");
    tested.push(next.number);
    const ended = endedTrial(next, losses[next.number - 1] ?? 0);
    trials = trials.map((own) => (own === next ? ended : own));
  }
}

function endedTrial(own: Trial, loss: number): Trial {
  return own.rung === 0
    ? { ...own, losses: [loss, undefined] }
    : { ...own, state: "complete", losses: [own.losses[0], loss] };
}
