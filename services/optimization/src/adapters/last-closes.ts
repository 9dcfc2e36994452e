import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import type { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import { AppError } from "@portfolio/platform/app-error";
import type { DatasetReference } from "../domain/portfolio-problem.ts";
import type { LastClose } from "../ports.ts";

const CALLS_AT_A_TIME = 16;

/**
 * Asks for the last close of each symbol.
 *
 * @throws {AppError} `SYMBOL_UNKNOWN`, with every unknown symbol as a violation `symbols[k]`.
 */
export async function gatherLastCloses(
  instruments: Client<typeof InstrumentService>,
  symbols: readonly string[],
  dataset: DatasetReference,
  signal: AbortSignal,
): Promise<readonly LastClose[]> {
  const closes: (LastClose | undefined)[] = [];
  for (let start = 0; start < symbols.length; start += CALLS_AT_A_TIME) {
    const slice = symbols.slice(start, start + CALLS_AT_A_TIME);
    closes.push(
      ...(await Promise.all(
        slice.map((symbol) => lastClose(instruments, symbol, dataset, signal)),
      )),
    );
  }
  const unknown = [...symbols.entries()].filter(([k]) => closes[k] === undefined);
  if (unknown.length > 0) {
    throw unknownSymbols(unknown, dataset);
  }
  return closes.filter((close) => close !== undefined);
}

async function lastClose(
  instruments: Client<typeof InstrumentService>,
  symbol: string,
  dataset: DatasetReference,
  signal: AbortSignal,
): Promise<LastClose | undefined> {
  try {
    const { instrument } = await instruments.getInstrument({ symbol, dataset }, { signal });
    const { lastClose: price = 0, currency = "", available } = instrument ?? {};
    return { symbol, price, date: available?.endDate ?? "", currency };
  } catch (error) {
    if (isUnknownSymbol(error)) {
      return undefined;
    }
    throw error;
  }
}

function isUnknownSymbol(error: unknown): boolean {
  return (
    error instanceof ConnectError &&
    error.code === Code.NotFound &&
    error.findDetails(ErrorInfoSchema)[0]?.reason === "SYMBOL_UNKNOWN"
  );
}

function unknownSymbols(
  unknown: readonly (readonly [number, string])[],
  { id }: DatasetReference,
): AppError {
  const names = unknown.map(([, symbol]) => symbol);
  const list = names.slice(0, 5).join(", ") + (names.length > 5 ? ", …" : "");
  return new AppError("not-found", "SYMBOL_UNKNOWN", `Dataset ${id} has no price of ${list}.`, {
    violations: unknown.map(([k, symbol]) => ({
      field: `symbols[${k}]`,
      description: `"${symbol}" is not in dataset ${id}`,
    })),
    metadata: { symbols: names.slice(0, 100).join(",") },
  });
}
