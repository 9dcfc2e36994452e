import { isInCanary } from "../domain/canary-split.ts";
import type { Version } from "../domain/model-version.ts";
import type { ExperimentStore } from "../ports.ts";
import type { VersionChoice, VersionLookup } from "./version-lookup.ts";

/** What versions are chosen with. */
export interface ServingDeps {
  readonly versions: VersionLookup;
  readonly experiments: Pick<ExperimentStore, "listRunning">;
}

/** A version that is to forecast. */
export interface ServingVersion {
  readonly version: Version;
  /** Experiment for whose canary it stands in for the champion; nothing where it does not. */
  readonly canaryExperimentId: string | undefined;
}

/**
 * Settles which version forecasts for a key: the one that was chosen, or in place of the champion the
 * challenger of an experiment that the key is in the canary of. The oldest such experiment counts. An
 * experiment with a former champion has no canary, nor has one whose challenger is retired.
 *
 * @param key - Whom or what the forecasts are for; empty means nobody in particular.
 * @throws {AppError} Those of `VersionLookup.find`.
 */
export async function chooseServing(
  { versions, experiments }: ServingDeps,
  modelId: string,
  choice: VersionChoice,
  key: string,
): Promise<ServingVersion> {
  const version = await versions.find(modelId, choice);
  if (key === "" || choice.kind === "number" || choice.alias !== "champion") {
    return { version, canaryExperimentId: undefined };
  }
  for (const { id, rules } of await experiments.listRunning(modelId)) {
    if (rules.championVersion === version.number && isInCanary(key, id, rules.canaryShare)) {
      const number = rules.challengerVersion;
      const challenger = await versions.find(modelId, { kind: "number", number });
      return challenger.stage === "retired"
        ? { version, canaryExperimentId: undefined }
        : { version: challenger, canaryExperimentId: id };
    }
  }
  return { version, canaryExperimentId: undefined };
}
