import { type Client, createClient, type Transport } from "@connectrpc/connect";
import {
  InstrumentKind,
  InstrumentService,
} from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import {
  type GetPanelResponse,
  PriceService,
} from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import type { Matrix as WireMatrix } from "@portfolio/gen/portfolio/type/v1/matrix_pb.js";
import { LRUCache } from "lru-cache";
import { translateDataError } from "./data-error.ts";
import { gatherCloses } from "./gather-closes.ts";
import { gatherLastCloses } from "./last-closes.ts";
import type {
  CloseMatrix,
  DatasetReference,
  LastClose,
  PriceHistory,
  PricePanel,
  PriceSelection,
  PriceTable,
} from "./price-history.ts";

const STOCKS_MAX = 1000;

/** Bytes that a date takes in memory, roughly. */
const DATE_BYTES = 40;

/**
 * Reads prices from the data service.
 *
 * Panels are kept in memory, within a bound, under the revision that they were read at: revisions
 * never change. What the newest revision is, is asked each time.
 */
export class GrpcPriceHistory implements PriceHistory {
  readonly #prices: Client<typeof PriceService>;
  readonly #instruments: Client<typeof InstrumentService>;
  readonly #panels: LRUCache<string, PricePanel>;

  /** @param options.cacheBytesMax - Most memory that panels take. */
  constructor(transport: Transport, { cacheBytesMax }: { readonly cacheBytesMax: number }) {
    this.#prices = createClient(PriceService, transport);
    this.#instruments = createClient(InstrumentService, transport);
    this.#panels = new LRUCache({ maxSize: cacheBytesMax, sizeCalculation: panelBytes });
  }

  async panel(
    symbols: readonly string[],
    selection: PriceSelection,
    signal: AbortSignal,
  ): Promise<PricePanel> {
    const { startDate, endDate } = selection;
    try {
      const dataset = await this.#pin(selection.dataset, signal);
      const key = JSON.stringify([dataset.id, dataset.revision, startDate, endDate, symbols]);
      const known = this.#panels.get(key);
      if (known !== undefined) {
        return known;
      }
      const request = { symbols: [...symbols], startDate, endDate, dataset };
      const panel = readPanel(await this.#prices.getPanel(request, { signal }));
      this.#panels.set(key, panel);
      return panel;
    } catch (error) {
      throw translateDataError(error);
    }
  }

  async allCloses(
    symbols: readonly string[],
    selection: PriceSelection,
    signal: AbortSignal,
  ): Promise<PriceTable> {
    try {
      const dataset = await this.#pin(selection.dataset, signal);
      const pinned = { ...selection, dataset };
      return { dataset, ...(await gatherCloses(this.#prices, symbols, pinned, signal)) };
    } catch (error) {
      throw translateDataError(error);
    }
  }

  async lastCloses(
    symbols: readonly string[],
    dataset: DatasetReference,
    signal: AbortSignal,
  ): Promise<readonly LastClose[]> {
    try {
      const pinned = await this.#pin(dataset, signal);
      return await gatherLastCloses(this.#instruments, symbols, pinned, signal);
    } catch (error) {
      throw translateDataError(error);
    }
  }

  async stocks(dataset: DatasetReference, signal: AbortSignal): Promise<readonly string[]> {
    try {
      const pinned = await this.#pin(dataset, signal);
      const request = { dataset: pinned, pageSize: STOCKS_MAX };
      const { instruments } = await this.#instruments.listInstruments(request, { signal });
      return instruments
        .filter(({ kind }) => kind !== InstrumentKind.ETF && kind !== InstrumentKind.INDEX)
        .map(({ symbol }) => symbol);
    } catch (error) {
      throw translateDataError(error);
    }
  }

  async pin(dataset: DatasetReference, signal: AbortSignal): Promise<DatasetReference> {
    try {
      return await this.#pin(dataset, signal);
    } catch (error) {
      throw translateDataError(error);
    }
  }

  /** Finds the newest revision, where none was asked for. An unknown dataset is left as it is. */
  async #pin(dataset: DatasetReference, signal: AbortSignal): Promise<DatasetReference> {
    if (dataset.revision > 0) {
      return dataset;
    }
    const { datasets } = await this.#prices.listDatasets({}, { signal });
    const revision = datasets.find(({ id }) => id === dataset.id)?.revision ?? 0;
    return { id: dataset.id, revision };
  }
}

function readPanel(response: GetPanelResponse): PricePanel {
  const { symbols, dates, closes, dataset, contentHash, droppedHistories } = response;
  if (closes?.rows !== dates.length || closes.cols !== symbols.length || dataset === undefined) {
    throw new Error("the data service sent a panel whose parts do not fit each other");
  }
  return {
    symbols,
    dates,
    closes: sharedMatrix(closes),
    dataset: { id: dataset.id, revision: dataset.revision },
    contentHash,
    dropped: droppedHistories.map(({ symbol, available, droppedCount }) => ({
      symbol,
      startDate: available?.startDate ?? "",
      endDate: available?.endDate ?? "",
      droppedCount,
    })),
  };
}

/**
 * Copies a matrix into memory that threads share.
 *
 * One copy here, which also settles the alignment of the bytes, saves one per solve.
 */
function sharedMatrix({ rows, cols, values, f64Le }: WireMatrix): CloseMatrix {
  const bytes = new SharedArrayBuffer(rows * cols * Float64Array.BYTES_PER_ELEMENT);
  const doubles = new Float64Array(bytes);
  if (f64Le.length === 0) {
    doubles.set(values);
  } else if (f64Le.length === bytes.byteLength) {
    new Uint8Array(bytes).set(f64Le);
  } else {
    throw new Error(`a ${rows} by ${cols} matrix came with ${f64Le.length} bytes`);
  }
  return { rows, cols, values: doubles };
}

function panelBytes({ closes, dates, symbols }: PricePanel): number {
  return closes.values.byteLength + (dates.length + symbols.length) * DATE_BYTES + 1;
}
