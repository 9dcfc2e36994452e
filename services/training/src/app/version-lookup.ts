import type { AliasName, Version } from "../domain/model-version.ts";
import type { ModelRegistry } from "../ports.ts";
import { findVersion, type VersionName } from "./find-version.ts";

/** How long an answer is kept when no change is heard of, in ms. */
const KEPT_MS = 10_000;
const ANSWERS_MAX = 10_000;

/** Which version of a model is meant. */
export type VersionChoice =
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "alias"; readonly alias: AliasName };

export interface VersionLookupOptions {
  /** Whether changes that others make are being heard of; while they are not, nothing is kept. */
  readonly hearsChanges: () => boolean;
  /** Milliseconds of any clock that does not go back. */
  readonly nowMs: () => number;
}

interface Answer {
  readonly version: Promise<Version>;
  readonly endMs: number;
}

/**
 * Remembers which version has which alias, until a change of the model is heard of.
 *
 * Whoever changes a model calls `forget` when the change is committed: no lookup that starts later
 * gets an answer that was read before.
 */
export class VersionLookup {
  readonly #registry: ModelRegistry;
  readonly #options: VersionLookupOptions;
  readonly #answers = new Map<string, Map<string, Answer>>();

  constructor(registry: ModelRegistry, options: VersionLookupOptions) {
    this.#registry = registry;
    this.#options = options;
  }

  /** @throws {AppError} `MODEL_UNKNOWN`, `VERSION_UNKNOWN`, `ALIAS_UNSET`. */
  find(modelId: string, choice: VersionChoice): Promise<Version> {
    const nowMs = this.#options.nowMs();
    const name = choice.kind === "alias" ? choice.alias : String(choice.number);
    const known = this.#answers.get(modelId)?.get(name);
    if (known !== undefined && known.endMs > nowMs && this.#options.hearsChanges()) {
      return known.version;
    }
    const version = this.#read(modelId, choice);
    const answers = this.#answersOf(modelId);
    const answer = { version, endMs: nowMs + KEPT_MS };
    answers.set(name, answer);
    // A failure is not kept, and a change in between has already replaced the whole map.
    version.catch(() => answers.get(name) === answer && answers.delete(name));
    return version;
  }

  /** Drops what is known of a model. */
  forget(modelId: string): void {
    this.#answers.delete(modelId);
  }

  /** Drops everything. */
  forgetAll(): void {
    this.#answers.clear();
  }

  async #read(modelId: string, choice: VersionChoice): Promise<Version> {
    const name: VersionName = choice.kind === "alias" ? { ...choice, atTime: "" } : choice;
    return (await findVersion(this.#registry, modelId, name)).version;
  }

  #answersOf(modelId: string): Map<string, Answer> {
    if (this.#answers.size >= ANSWERS_MAX) this.#answers.clear();
    const answers = this.#answers.get(modelId) ?? new Map<string, Answer>();
    this.#answers.set(modelId, answers);
    return answers;
  }
}
