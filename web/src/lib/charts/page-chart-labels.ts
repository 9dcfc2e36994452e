import { language } from "../i18n/language.ts";
import { type ChartLabels, englishChartLabels } from "./chart-labels.ts";

/** The charts' words in the language of the page. */
export const chartLabels: ChartLabels =
  language === "de" ? (await import("./chart-labels-de.ts")).germanChartLabels : englishChartLabels;
