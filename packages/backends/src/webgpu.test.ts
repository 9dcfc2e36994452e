import { describe, expect, it } from "vitest";
import { BODIES, sequences, specOf } from "../test/training-data.ts";
import { nativeBackend } from "./native-backend.ts";
import { openBackend } from "./open-backend.ts";
import { packageImporter } from "./tensor-flow/tensor-flow.ts";
import type { BackendTraining } from "./training-backend.ts";

// The packages are optional peers; ML_BACKEND_PACKAGES names a folder with them. A machine without a GPU needs
// SwiftShader besides, which Chromium brings:
// LD_LIBRARY_PATH=/usr/lib/chromium VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json
const { ML_BACKEND_PACKAGES } = process.env;
const load = packageImporter(ML_BACKEND_PACKAGES);
const isWanted =
  ML_BACKEND_PACKAGES !== undefined ||
  (await load("webgpu").then(
    () => true,
    () => false,
  ));

async function finalLoss(training: BackendTraining): Promise<number> {
  let progress = await training.advance();
  while (!progress.isDone) {
    progress = await training.advance();
  }
  return progress.trainingLoss;
}

const backend = isWanted ? (await openBackend("webgpu", load)).backend : undefined;
// A GPU that is only simulated takes a minute for each.
const bodies = /swiftshader/i.test(backend?.device ?? "") ? BODIES.slice(0, 2) : BODIES;

describe("TensorFlow.js on WebGPU", { timeout: 600_000 }, () => {
  if (backend === undefined) {
    it.skip("needs the package webgpu, or ML_BACKEND_PACKAGES");
    return;
  }

  it.each(bodies)("trains a $kind as natively, within 1e-5 after 50 steps", async (body) => {
    const set = sequences(body, 1);
    const native = await finalLoss(nativeBackend.startTraining(specOf(body), set));

    const own = await finalLoss(backend.startTraining(specOf(body), set));

    expect(Math.abs(own - native)).toBeLessThan(1e-5);
  });
});
