import type { Client } from "@connectrpc/connect";
import type {
  Instrument,
  InstrumentService,
} from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { AppError } from "../app-error.ts";
import type { DatasetReference, LastClose } from "./price-history.ts";

/** As many as the data service lists at once. */
const PAGE_SIZE = 1000;
const NAMED_SYMBOLS_MAX = 100;
const SHOWN_SYMBOLS_MAX = 5;

/**
 * Finds the last close of each symbol in the list of instruments, which is one call where a
 * dataset has up to 1000 of them, however many symbols are asked for.
 *
 * @throws {AppError} `SYMBOL_UNKNOWN`, with every unknown symbol as a violation `symbols[k]`.
 */
export async function gatherLastCloses(
  client: Client<typeof InstrumentService>,
  symbols: readonly string[],
  dataset: DatasetReference,
  signal: AbortSignal,
): Promise<readonly LastClose[]> {
  const missing = new Set(symbols);
  const found = new Map<string, LastClose>();
  let pageToken = "";
  do {
    const request = { dataset, pageSize: PAGE_SIZE, pageToken };
    const { instruments, nextPageToken } = await client.listInstruments(request, { signal });
    for (const instrument of instruments) {
      if (missing.delete(instrument.symbol)) {
        found.set(instrument.symbol, readLastClose(instrument));
      }
    }
    pageToken = nextPageToken;
  } while (missing.size > 0 && pageToken !== "");
  if (missing.size > 0) {
    throw unknownSymbols(symbols, missing, dataset);
  }
  return symbols.flatMap((symbol) => found.get(symbol) ?? []);
}

function readLastClose({ symbol, lastClose, available, currency }: Instrument): LastClose {
  return { symbol, price: lastClose, date: available?.endDate ?? "", currency };
}

function unknownSymbols(
  symbols: readonly string[],
  missing: ReadonlySet<string>,
  { id }: DatasetReference,
): AppError {
  const names = [...missing];
  const shown = names.slice(0, SHOWN_SYMBOLS_MAX).join(", ");
  const rest = names.length - SHOWN_SYMBOLS_MAX;
  const message = `Dataset ${id} has no prices of ${shown}${rest > 0 ? ` and ${rest} more` : ""}.`;
  return new AppError("not-found", "SYMBOL_UNKNOWN", message, {
    violations: [...symbols.entries()]
      .filter(([, symbol]) => missing.has(symbol))
      .map(([k, symbol]) => ({
        field: `symbols[${k}]`,
        description: `"${symbol}" is not in dataset ${id}`,
      })),
    metadata: { symbols: names.slice(0, NAMED_SYMBOLS_MAX).join(",") },
  });
}
