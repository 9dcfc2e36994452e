import { AppError, type FieldViolation } from "@portfolio/platform/app-error";
import type { Catalog, Instrument } from "../domain/instrument.ts";
import { nearSymbols } from "../domain/near-symbols.ts";
import { normalizeSymbol } from "../domain/symbol.ts";
import type { PriceStore } from "../ports.ts";
import { withinBudget } from "./violation-budget.ts";

/** A symbol as the caller wrote it, and where. */
export interface SymbolInput {
  readonly symbol: string;
  /** Path in the request, such as `symbols[3]`. */
  readonly field: string;
}

/**
 * Finds instruments by symbol.
 *
 * @throws {AppError} `SYMBOL_UNKNOWN`: with a violation for each, which says where else the symbol
 *   is or what may have been meant.
 */
export async function findInstruments(
  store: PriceStore,
  catalog: Catalog,
  inputs: readonly SymbolInput[],
): Promise<Instrument[]> {
  const found: Instrument[] = [];
  const unknown: SymbolInput[] = [];
  for (const { symbol, field } of inputs) {
    const normalized = normalizeSymbol(symbol);
    const instrument = catalog.find(normalized);
    if (instrument) {
      found.push(instrument);
    } else {
      unknown.push({ symbol: normalized, field });
    }
  }
  if (unknown.length > 0) {
    throw await symbolUnknown(store, catalog, unknown);
  }
  return found;
}

async function symbolUnknown(
  store: PriceStore,
  catalog: Catalog,
  unknown: readonly SymbolInput[],
): Promise<AppError> {
  const symbols = unknown.map(({ symbol }) => symbol);
  const elsewhere = await store.datasetsWithSymbols(symbols);
  const all = unknown.map(({ symbol, field }): FieldViolation => {
    const hint = hintFor(symbol, catalog, elsewhere.get(symbol) ?? []);
    return { field, description: `${symbol} is not in dataset ${catalog.datasetId}.${hint}` };
  });
  const named = symbols.slice(0, 5).join(", ") + (symbols.length > 5 ? ", …" : "");
  const message =
    symbols.length === 1
      ? (all[0] as FieldViolation).description
      : `${symbols.length} symbols are not in dataset ${catalog.datasetId}: ${named}`;
  return new AppError("not-found", "SYMBOL_UNKNOWN", message, {
    violations: withinBudget(all),
    metadata: { dataset: catalog.datasetId, unknownCount: String(symbols.length) },
  });
}

function hintFor(symbol: string, catalog: Catalog, datasets: readonly string[]): string {
  if (datasets.includes(catalog.datasetId)) {
    return ` Later revisions than ${catalog.revision} have it.`;
  }
  if (datasets.length > 0) {
    return ` It is in ${datasets.join(", ")}.`;
  }
  const near = nearSymbols(symbol, catalog.instruments);
  return near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : "";
}
