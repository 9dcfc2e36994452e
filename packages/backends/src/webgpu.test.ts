import { beforeAll, describe, expect, it } from "vitest";
import { BODIES, sequences, specOf } from "../test/training-data.ts";
import { nativeBackend } from "./native-backend.ts";
import { openBackend } from "./open-backend.ts";
import { importPackage } from "./tensor-flow/tensor-flow.ts";
import type { BackendTraining, TrainingBackend } from "./training-backend.ts";

// The package is an optional peer. A machine without a GPU needs SwiftShader besides, which Chromium brings:
// LD_LIBRARY_PATH=/usr/lib/chromium VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json
const isInstalled = await importPackage("webgpu").then(
  () => true,
  () => false,
);

async function finalLoss(training: BackendTraining): Promise<number> {
  let progress = await training.advance();
  while (!progress.isDone) {
    progress = await training.advance();
  }
  return progress.trainingLoss;
}

describe.skipIf(!isInstalled)("TensorFlow.js on WebGPU", { timeout: 600_000 }, () => {
  let backend: TrainingBackend;
  beforeAll(async () => {
    ({ backend } = await openBackend("webgpu"));
  });

  it.each(BODIES)("trains a $kind as natively, within 1e-5 after 50 steps", async (body) => {
    const set = sequences(body, 1);
    const native = await finalLoss(nativeBackend.startTraining(specOf(body), set));

    const own = await finalLoss(backend.startTraining(specOf(body), set));

    expect(Math.abs(own - native)).toBeLessThan(1e-5);
  });
});
