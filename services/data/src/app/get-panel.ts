import { createHash } from "node:crypto";
import { AppError, type FieldViolation } from "@portfolio/platform/app-error";
import { type AlignedCloses, alignCloses } from "../domain/align-closes.ts";
import { formatIsoDate } from "../domain/calendar-day.ts";
import type { Catalog, DayRange, Instrument } from "../domain/instrument.ts";
import { normalizeSymbol } from "../domain/symbol.ts";
import { littleEndian } from "../domain/year-chunk.ts";
import type { CloseHistories, Panel, PanelCache, PriceStore } from "../ports.ts";
import { runInSlices } from "../time-slice.ts";
import { type DatasetReference, findDataset } from "./find-dataset.ts";
import { findInstruments } from "./find-instruments.ts";
import { readPeriod } from "./read-period.ts";
import { withinBudget } from "./violation-budget.ts";

/** Most closes in one panel: 40 MB. */
const CLOSES_MAX = 5_000_000;

/** Bytes that are hashed at a time: about 1 ms of work. */
const HASH_BYTES = 1 << 20;

export interface PanelDeps {
  readonly store: PriceStore;
  readonly histories: CloseHistories;
  readonly panels: PanelCache;
}

export interface PanelRequest {
  readonly dataset: DatasetReference;
  readonly symbols: readonly string[];
  /** `YYYY-MM-DD`, or empty for no bound. */
  readonly startDate: string;
  readonly endDate: string;
}

/**
 * Gets the closes of several instruments on their shared days.
 *
 * @throws {AppError} As `PriceService.GetPanel` says, and `PANEL_TOO_LARGE`: over 5 million closes.
 */
export async function getPanel(deps: PanelDeps, request: PanelRequest): Promise<Panel> {
  assertDistinct(request.symbols);
  const period = readPeriod(request.startDate, request.endDate);
  const catalog = await findDataset(deps.store, request.dataset);
  const inputs = request.symbols.map((symbol, i) => ({ symbol, field: `symbols[${i}]` }));
  const instruments = await findInstruments(deps.store, catalog, inputs);
  const ids = instruments.map(({ id }) => id).join(",");
  const key = `${catalog.datasetId}/${catalog.revision}/${period.first}/${period.last}/${ids}`;
  return deps.panels.get(key, () => makePanel(deps.histories, catalog, instruments, period));
}

async function makePanel(
  histories: CloseHistories,
  catalog: Catalog,
  instruments: readonly Instrument[],
  period: DayRange,
): Promise<Panel> {
  const closes = await histories.closes(catalog, instruments);
  const aligned = await runInSlices(alignCloses(closes, period));
  assertUsable(aligned, instruments, period);
  const dates = Array.from(aligned.days, formatIsoDate);
  const bytes = littleEndian(aligned.closes);
  const symbols = instruments.map(({ symbol }) => symbol);
  return {
    dataset: { id: catalog.datasetId, revision: catalog.revision },
    instruments,
    dates,
    closes: bytes,
    contentHash: await runInSlices(hashPanel(symbols, dates, bytes)),
    dropped: aligned.dropped,
  };
}

function assertDistinct(symbols: readonly string[]): void {
  if (symbols.length === 0) {
    throw new AppError("invalid-argument", "SYMBOLS_EMPTY", "Give at least one symbol.", {
      violations: [{ field: "symbols", description: "Give at least one symbol." }],
    });
  }
  const firstIndex = new Map<string, number>();
  const violations: FieldViolation[] = [];
  symbols.forEach((symbol, i) => {
    const normalized = normalizeSymbol(symbol);
    const first = firstIndex.get(normalized);
    if (first === undefined) {
      firstIndex.set(normalized, i);
    } else {
      const description = `${normalized} is given before, as symbols[${first}].`;
      violations.push({ field: `symbols[${i}]`, description });
    }
  });
  if (violations.length > 0) {
    throw new AppError("invalid-argument", "SYMBOL_REPEATED", "Give each symbol only once.", {
      violations: withinBudget(violations),
    });
  }
}

function assertUsable(
  { days, closes }: AlignedCloses,
  instruments: readonly Instrument[],
  period: DayRange,
): void {
  if (days.length === 0) {
    throw new AppError(
      "failed-precondition",
      "HISTORY_TOO_SHORT",
      noSharedDay(instruments, period),
      {
        metadata: { dayCount: "0" },
      },
    );
  }
  if (closes.length > CLOSES_MAX) {
    throw new AppError(
      "resource-exhausted",
      "PANEL_TOO_LARGE",
      `${instruments.length} instruments on ${days.length} days are more than ` +
        `${CLOSES_MAX} closes. Ask for fewer instruments or a shorter period.`,
    );
  }
}

/** Names what leaves no day to share: the instrument that starts last or ends first, or the period. */
function noSharedDay(instruments: readonly Instrument[], period: DayRange): string {
  const latest = instruments.reduce((a, b) => (b.available.first > a.available.first ? b : a));
  const earliest = instruments.reduce((a, b) => (b.available.last < a.available.last ? b : a));
  const start = formatIsoDate(latest.available.first);
  const end = formatIsoDate(earliest.available.last);
  if (latest.available.first > earliest.available.last) {
    return (
      "The instruments share no day with a price: " +
      `${earliest.symbol} ends on ${end}, ${latest.symbol} starts on ${start}.`
    );
  }
  if (period.last < latest.available.first) {
    const asked = formatIsoDate(period.last);
    return `${latest.symbol} starts on ${start}, after the end of the period, ${asked}.`;
  }
  if (period.first > earliest.available.last) {
    const asked = formatIsoDate(period.first);
    return `${earliest.symbol} ends on ${end}, before the start of the period, ${asked}.`;
  }
  const asked = `${formatIsoDate(period.first)} to ${formatIsoDate(period.last)}`;
  return `The instruments share no day with a price in the period ${asked}.`;
}

/**
 * Hashes what a panel says: the symbols, an empty line, the dates, an empty line, each item on a
 * line of its own that ends in a line feed, and then the bytes of the closes.
 */
function* hashPanel(
  symbols: readonly string[],
  dates: readonly string[],
  closes: Uint8Array,
): Generator<void, string> {
  const hash = createHash("sha256").update([...symbols, "", ...dates, "", ""].join("\n"));
  for (let from = 0; from < closes.length; from += HASH_BYTES) {
    hash.update(closes.subarray(from, from + HASH_BYTES));
    yield;
  }
  return hash.digest("hex");
}
