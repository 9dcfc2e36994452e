import type { ExplanationMethod } from "@portfolio/learning";
import { type ExplanationOutcome, versionFeature } from "../domain/explanation-task.ts";
import { readForecaster } from "../domain/forecaster.ts";
import type { FeatureGroup } from "../domain/group-worths.ts";
import { readSnapshot } from "./forecast-snapshot.ts";
import {
  type ChosenVersion,
  chooseVersion,
  type ForecastDeps,
  type ForecastRequest,
  readArtifact,
} from "./get-forecasts.ts";

/** Forecasts to explain, of one day or of several. */
export interface ExplanationRequest extends ForecastRequest {
  /** Undefined means the usual one of the kind of version. */
  readonly method: ExplanationMethod | undefined;
  /** Days, the last one included. */
  readonly dayCount: number;
  /** Trading days between two of them. */
  readonly stepDays: number;
  readonly groups: readonly FeatureGroup[];
  readonly seed: number;
}

/** Explanations, and where the forecasts come from. */
export interface ExplanationReport extends ChosenVersion {
  readonly asOfDate: string;
  readonly snapshotHash: string;
  readonly outcome: ExplanationOutcome;
}

/**
 * Explains forecasts of a version.
 *
 * @throws {AppError} Those of `getForecasts` and `runExplanationTask`.
 */
export async function explainForecasts(
  deps: ForecastDeps,
  request: ExplanationRequest,
  signal: AbortSignal,
): Promise<ExplanationReport> {
  const { asOfDate, method, dayCount, stepDays, groups, seed } = request;
  const chosen = await chooseVersion(deps, request, signal);
  const artifact = await readArtifact(deps, chosen.version);
  const { lookbackDays } = readForecaster(artifact);
  const { symbols } = chosen.trainedOn;
  const snapshot = await readSnapshot(
    deps.prices,
    {
      ...{ symbols, asOfDate, dataset: chosen.dataset },
      dayCount: lookbackDays + (dayCount - 1) * stepDays,
    },
    signal,
  );
  const { dates, closes, hash } = snapshot;
  const prices = { symbols, dates, closes };
  const task = { artifact, prices, method, dayCount, stepDays, groups, seed };
  const outcome = withMembers(await deps.engine.explain(task), chosen.trainedOn.members);
  return { ...chosen, asOfDate: dates.at(-1) ?? "", snapshotHash: hash, outcome };
}

/** Calls the members of a mixture by the numbers of their versions, which its artifact does not know. */
function withMembers(
  outcome: ExplanationOutcome,
  members: readonly number[] | undefined,
): ExplanationOutcome {
  return members === undefined ? outcome : { ...outcome, names: members.map(versionFeature) };
}
