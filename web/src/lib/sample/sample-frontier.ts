import type { FrontierModel } from "../frontier/frontier.ts";
import type { AssetPoint } from "../optimize/frontier-answer.ts";
import stored from "./sample-frontier.json" with { type: "json" };

/** The frontier of the bundled sample, computed when the page was built, so that it paints without a server. */
export const sampleFrontier: {
  readonly model: FrontierModel;
  readonly assets: readonly AssetPoint[];
  readonly startDate: string;
  readonly endDate: string;
} = {
  model: {
    ...stored.model,
    expectedReturns: Float64Array.from(stored.model.expectedReturns),
    covariance: Float64Array.from(stored.model.covariance),
  },
  assets: stored.assets,
  startDate: stored.startDate,
  endDate: stored.endDate,
};
