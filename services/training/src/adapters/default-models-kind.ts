import type { JobKind } from "@portfolio/platform/jobs/job-kind";
import type { Queryable } from "@portfolio/platform/postgres/pool";
import { workerFile } from "@portfolio/platform/worker-pool";
import { type Candidate, chooseChampion } from "../domain/choose-champion.ts";
import type { DefaultModelsTask } from "../domain/default-models-task.ts";
import { changeAlias, readAlias } from "./alias-log.ts";
import type { DefaultModelsResult } from "./default-models-process.ts";
import { storeVersion } from "./store-version.ts";
import { type TrainingWork, versionDraft } from "./training-kind.ts";

const MEMORY_MAX_MB = 1024;
const ACTOR = "default-models";

/** How a worker turns references to versions into a task. */
export interface DefaultModelsWork extends TrainingWork {
  /** @throws {AppError} Those of reading prices and versions. */
  readonly prepareChoice: (payload: Uint8Array, signal: AbortSignal) => Promise<DefaultModelsTask>;
}

/**
 * The jobs that combine the default versions of a model and choose its champion. Where there is a
 * champion already, the choice becomes its challenger.
 */
export function defaultModelsKind(work: DefaultModelsWork): JobKind {
  return {
    name: "default-models",
    file: workerFile("./default-models-process", import.meta.url),
    memoryMaxMb: MEMORY_MAX_MB,
    prepare: ({ payload }, signal) => work.prepareChoice(payload, signal),
    saveResult: async (client, { jobId }, result) => {
      const { modelId, measure, candidates, combination } = result as DefaultModelsResult;
      const combined = combination && (await storeCombination(client, work, jobId, combination));
      const score = combined?.metrics.find(({ name, fold }) => name === measure.name && fold === 0);
      const all: Candidate[] = [
        ...candidates,
        ...(combined && score
          ? [
              {
                number: combined.number,
                title: combined.title,
                isBaseline: false,
                score: score.value,
              },
            ]
          : []),
      ];
      const choice = chooseChampion(all, measure);
      if (choice === undefined) {
        return `models/${modelId}`;
      }
      const by = { modelId, actor: ACTOR, reason: choice.reason, evidence: `jobs/${jobId}` };
      if (choice.baseline !== undefined) {
        const baseline = { ...by, alias: "baseline", version: choice.baseline.number } as const;
        await changeAlias(client, baseline, undefined);
      }
      const current = await readAlias(client, modelId, "champion", undefined);
      const alias = current === undefined ? "champion" : "challenger";
      if (current !== choice.champion.number) {
        await changeAlias(client, { ...by, alias, version: choice.champion.number }, undefined);
      }
      return `models/${modelId}/versions/${choice.champion.number}`;
    },
  };
}

function storeCombination(
  client: Queryable,
  work: TrainingWork,
  jobId: string,
  { spec, result }: NonNullable<DefaultModelsResult["combination"]>,
) {
  return storeVersion(client, versionDraft(work, spec, jobId, result));
}
