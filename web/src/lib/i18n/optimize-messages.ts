import { enEstimators } from "./en-estimators.ts";
import { enLimits } from "./en-limits.ts";
import { enMeasures } from "./en-measures.ts";
import { enResults } from "./en-results.ts";
import { enViews } from "./en-views.ts";
import { language } from "./language.ts";

// Apart from `messages.ts`, so that the first page paints without them.

/** English texts of the optimizer's own pages and drawers. */
export const enTexts = {
  measures: enMeasures,
  limits: enLimits,
  estimators: enEstimators,
  views: enViews,
  results: enResults,
};

/** Texts of the optimizer's own pages and drawers. */
export const texts: typeof enTexts =
  language === "de" ? (await import("./de-optimize.ts")).de : enTexts;
