import type { Pool } from "@portfolio/platform/postgres/pool";
import type { AliasChange, Stage, Version } from "../domain/model-version.ts";
import type { ModelRegistry } from "../ports.ts";
import { PostgresModelRegistry } from "./postgres-model-registry.ts";

/** A registry that says which model it has changed, before the change is answered. */
export class AnnouncingModelRegistry extends PostgresModelRegistry {
  readonly #onChange: (modelId: string) => void;

  constructor(pool: Pool, onChange: (modelId: string) => void) {
    super(pool);
    this.#onChange = onChange;
  }

  override async setAlias(...call: Parameters<ModelRegistry["setAlias"]>): Promise<AliasChange> {
    const change = await super.setAlias(...call);
    this.#onChange(change.modelId);
    return change;
  }

  override async revertAlias(
    ...call: Parameters<PostgresModelRegistry["revertAlias"]>
  ): Promise<AliasChange> {
    const change = await super.revertAlias(...call);
    this.#onChange(change.modelId);
    return change;
  }

  override async setStage(
    modelId: string,
    number: number,
    stage: Stage,
    by: Parameters<ModelRegistry["setStage"]>[3],
  ): Promise<Version> {
    const version = await super.setStage(modelId, number, stage, by);
    this.#onChange(modelId);
    return version;
  }
}
