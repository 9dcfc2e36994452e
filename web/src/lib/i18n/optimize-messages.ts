import { enEstimators } from "./en-estimators.ts";
import { enLimits } from "./en-limits.ts";
import { enMeasures } from "./en-measures.ts";
import { enResults } from "./en-results.ts";
import { enViews } from "./en-views.ts";

// Apart from `messages.ts`, so that the first page paints without them.

/** Texts of the optimizer's own pages and drawers. */
export const texts = {
  measures: enMeasures,
  limits: enLimits,
  estimators: enEstimators,
  views: enViews,
  results: enResults,
};
