import { expect, it } from "vitest";
import { featureName } from "./feature-name.ts";

it("calls the versions of a mixture by their numbers, and features as they are", () => {
  expect(["version_3", "version_12", "momentum_12_1", "version_x"].map(featureName)).toEqual([
    "Version 3",
    "Version 12",
    "momentum_12_1",
    "version_x",
  ]);
});
