import { decodeModel, encodeModel, type LearnedModel, predictModel } from "@portfolio/learning";
import { beforeAll, describe, expect, it } from "vitest";
import { BODIES, sequences, specOf } from "../test/training-data.ts";
import { nativeBackend } from "./native-backend.ts";
import { openBackend } from "./open-backend.ts";
import type { BackendTraining, TrainingBackend } from "./training-backend.ts";

async function finish(training: BackendTraining) {
  let progress = await training.advance();
  while (!progress.isDone) {
    progress = await training.advance();
  }
  return progress;
}

function largestDifference(x: Float64Array, y: Float64Array): number {
  return x.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (y[i] ?? 0))), 0);
}

// TensorFlow.js in JavaScript takes seconds, and more on a busy machine.
describe.each(["cpu", "wasm"] as const)("TensorFlow.js on %s", { timeout: 120_000 }, (setting) => {
  let backend: TrainingBackend;
  beforeAll(async () => {
    ({ backend } = await openBackend(setting));
  });

  it.each(BODIES)("trains a $kind as natively, within 1e-5 after 50 steps", async (body) => {
    const [set, validation] = [sequences(body, 1), sequences(body, 2)];
    const native = await finish(nativeBackend.startTraining(specOf(body), set, { validation }));
    const training = backend.startTraining(specOf(body), set, { validation });

    const own = await finish(training);
    const forecasts = await backend.predict(training.model(), validation.features);

    expect(Math.abs(own.trainingLoss - native.trainingLoss)).toBeLessThan(1e-5);
    expect(Math.abs((own.validationLoss ?? 0) - (native.validationLoss ?? 1))).toBeLessThan(1e-5);
    const again = decodeModel(encodeModel(training.model()));
    expect(largestDifference(forecasts, predictModel(again, validation.features))).toBeLessThan(
      1e-5,
    );
  });

  it("goes on from a native checkpoint, and natively from its own", async () => {
    const [body] = BODIES;
    if (body === undefined) throw new Error("there is no network");
    const set = sequences(body, 3);
    const spec = { ...specOf(body), memberCount: 2, epochCountMax: 3 };
    const whole = nativeBackend.startTraining(spec, set);
    await finish(whole);
    const first = nativeBackend.startTraining(spec, set);
    await first.advance();

    const second = backend.startTraining(spec, set, { checkpoint: first.checkpoint() });
    for (let step = 0; step < 3; step++) await second.advance();
    const third = nativeBackend.startTraining(spec, set, { checkpoint: second.checkpoint() });
    const progress = await finish(third);

    expect(progress.step).toBe(6);
    const [own, expected] = [third, whole].map(({ model }) => predictModel(model(), set.features));
    expect(largestDifference(own as Float64Array, expected as Float64Array)).toBeLessThan(1e-4);
  });

  it.each([
    { loss: { kind: "squared" } },
    { loss: { kind: "quantile", level: 0.8 } },
    { loss: { kind: "squared" }, absolutePenalty: 0.3 },
  ] as const)(
    "learns by $loss.kind loss and the penalty $absolutePenalty as natively",
    async (rule) => {
      const body = { kind: "perceptron", widths: [8] } as const;
      const spec = { ...specOf(body), ...rule, epochCountMax: 4 };
      const set = sequences(body, 4);
      const native = await finish(nativeBackend.startTraining(spec, set));

      const own = await finish(backend.startTraining(spec, set));

      expect(Math.abs(own.trainingLoss - native.trainingLoss)).toBeLessThan(1e-5);
    },
  );

  it("computes what is no network natively, to the same bits", async () => {
    const set = sequences({ kind: "perceptron", widths: [] }, 5);
    const models: LearnedModel[] = [];
    for (const own of [nativeBackend, backend]) {
      const training = own.startTraining({ kind: "ridge", penalty: 1 }, set);
      await finish(training);
      models.push(training.model());
    }

    const [native, other] = models as [LearnedModel, LearnedModel];
    expect(encodeModel(other)).toEqual(encodeModel(native));
    expect(await backend.predict(other, set.features)).toEqual(predictModel(native, set.features));
  });

  it("leaves nothing behind when it is closed", async () => {
    const core = await import("@tensorflow/tfjs-core");
    const body = { kind: "gru", width: 4 } as const;
    const before = core.memory().numTensors;
    const training = backend.startTraining({ ...specOf(body), memberCount: 2 }, sequences(body, 6));
    await training.advance();

    training.close();

    expect(core.memory().numTensors).toBe(before);
    expect(training.model().kind).toBe("networks");
  });
});
