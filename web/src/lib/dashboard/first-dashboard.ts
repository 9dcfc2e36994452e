import { d } from "../i18n/dashboard/messages.ts";
import type { ModelEntry, TargetName } from "../models/version-entry.ts";
import {
  type DashboardEntry,
  PANELS_MAX,
  type PanelEntry,
  type PanelSize,
} from "./dashboard-entry.ts";
import { kindKey, kindName, plotKinds, WORKER_USE } from "./plot-kinds.ts";

const FIRST_KINDS: Readonly<Record<TargetName, readonly string[]>> = {
  rank: [
    "rank_ic cumulative-mean",
    "rank_ic_by_horizon",
    "return_by_group",
    "calibration",
    "training_loss",
  ],
  return: [
    "rank_ic cumulative-mean",
    "rank_ic_by_horizon",
    "return_by_group",
    "calibration",
    "training_loss",
  ],
  volatility: ["qlike less-baseline cumulative-mean", "qlike rolling-mean", "calibration"],
  quantile: ["pinball less-baseline cumulative-mean", "pinball rolling-mean", "calibration"],
};
const KINDS_OF_ALL = ["evidence", "drift_statistic", "attribution"];

/** Most versions that a panel can name. */
const VERSIONS_MAX = 20;
/** Kinds that show one version alone best. */
const ALONE = new Set([
  ...["rank_ic_by_horizon", "return_by_group", "training_loss", "drift_statistic", "attribution"],
]);
/** Those that are about what may become the champion. */
const TRIED = new Set(["evidence", "gain"]);

/** A dashboard that is of use as it is: skill, calibration, learning, experiment and drift of each model. */
export function firstDashboard(models: readonly ModelEntry[]): DashboardEntry {
  const [first] = models;
  const ofModels = models.flatMap(firstPanels).slice(0, PANELS_MAX - 1);
  const panels = first ? [...ofModels, workerPanel(first)] : ofModels;
  return { id: "", title: d.firstTitle, panels, revision: 0 };
}

function firstPanels({ id: modelId, target, latestVersion }: ModelEntry): PanelEntry[] {
  const wanted = new Set([...FIRST_KINDS[target], ...KINDS_OF_ALL]);
  return plotKinds(target, [])
    .filter((kind) => wanted.has(kindKey(kind)))
    .map((kind): PanelEntry => {
      const { series, transforms, look } = kind;
      const size: PanelSize = series === "rank_ic" || transforms.length > 1 ? "wide" : "medium";
      return {
        title: d.panelTitle(kindName(kind), modelId),
        ...{ modelId, series, transforms, look, size },
        ...(TRIED.has(series)
          ? newestOf(latestVersion)
          : { numbers: [], aliases: aliasesOf(series) }),
      };
    });
}

function workerPanel({ id: modelId }: ModelEntry): PanelEntry {
  return {
    ...{ title: "", modelId, numbers: [], aliases: [], series: WORKER_USE, transforms: [] },
    ...{ look: "lines", size: "medium" },
  };
}

/** Versions that may be tried: those there are now, and whichever is the challenger then. */
function newestOf(latestVersion: number) {
  const numbers = Array.from({ length: VERSIONS_MAX }, (_, k) => latestVersion - k);
  return { numbers: numbers.filter((number) => number > 0), aliases: ["challenger"] };
}

function aliasesOf(series: string): readonly string[] {
  return ALONE.has(series) ? ["champion"] : ["champion", "baseline"];
}
