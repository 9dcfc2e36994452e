import { type ChartLabels, englishChartLabels } from "../charts/chart-labels.ts";
import { language } from "./language.ts";

/**
 * The charts' words in the language of the page. They are not beside the charts, all of which are one
 * chunk: it would wait for itself.
 */
export const chartLabels: ChartLabels =
  language === "de" ? (await import("./de-charts.ts")).germanChartLabels : englishChartLabels;
