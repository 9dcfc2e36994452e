import { matrixFromRows } from "@portfolio/quant";
import { describe, expect, it } from "vitest";
import { removeRounding } from "./covariance-rounding.ts";

describe("removeRounding", () => {
  it("leaves a proper covariance as it is", () => {
    const covariance = matrixFromRows([
      [0.04, -0.02],
      [-0.02, 0.01],
    ]);

    expect(removeRounding(covariance, 0)).toEqual(covariance);
  });

  it("clears what rounding left beside a variance of 0, and a trace below 0", () => {
    const covariance = matrixFromRows([
      [0.04, 1e-20, 1e-19],
      [1e-20, 0, 0],
      [1e-19, 0, -1e-18],
    ]);

    expect(removeRounding(covariance, 0)).toEqual(
      matrixFromRows([
        [0.04, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ]),
    );
  });

  it("takes the asset whose variance is noise for riskless", () => {
    const covariance = matrixFromRows([
      [0.04, 1e-10],
      [1e-10, 1e-18],
    ]);

    expect(removeRounding(covariance, 1e-17)).toEqual(
      matrixFromRows([
        [0.04, 0],
        [0, 0],
      ]),
    );
  });
});
