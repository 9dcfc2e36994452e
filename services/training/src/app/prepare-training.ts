import type { PriceHistory } from "@portfolio/platform/prices/price-history";
import { versionUnknown } from "../domain/registry-errors.ts";
import type { TrainingSpec } from "../domain/training-spec.ts";
import type { NetworkBackend, ParentVersion, TrainingTask } from "../domain/training-task.ts";
import type { ModelRegistry } from "../ports.ts";
import { readTrainingPrices } from "./start-training.ts";

/** Versions whose Sharpe ratios say how far luck reaches: the newest. */
const TRIED_MAX = 500;
const NATIVE: NetworkBackend = { id: "native" };

/** What a training is made ready from. */
export interface TrainingSources {
  readonly prices: PriceHistory;
  readonly registry: ModelRegistry;
  /** @throws {AppError} `BACKEND_UNAVAILABLE`. */
  readonly networkBackend: () => Promise<NetworkBackend>;
}

/**
 * Reads what a training needs: prices, what was tried before, and the parents of a combination.
 *
 * @throws {AppError} Those of `readTrainingPrices`. `VERSION_UNKNOWN`, `BACKEND_UNAVAILABLE`.
 */
export async function prepareTraining(
  deps: TrainingSources,
  spec: TrainingSpec,
  signal: AbortSignal,
): Promise<TrainingTask> {
  const backend = isNetwork(spec) ? await deps.networkBackend() : NATIVE;
  const { dates, closes } = await readTrainingPrices(deps.prices, spec, signal);
  const { learner, modelId } = spec;
  const numbers = learner.kind === "combination" ? learner.versions : [];
  const parents: ParentVersion[] = [];
  for (const number of numbers) {
    parents.push(await readParent(deps.registry, modelId, number));
  }
  const tried = await triedOf(deps, spec);
  return { spec, symbols: spec.symbols, dates, closes, tried, parents, backend };
}

function isNetwork({ learner }: TrainingSpec): boolean {
  return learner.kind === "learned" && learner.spec.kind === "networks";
}

async function readParent(
  registry: ModelRegistry,
  modelId: string,
  number: number,
): Promise<ParentVersion> {
  const version = await registry.findVersion(modelId, number);
  const artifact = version && (await registry.findArtifact(version.lineage.artifactHash));
  const replay = version && (await registry.findReplay(modelId, number));
  if (artifact === undefined || replay === undefined) {
    throw versionUnknown(modelId, number);
  }
  return { number, artifact, replay };
}

async function triedOf(
  { registry }: { readonly registry: ModelRegistry },
  { modelId }: TrainingSpec,
): Promise<TrainingTask["tried"]> {
  const model = await registry.findModel(modelId);
  const versions = model ? await registry.listVersions(modelId, TRIED_MAX, undefined) : [];
  const sharpes = versions.flatMap(({ metrics }) =>
    metrics.filter(({ name }) => name === "long_short_sharpe").map(({ value }) => value),
  );
  return { count: (model?.trialCount ?? 0) + 1, sharpes };
}
