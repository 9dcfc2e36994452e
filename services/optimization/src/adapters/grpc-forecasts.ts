import { type Client, Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import type { ForecastSource as WireSource } from "@portfolio/gen/portfolio/training/v1/forecast_pb.js";
import {
  ForecastService,
  type GetForecastsResponse,
  type GetPastForecastsResponse,
} from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { TargetKind } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import type { Matrix as WireMatrix } from "@portfolio/gen/portfolio/type/v1/matrix_pb.js";
import { AppError } from "@portfolio/platform/app-error";
import { translateDataError } from "@portfolio/platform/prices/data-error";
import type { PriceSelection } from "@portfolio/platform/prices/price-history";
import type { Matrix } from "@portfolio/quant";
import { dayNumbers } from "../domain/backtest-days.ts";
import type { AssetForecasts, ForecastChoice, ForecastOrigin } from "../domain/forecast-queries.ts";
import type { ForecastSource, PastForecasts } from "../ports.ts";

/** Opens forecasts; without a transport, every question says that there are none. */
export function openForecasts(transport: Transport | undefined): ForecastSource {
  return transport === undefined ? NO_FORECASTS : new GrpcForecasts(transport);
}

/** Asks the training service for forecasts. */
class GrpcForecasts implements ForecastSource {
  readonly #client: Client<typeof ForecastService>;

  constructor(transport: Transport) {
    this.#client = createClient(ForecastService, transport);
  }

  async forecast(
    choice: ForecastChoice,
    symbols: readonly string[],
    { dataset, endDate }: PriceSelection,
    signal: AbortSignal,
  ): Promise<AssetForecasts> {
    const request = {
      version: writeChoice(choice),
      symbols: [...symbols],
      asOfDate: endDate,
      dataset,
    };
    try {
      return readForecasts(await this.#client.getForecasts(request, { signal }), symbols);
    } catch (error) {
      throw translate(error);
    }
  }

  async lookBack(
    choice: ForecastChoice,
    symbols: readonly string[],
    { dates, maxAgeDays }: { readonly dates: readonly string[]; readonly maxAgeDays: number },
    signal: AbortSignal,
  ): Promise<PastForecasts> {
    const request = {
      version: writeChoice(choice),
      symbols: [...symbols],
      asOfDates: [...dates],
      maxAgeDays,
    };
    try {
      return readPast(await this.#client.getPastForecasts(request, { signal }), dates);
    } catch (error) {
      throw translate(error);
    }
  }
}

const NO_FORECASTS: ForecastSource = { forecast: refuseAll, lookBack: refuseAll };

async function refuseAll(): Promise<never> {
  throw unavailable("This server has no training service: set TRAINING_URL.", undefined);
}

function writeChoice({ modelId, version, key }: ForecastChoice) {
  return {
    modelId,
    key,
    version:
      version.kind === "number"
        ? ({ case: "number", value: version.number } as const)
        : ({ case: "alias", value: version.alias } as const),
  };
}

function readForecasts(response: GetForecastsResponse, symbols: readonly string[]): AssetForecasts {
  const { source, skill, forecasts, skippedSymbols } = response;
  if (skippedSymbols.length > 0) {
    throw tooShort(symbols, skippedSymbols);
  }
  const isVolatility = source?.target?.kind === TargetKind.VOLATILITY;
  return {
    source: readOrigin(source),
    confidence: skill?.confidence ?? 0,
    excessReturnsPerYear:
      skill && Float64Array.from(forecasts, (each) => each.expectedExcessReturnPerYear ?? 0),
    volatilitiesPerYear: isVolatility
      ? Float64Array.from(forecasts, ({ volatilityPerYear }) => volatilityPerYear)
      : undefined,
  };
}

function readPast(response: GetPastForecastsResponse, dates: readonly string[]): PastForecasts {
  const { source, firstDate, lastDate, madeOnDates, scores, confidences } = response;
  const { expectedExcessReturnsPerYear: excess } = response;
  const isVolatility = source?.target?.kind === TargetKind.VOLATILITY;
  return {
    history: {
      source: readOrigin(source),
      days: dayNumbers(dates),
      isKnown: Uint8Array.from(madeOnDates, (date) => (date === "" ? 0 : 1)),
      excessReturnsPerYear: excess && readRows(excess),
      confidences: Float64Array.from(confidences),
      volatilitiesPerYear: isVolatility && scores ? readRows(scores) : undefined,
    },
    firstDate,
    lastDate,
  };
}

/** Reads a matrix that may hold NaN. */
function readRows({ rows, cols, f64Le }: WireMatrix): Matrix {
  const values = new Float64Array(rows * cols);
  new Uint8Array(values.buffer).set(f64Le);
  return { rows, cols, values };
}

function readOrigin(source: WireSource | undefined): ForecastOrigin {
  return {
    modelId: source?.modelId ?? "",
    version: source?.version ?? 0,
    alias: source?.alias ?? "",
    asOfDate: source?.asOfDate ?? "",
    trainedUntil: source?.trainedUntil ?? "",
    artifactHash: source?.artifactHash ?? "",
    snapshotHash: source?.snapshotHash ?? "",
    canaryExperimentId: source?.canaryExperimentId ?? "",
  };
}

function tooShort(symbols: readonly string[], skipped: readonly string[]): AppError {
  return new AppError(
    "failed-precondition",
    "HISTORY_TOO_SHORT",
    `Forecasts need a year of prices, which ${skipped.join(", ")} has not.`,
    {
      violations: skipped.map((symbol) => ({
        field: `symbols[${symbols.indexOf(symbol)}]`,
        description: `${symbol} has less than a year of prices`,
      })),
    },
  );
}

/** An outage of the training service says nothing about prices. */
function translate(error: unknown): unknown {
  const isOutage =
    error instanceof ConnectError &&
    error.code === Code.Unavailable &&
    error.findDetails(ErrorInfoSchema).length === 0;
  return isOutage
    ? unavailable("Forecasts cannot be had at the moment. Try again shortly.", error)
    : translateDataError(error);
}

function unavailable(message: string, cause: unknown): AppError {
  return new AppError("unavailable", "FORECASTS_UNAVAILABLE", message, { cause });
}
