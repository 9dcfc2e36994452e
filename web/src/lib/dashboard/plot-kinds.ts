import { d } from "../i18n/dashboard/messages.ts";
import { metricText } from "../models/metric-rows.ts";
import type { TargetName } from "../models/version-entry.ts";
import type { PanelEntry, PanelLook, TransformName } from "./dashboard-entry.ts";

/** A series, and what is done with it, that a panel can show. */
export interface PlotKind {
  readonly series: string;
  readonly transforms: readonly TransformName[];
  /** How it is drawn when nobody says otherwise. */
  readonly look: PanelLook;
  /** Models that have it. Missing means all. */
  readonly targets?: readonly TargetName[];
}

/** The series that is of no model. */
export const WORKER_USE = "worker_use";

const ORDERS: readonly TargetName[] = ["rank", "return"];

/** Series with a drawing of their own. Others that a version has are shown as they are. */
const KINDS: readonly PlotKind[] = [
  { series: "rank_ic", transforms: ["cumulative-mean"], look: "lines", targets: ORDERS },
  { series: "rank_ic", transforms: ["cumulative-sum"], look: "lines", targets: ORDERS },
  { series: "rank_ic", transforms: ["rolling-mean"], look: "lines", targets: ORDERS },
  { series: "rank_ic_by_horizon", transforms: [], look: "bars", targets: ORDERS },
  { series: "return_by_group", transforms: [], look: "bars", targets: ORDERS },
  ...(["qlike", "pinball"] as const).flatMap((series): PlotKind[] => {
    const targets: readonly TargetName[] = [series === "qlike" ? "volatility" : "quantile"];
    return [
      { series, transforms: ["less-baseline", "cumulative-mean"], look: "lines", targets },
      { series, transforms: ["rolling-mean"], look: "lines", targets },
    ];
  }),
  { series: "calibration", transforms: [], look: "lines" },
  { series: "training_loss", transforms: [], look: "lines" },
  { series: "evidence", transforms: [], look: "lines" },
  { series: "gain", transforms: [], look: "lines" },
  { series: "drift_statistic", transforms: [], look: "lines" },
  { series: "attribution", transforms: [], look: "lines" },
  { series: WORKER_USE, transforms: [], look: "lines" },
];

type Shown = Pick<PanelEntry, "series" | "transforms">;

/** What panels of a model can show. @param stored - Names of series that its versions have. */
export function plotKinds(
  target: TargetName | undefined,
  stored: readonly string[],
): readonly PlotKind[] {
  const known = KINDS.filter(
    ({ targets }) => !targets || target === undefined || targets.includes(target),
  );
  const names = new Set(known.map(({ series }) => series));
  // The loss on held-out days is drawn beside that of training.
  names.add("validation_loss");
  const others = stored
    .filter((series) => !names.has(series))
    .map((series): PlotKind => ({ series, transforms: [], look: "lines" }));
  return [...known, ...others];
}

/** A kind as the value of a field. */
export function kindKey({ series, transforms }: Shown): string {
  return [series, ...transforms].join(" ");
}

/** What a kind is called. */
export function kindName(shown: Shown): string {
  return (
    d.kinds[kindKey(shown)] ?? [metricText(shown.series).name, ...transformNames(shown)].join(", ")
  );
}

/** What a kind means, in a sentence; empty where nothing is known. */
export function kindNote(shown: Shown): string {
  return d.kindNotes[shown.series] ?? metricText(shown.series).text;
}

function transformNames({ transforms }: Shown): readonly string[] {
  return transforms.map((name) => d.transforms[name]);
}
