import type {
  AliasChange,
  MetricSeries,
  Model,
  Replay,
  Version,
  VersionDraft,
} from "../../../services/training/src/domain/model-version.ts";
import {
  modelUnknown,
  versionUnknown,
} from "../../../services/training/src/domain/registry-errors.ts";
import {
  requireAliasChange,
  requireStageChange,
  type Standing,
} from "../../../services/training/src/domain/stage-rules.ts";
import type { ModelRegistry } from "../../../services/training/src/ports.ts";

interface Entry {
  version: Version;
  readonly series: readonly MetricSeries[];
  readonly replay: Replay | undefined;
}

const CREATE_TIME = "2026-01-05T10:00:00Z";
const SECOND_MS = 1000;

/** What the handlers that the page calls need of a registry. */
type UsedRegistry = Omit<ModelRegistry, "revertAlias">;

/** A registry in memory, by the rules of the real one. */
export class MemoryRegistry implements UsedRegistry {
  readonly #models = new Map<string, Model>();
  readonly #entries: Entry[] = [];
  readonly #log: AliasChange[] = [];

  async findModel(id: string): Promise<Model | undefined> {
    const model = this.#models.get(id);
    const newest = new Map(
      this.#log.filter(({ modelId }) => modelId === id).map((entry) => [entry.alias, entry]),
    );
    const aliases = [...newest.values()]
      .filter(({ version }) => version > 0)
      .map(({ alias, version, createTime }) => ({ name: alias, version, since: createTime }));
    return model && { ...model, aliases };
  }

  async listModels(limit: number, afterId: string | undefined): Promise<readonly Model[]> {
    const ids = [...this.#models.keys()].sort().filter((id) => id > (afterId ?? ""));
    return Promise.all(ids.slice(0, limit).map((id) => this.#model(id)));
  }

  async updateModel(id: string, description: string): Promise<Model> {
    this.#models.set(id, { ...(await this.#model(id)), description });
    return this.#model(id);
  }

  async addVersion(draft: VersionDraft): Promise<Version> {
    const { modelId, target, artifact, series, replay, ...fields } = draft;
    const count = (this.#models.get(modelId)?.latestVersion ?? 0) + 1;
    const counts = { latestVersion: count, trialCount: count };
    this.#models.set(modelId, {
      ...{ id: modelId, target, description: "", aliases: [], createTime: CREATE_TIME },
      ...counts,
    });
    const version: Version = {
      ...{ modelId, number: count, createTime: CREATE_TIME, artifactBytes: artifact.length },
      ...fields,
    };
    this.#entries.push({ version, series, replay });
    return version;
  }

  async findVersion(modelId: string, number: number): Promise<Version | undefined> {
    return this.#entry(modelId, number)?.version;
  }

  async findVersions(
    references: readonly { readonly modelId: string; readonly number: number }[],
  ): Promise<readonly Version[]> {
    return references.flatMap(({ modelId, number }) => {
      const entry = this.#entry(modelId, number);
      return entry ? [entry.version] : [];
    });
  }

  async listVersions(
    modelId: string,
    limit: number,
    beforeNumber = Number.POSITIVE_INFINITY,
  ): Promise<readonly Version[]> {
    return this.#entries
      .map(({ version }) => version)
      .filter((version) => version.modelId === modelId && version.number < beforeNumber)
      .reverse()
      .slice(0, limit);
  }

  async findArtifact(): Promise<undefined> {}

  async findReplay(modelId: string, number: number): Promise<Replay | undefined> {
    return this.#entry(modelId, number)?.replay;
  }

  async listSeries(modelId: string, number: number): Promise<readonly MetricSeries[]> {
    return this.#entry(modelId, number)?.series ?? [];
  }

  async findSeries(
    modelId: string,
    numbers: readonly number[],
    name: string,
  ): Promise<ReadonlyMap<number, MetricSeries>> {
    return new Map(
      this.#entries.flatMap(({ version, series }): [number, MetricSeries][] => {
        const found = series.find((each) => each.name === name);
        const isWanted = version.modelId === modelId && numbers.includes(version.number);
        return found && isWanted ? [[version.number, found]] : [];
      }),
    );
  }

  async setAlias(
    change: Omit<AliasChange, "previousVersion" | "createTime">,
    _expectedVersion: number | undefined,
  ): Promise<AliasChange> {
    if (change.version > 0) {
      const standing = await this.#standing(change.modelId, change.version);
      requireAliasChange(standing, change.alias, change.reason);
    }
    const previousVersion = (await this.findAlias(change.modelId, change.alias)) ?? 0;
    const time = Date.parse(CREATE_TIME) + this.#log.length * SECOND_MS;
    const newest = this.#log.findLast(
      ({ modelId, alias }) => modelId === change.modelId && alias === change.alias,
    );
    if (newest?.version === change.version) return newest;
    const entry = { ...change, previousVersion, createTime: new Date(time).toISOString() };
    this.#log.push(entry);
    return entry;
  }

  async findAlias(modelId: string, alias: AliasChange["alias"]): Promise<number | undefined> {
    const entry = this.#log.findLast((each) => each.modelId === modelId && each.alias === alias);
    return entry?.version || undefined;
  }

  async listAliasChanges(modelId: string, limit: number): Promise<readonly AliasChange[]> {
    return this.#log
      .filter((entry) => entry.modelId === modelId)
      .reverse()
      .slice(0, limit);
  }

  async setStage(modelId: string, number: number, stage: Version["stage"]): Promise<Version> {
    const standing = await this.#standing(modelId, number);
    requireStageChange(standing, stage, "");
    const entry = this.#entry(modelId, number);
    const changed = { ...standing.version, stage };
    if (entry !== undefined) entry.version = changed;
    return changed;
  }

  async addTrials(): Promise<void> {}

  async listStageChanges(): Promise<[]> {
    return [];
  }

  async listVerifications(): Promise<[]> {
    return [];
  }

  async #standing(modelId: string, number: number): Promise<Standing> {
    const model = await this.#model(modelId);
    const version = this.#entry(modelId, number)?.version;
    if (version === undefined) throw versionUnknown(modelId, number);
    const held = await this.findAlias(modelId, "baseline");
    const baseline = held === undefined ? undefined : this.#entry(modelId, held)?.version;
    return { model, version, baseline };
  }

  async #model(id: string): Promise<Model> {
    const model = await this.findModel(id);
    if (model === undefined) throw modelUnknown(id);
    return model;
  }

  #entry(modelId: string, number: number): Entry | undefined {
    return this.#entries.find(
      ({ version }) => version.modelId === modelId && version.number === number,
    );
  }
}
