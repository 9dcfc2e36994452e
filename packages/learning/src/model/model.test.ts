import { ArgumentError } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import { matrixOf, normals } from "../../test/reference.ts";
import type { TrainingSet } from "../training-set.ts";
import { decodeArtifact, encodeArtifact } from "./artifact.ts";
import { decodeModel, encodeModel, predictModel } from "./learned-model.ts";
import { type LearnerSpec, startTraining } from "./start-training.ts";

const values = normals(60 * 4, 1);
const set: TrainingSet = {
  features: matrixOf(values, 4),
  targets: Float64Array.from({ length: 60 }, (_, i) => ((values[4 * i] ?? 0) > 0 ? 1 : 0)),
};
const NETWORK = {
  kind: "networks",
  memberCount: 2,
  stepCount: 1,
  loss: { kind: "squared" },
  epochCountMax: 3,
  batchSize: 16,
  learningRate: 0.01,
  weightDecay: 0,
  seed: 1,
} as const;
const SPECS: LearnerSpec[] = [
  { kind: "ridge", penalty: 1 },
  { kind: "elastic-net", strength: 0.01, absoluteShare: 0.5 },
  { kind: "logistic", penalty: 1 },
  {
    kind: "boosted-trees",
    loss: { kind: "squared" },
    treeCountMax: 6,
    depthMax: 3,
    learningRate: 0.3,
    leafPenalty: 1,
    gainMin: 0,
    coverMin: 2,
    rowShare: 0.8,
    featureShare: 1,
    seed: 1,
  },
  { ...NETWORK, body: { kind: "perceptron", widths: [5] } },
  { ...NETWORK, body: { kind: "gru", width: 3 }, stepCount: 2 },
  {
    ...NETWORK,
    body: { kind: "temporal-convolution", width: 3, tapCount: 2, dilations: [1] },
    stepCount: 2,
  },
  {
    ...NETWORK,
    body: { kind: "wavenet", width: 3, skipWidth: 4, tapCount: 2, dilations: [1, 2] },
    stepCount: 2,
  },
  {
    ...NETWORK,
    body: { kind: "transformer", width: 4, headCount: 1, innerWidth: 5, blockCount: 1 },
    stepCount: 2,
  },
];

function train(spec: LearnerSpec) {
  const training = startTraining(spec, set);
  while (!training.advance().isDone);
  return training;
}

describe.each(SPECS)("a model of $kind", (spec) => {
  it("is read back as it was written, to the same bits", () => {
    const model = train(spec).model();
    const bytes = encodeModel(model);

    const again = decodeModel(bytes);

    expect(encodeModel(again)).toEqual(bytes);
    expect(predictModel(again, set.features)).toEqual(predictModel(model, set.features));
  });

  it("goes on from a checkpoint after any step to the same bits", () => {
    const whole = train(spec);
    const training = startTraining(spec, set, { validation: set });
    const stepCount = whole.progress()?.step ?? 0;
    for (let step = 1; step < stepCount; step++) {
      training.advance();
      const resumed = startTraining(spec, set, {
        checkpoint: training.checkpoint(),
        validation: set,
      });
      expect(resumed.progress()).toEqual(training.progress());
      expect(encodeModel(resumed.model())).toEqual(encodeModel(training.model()));
    }
    const rest =
      stepCount === 1
        ? training
        : startTraining(spec, set, { checkpoint: training.checkpoint(), validation: set });
    rest.advance();
    training.progress()?.isDone === false && training.advance();

    expect(rest.progress()?.isDone).toBe(true);
    expect(encodeModel(rest.model())).toEqual(encodeModel(training.model()));
    expect(() => rest.advance()).toThrow("training is done");
  });

  it("learns", () => {
    const training = startTraining(spec, set, { validation: set });
    const losses: number[] = [];
    let progress = training.advance();
    losses.push(progress.validationLoss ?? Number.NaN);
    while (!progress.isDone) {
      progress = training.advance();
      losses.push(progress.validationLoss ?? Number.NaN);
    }

    // Half the variance of targets of which half are 1; or the first epoch of the same network.
    const before = losses.length === 1 ? 0.125 : (losses[losses.length - 3] ?? Number.NaN);
    expect(losses[losses.length - 1]).toBeLessThan(before);
    expect(predictModel(training.model(), set.features).every(Number.isFinite)).toBe(true);
  });
});

describe("startTraining", () => {
  it("refuses a checkpoint of another kind of model", () => {
    const [ridge, , , trees, networks] = SPECS as [
      LearnerSpec,
      LearnerSpec,
      LearnerSpec,
      LearnerSpec,
      LearnerSpec,
    ];
    const checkpoint = train(ridge).checkpoint();

    expect(() => startTraining(trees, set, { checkpoint })).toThrow("is of linear, not of trees");
    expect(() => startTraining(networks, set, { checkpoint })).toThrow(
      "not of networks in training",
    );
  });
});

describe("decodeModel", () => {
  it("refuses bytes that are cut short, changed or of something else, and names it", () => {
    const bytes = encodeModel(train(SPECS[3] as LearnerSpec).model());
    for (const broken of [
      new Uint8Array(0),
      bytes.subarray(0, 20),
      bytes.subarray(0, bytes.length - 8),
      bytes.map((byte, k) => (k === 8 ? 0x78 : byte)),
      encodeArtifact({ attributes: { kind: "oracle" }, tensors: {} }),
      encodeArtifact({ attributes: { kind: "networks", members: [] }, tensors: {} }),
      encodeArtifact({
        attributes: { kind: "networks", members: [{ body: { kind: "x" } }] },
        tensors: {},
      }),
      encodeArtifact({
        attributes: { kind: "linear" },
        tensors: { intercept: new Float64Array(2) },
      }),
    ]) {
      expect(() => decodeModel(broken)).toThrow(ArgumentError);
    }
  });

  it("refuses trees whose nodes lead back", () => {
    const artifact = decodeArtifact(encodeModel(train(SPECS[3] as LearnerSpec).model()));
    const lefts = Int32Array.from(artifact.tensors["lefts"] ?? []).fill(0);

    const looped = encodeArtifact({ ...artifact, tensors: { ...artifact.tensors, lefts } });

    expect(() => decodeModel(looped)).toThrow("a node of the model leads nowhere");
  });
});

describe("encodeArtifact", () => {
  it("keeps every type and number", () => {
    const artifact = {
      attributes: { note: "σ" },
      tensors: {
        a: Float64Array.of(1e-300, Number.NaN, -0),
        b: Float32Array.of(0.1),
        c: Int32Array.of(-5, 7),
        d: Uint8Array.of(255),
      },
    };

    expect(decodeArtifact(encodeArtifact(artifact))).toEqual(artifact);
  });
});
