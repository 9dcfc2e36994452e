import { type Client, createClient } from "@connectrpc/connect";
import { ExplanationMethod } from "@portfolio/gen/portfolio/training/v1/forecast_pb.js";
import { ModelService } from "@portfolio/gen/portfolio/training/v1/model_service_pb.js";
import { StudyService, TrialState } from "@portfolio/gen/portfolio/training/v1/study_service_pb.js";
import { TargetKind } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { failureOf } from "./failure-of.ts";
import { startTestTraining, type TestTraining } from "./test-training.ts";

// Each waits for processes, of which a busy machine starts few a minute.
vi.setConfig({ testTimeout: 180_000 });

const SPEC = {
  modelId: "rank-5d",
  target: { kind: TargetKind.RANK, horizonDays: 5 },
  symbols: ["AAPL", "BAC", "CVX", "KO"],
  startDate: "2018-01-01",
  learner: { method: { case: "ridge" as const, value: {} } },
  validation: { scheme: { case: "walkForward" as const, value: { foldCount: 2 } } },
};
const PENALTY = { name: "penalty", min: 1, max: 10_000, isLogarithmic: true };

let service: TestTraining;
let studies: Client<typeof StudyService>;

beforeAll(async () => {
  service = await startTestTraining();
  studies = createClient(StudyService, service.transport);
}, 60_000);
afterAll(() => service.close());

describe("StartStudy", () => {
  it("tries parameters by halving, and trains with the best on days that no trial has seen", async () => {
    const { study: started } = await studies.startStudy({
      spec: SPEC,
      parameters: [PENALTY],
      trialCountMax: 4,
      parallelCount: 2,
      requestId: "first",
    });
    const id = started?.id ?? "";
    const again = await studies.startStudy({
      spec: SPEC,
      parameters: [PENALTY],
      requestId: "first",
    });
    expect(again.study?.id).toBe(id);

    const study = await ended(id);
    const states = study.trials.map(({ state }) => state);
    // The better half of four, and one that was among the better half of fewer.
    const completeCount = states.filter((state) => state === TrialState.COMPLETE).length;
    expect([2, 3]).toContain(completeCount);
    expect(states.filter((state) => state === TrialState.PRUNED)).toHaveLength(4 - completeCount);
    expect(study.overfittingProbability).toBeGreaterThanOrEqual(0);
    expect(study.overfittingProbability).toBeLessThanOrEqual(1);
    for (const { values, state, foldCount } of study.trials) {
      expect(values[0]).toBeGreaterThanOrEqual(1);
      expect(foldCount).toBe(state === TrialState.COMPLETE ? 2 : 1);
    }
    const job = await service.ended(study.trainingJobId);
    expect(job.error).toBeUndefined();
    const version = await service.registry.findVersion("rank-5d", 1);
    const replay = await service.registry.findReplay("rank-5d", 1);
    const trialEnd = "2021-06";
    expect(replay?.dates[0]?.slice(0, 7)).toBe("2021-07");
    expect((replay?.dates[0] ?? "") > trialEnd).toBe(true);
    expect(version?.metrics.find(({ name }) => name === "trial_count")?.value).toBe(5);
    const models = createClient(ModelService, service.transport);
    const { card } = await models.getModelCard({
      ...{ modelId: "rank-5d", version: { case: "number", value: 1 } },
    });
    expect(card?.selection?.studyOverfittingProbability).toBe(study.overfittingProbability);
    const { method, features = [] } = card?.explanation ?? {};
    expect(method).toBe(ExplanationMethod.LINEAR);
    expect(features.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(features[0]?.mean).toBeGreaterThan(features.at(-1)?.mean ?? 0);
    const { studies: listed } = await studies.listStudies({});
    expect(listed.map((each) => each.id)).toEqual([id]);
  });

  it.each([
    ["a number that the learner lacks", { ...PENALTY, name: "depth_max" }, "has no number"],
    ["a range that is none", { ...PENALTY, min: 2, max: 1 }, "no range of positive"],
    ["more than the contract allows", { ...PENALTY, max: 1e13 }, "at most 1000000000000"],
  ])("refuses %s", async (_, parameter, message) => {
    const failure = await failureOf(studies.startStudy({ spec: SPEC, parameters: [parameter] }));

    expect(failure).toMatchObject({ reason: "PARAMETER_UNSUITABLE" });
    expect(failure.message).toContain(message);
  });

  it("knows no study that there is not", async () => {
    const unknown = studies.getStudy({ id: "01900000-0000-7000-8000-000000000000" });

    expect((await failureOf(unknown)).reason).toBe("STUDY_UNKNOWN");
  });
});

async function ended(id: string) {
  for (;;) {
    const { study } = await studies.getStudy({ id });
    if (study?.isDone) {
      return study;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
