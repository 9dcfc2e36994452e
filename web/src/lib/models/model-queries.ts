import { call } from "../api/call.ts";
import { newRequestId } from "../api/request-id.ts";
import { type JobEntry, jobEntry } from "../jobs/job-entry.ts";
import { type SeriesEntry, seriesEntry } from "./series-entry.ts";
import {
  type AliasName,
  type ModelEntry,
  modelEntry,
  type StageName,
  stageNumber,
  type VersionEntry,
  versionEntry,
} from "./version-entry.ts";

const MODELS_LISTED = 100;
const VERSIONS_LISTED = 50;
const CHANGES_LISTED = 20;

/** An entry of the log of aliases. */
export interface AliasEntry {
  readonly alias: string;
  readonly version: number;
  readonly previousVersion: number;
  readonly actor: string;
  readonly reason: string;
  /** RFC 3339 in UTC. */
  readonly createTime: string;
}

/** Lists the models, with the champion of each. */
export function modelsQuery() {
  return {
    queryKey: ["models"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const answer = await clients.model.listModels({ pageSize: MODELS_LISTED }, { signal });
        const champions = answer.champions.map(versionEntry);
        return answer.models.map(modelEntry).map((model) => ({
          model,
          champion: champions.find(({ modelId }) => modelId === model.id),
        }));
      }),
    staleTime: 0,
  };
}

/** Asks for a model and the log of its aliases. */
export function modelQuery(id: string) {
  return {
    queryKey: ["models", id],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(
        async (
          clients,
        ): Promise<{ readonly model: ModelEntry | undefined; readonly log: AliasEntry[] }> => {
          const [{ model }, { changes }] = await Promise.all([
            clients.model.getModel({ id }, { signal }),
            clients.model.listAliasChanges({ modelId: id, pageSize: CHANGES_LISTED }, { signal }),
          ]);
          return {
            model: model && modelEntry(model),
            log: changes.map((change) => ({ ...change })),
          };
        },
      ),
    staleTime: 0,
  };
}

/** Lists the versions of a model, newest first, page by page. */
export function versionsQuery(id: string) {
  return {
    queryKey: ["models", id, "versions"],
    queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
      call(async (clients) => {
        const request = { modelId: id, pageSize: VERSIONS_LISTED, pageToken: pageParam };
        const answer = await clients.model.listVersions(request, { signal });
        return {
          versions: answer.versions.map(versionEntry),
          nextPageToken: answer.nextPageToken,
        };
      }),
    initialPageParam: "",
    getNextPageParam: (page: { readonly nextPageToken: string }) => page.nextPageToken || undefined,
    staleTime: 0,
  };
}

/** Asks for a version and its figures by step and day. */
export function versionQuery(id: string, number: number | undefined) {
  return {
    queryKey: ["models", id, "versions", number],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(
        async (
          clients,
        ): Promise<{
          readonly version: VersionEntry | undefined;
          readonly series: readonly SeriesEntry[];
        }> => {
          const { version, series } = await clients.model.getVersion(
            { modelId: id, version: { case: "number", value: number ?? 1 } },
            { signal },
          );
          return { version: version && versionEntry(version), series: series.map(seriesEntry) };
        },
      ),
    enabled: number !== undefined,
    staleTime: 0,
  };
}

/** Asks how versions of a model differ. */
export function differencesQuery(id: string, numbers: readonly number[]) {
  return {
    queryKey: ["models", id, "differences", ...numbers],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients) => {
        const answer = await clients.model.compareVersions(
          { modelId: id, numbers: [...numbers] },
          { signal },
        );
        return {
          versions: answer.versions.map(versionEntry),
          fields: answer.fields.map(({ path, values }) => ({ path, values })),
          skills: answer.skills.map((skill) => ({ ...skill })),
        };
      }),
    enabled: numbers.length > 1,
  };
}

/** Starts training the first models on the sample. */
export function trainFirstModels(): Promise<readonly JobEntry[]> {
  return call(async (clients) => {
    const { jobs } = await clients.training.startDefaultTrainings({ requestId: newRequestId() });
    return jobs.map(jobEntry);
  });
}

/** Gives an alias to a version, if it is still where the page saw it. */
export function giveAlias(
  modelId: string,
  alias: AliasName | string,
  version: number,
  expectedVersion: number,
  reason: string,
): Promise<void> {
  return call(async (clients) => {
    await clients.model.setAlias({ modelId, alias, version, expectedVersion, reason });
  });
}

/** Moves a version to another stage. */
export function changeStage(modelId: string, number: number, stage: StageName): Promise<void> {
  return call(async (clients) => {
    await clients.model.setStage({ modelId, number, stage: stageNumber(stage), reason: "" });
  });
}
