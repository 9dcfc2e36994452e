import { deEstimators } from "./de-estimators.ts";
import { deLimits } from "./de-limits.ts";
import { deMeasures } from "./de-measures.ts";
import { deResults } from "./de-results.ts";
import { deViews } from "./de-views.ts";
import type { enTexts } from "./optimize-messages.ts";

/** German texts of the optimizer's own pages and drawers. */
export const de: typeof enTexts = {
  measures: deMeasures,
  limits: deLimits,
  estimators: deEstimators,
  views: deViews,
  results: deResults,
};
