import { formatScientific } from "../format.ts";
import { d } from "../i18n/dashboard/messages.ts";
import type { PlotLine } from "./plot-line.ts";

/** What the last point of a line says, in a sentence. */
export function plotFinding({
  label,
  places,
  values,
  lowers,
  uppers,
  threshold,
}: PlotLine): string {
  const value = formatScientific(values.at(-1));
  if (threshold !== undefined && threshold !== 0) {
    return d.lastAgainst(label, value, formatScientific(threshold));
  }
  return Number.isFinite(lowers.at(-1))
    ? d.lastWithin(label, value, formatScientific(lowers.at(-1)), formatScientific(uppers.at(-1)))
    : d.last(label, places.at(-1) ?? "", value);
}
