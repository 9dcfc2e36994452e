import { describe, expect, it } from "vitest";
import { MODEL_ID, NETWORK, trainSmall } from "./small-training.ts";
import { startTestTraining } from "./test-training.ts";

// Needs a folder with the packages; on a machine without a GPU, SwiftShader besides: see
// packages/backends/src/webgpu.test.ts.
const { ML_BACKEND_PACKAGES, LD_LIBRARY_PATH = "", VK_ICD_FILENAMES = "" } = process.env;

describe.skipIf(ML_BACKEND_PACKAGES === undefined)("a service whose ML_BACKEND is webgpu", () => {
  it("trains a network there", async () => {
    const service = await startTestTraining(undefined, {
      setting: "webgpu",
      packagesDirectory: ML_BACKEND_PACKAGES,
      environment: { LD_LIBRARY_PATH, VK_ICD_FILENAMES },
    });
    try {
      expect((await trainSmall(service, NETWORK)).error).toBeUndefined();

      const version = await service.registry.findVersion(MODEL_ID, 1);
      expect(version?.lineage.backend).toBe("webgpu");
      expect(version?.lineage.device).not.toBe("");
    } finally {
      await service.close();
    }
  }, 600_000);
});
