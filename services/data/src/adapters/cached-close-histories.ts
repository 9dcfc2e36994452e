import type { Logger } from "@portfolio/platform/logger";
import type { Pool } from "@portfolio/platform/postgres/pool";
import { LRUCache } from "lru-cache";
import type { CloseHistory } from "../domain/align-closes.ts";
import { groupBy } from "../domain/group-by.ts";
import type { Catalog, Instrument } from "../domain/instrument.ts";
import {
  blockBytes,
  blockOf,
  decodeBlock,
  encodeBlock,
  type PanelBlock,
} from "../domain/panel-block.ts";
import type { CloseHistories } from "../ports.ts";
import type { PanelFiles } from "./panel-files.ts";
import { readCloses } from "./read-closes.ts";

const SELECT_PANEL = `
  select encode(content_hash, 'hex') as hash
  from panel
  where dataset_id = $1 and block = $2 and revision = $3`;

const INSERT_PANEL = `
  insert into panel (dataset_id, block, revision, content_hash)
  values ($1, $2, $3, decode($4, 'hex'))
  on conflict (dataset_id, block, revision) do nothing`;

/** A block of a dataset, as of the last revision that changed one of its instruments. */
interface BlockKey {
  readonly datasetId: string;
  readonly block: number;
  readonly revision: number;
  readonly members: readonly Instrument[];
}

export interface CloseHistoryOptions {
  readonly pool: Pool;
  readonly files: PanelFiles;
  readonly log: Logger;
  /** Most memory that blocks may take, in bytes. */
  readonly memoryBytesMax: number;
}

/**
 * Keeps closes in memory, and behind it in files, by blocks of 64 instruments.
 *
 * Memory and files may forget; the chunks in the database are the truth. As a revision never
 * changes, nothing here is ever stale.
 */
export class CachedCloseHistories implements CloseHistories {
  readonly #pool: Pool;
  readonly #files: PanelFiles;
  readonly #log: Logger;
  readonly #blocks: LRUCache<string, PanelBlock, BlockKey>;
  readonly #saving = new Set<Promise<void>>();

  constructor({ pool, files, log, memoryBytesMax }: CloseHistoryOptions) {
    this.#pool = pool;
    this.#files = files;
    this.#log = log;
    this.#blocks = new LRUCache({
      maxSize: memoryBytesMax,
      sizeCalculation: (block) => Math.max(1, blockBytes(block)),
      fetchMethod: (_key, _stale, { context }) => this.#load(context),
    });
  }

  async closes(catalog: Catalog, instruments: readonly Instrument[]): Promise<CloseHistory[]> {
    const wanted = new Set(instruments.map(({ ordinal }) => blockOf(ordinal)));
    const members = groupBy(catalog.instruments, ({ ordinal }) => blockOf(ordinal));
    const blocks = new Map<number, PanelBlock>();
    await Promise.all(
      [...wanted].map(async (block) => {
        blocks.set(block, await this.#fetch(catalog.datasetId, block, members.get(block) ?? []));
      }),
    );
    return instruments.map(({ ordinal, symbol }) => {
      const history = blocks.get(blockOf(ordinal))?.get(ordinal);
      if (history === undefined) {
        throw new Error(`the panel block lacks ${symbol}`);
      }
      return history;
    });
  }

  /** Waits for files that are being written. */
  async close(): Promise<void> {
    await Promise.all(this.#saving);
  }

  async #fetch(datasetId: string, block: number, members: Instrument[]): Promise<PanelBlock> {
    const revision = Math.max(...members.map((instrument) => instrument.revision));
    const context = { datasetId, block, revision, members };
    const found = await this.#blocks.fetch(`${datasetId}/${block}/${revision}`, { context });
    // A block that is larger than the whole cache is not kept, but still returned.
    return found ?? (await this.#load(context));
  }

  async #load(key: BlockKey): Promise<PanelBlock> {
    const { rows } = await this.#pool.query<{ hash: string }>(SELECT_PANEL, keyValues(key));
    const hash = rows[0]?.hash;
    const bytes = hash === undefined ? undefined : await this.#readFile(hash);
    const stored = bytes && decodeBlock(bytes);
    return stored ?? this.#build(key);
  }

  /** Never rejects: what cannot be read is built again. */
  async #readFile(hash: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#files.read(hash);
    } catch (error) {
      this.#log.warn({ err: error }, "a panel file could not be read");
      return undefined;
    }
  }

  async #build(key: BlockKey): Promise<PanelBlock> {
    const histories = await readCloses(this.#pool, key.members, key.revision);
    const block: PanelBlock = new Map(
      key.members.map(({ ordinal }, i) => [ordinal, histories[i] as CloseHistory]),
    );
    const saving = this.#save(key, block).finally(() => this.#saving.delete(saving));
    this.#saving.add(saving);
    return block;
  }

  /** Never rejects: without the file the block is built again another time. */
  async #save(key: BlockKey, block: PanelBlock): Promise<void> {
    try {
      const hash = await this.#files.write(encodeBlock(block));
      await this.#pool.query(INSERT_PANEL, [...keyValues(key), hash]);
    } catch (error) {
      this.#log.warn({ err: error }, "a panel could not be kept as a file");
    }
  }
}

function keyValues({ datasetId, block, revision }: BlockKey): [string, number, number] {
  return [datasetId, block, revision];
}
