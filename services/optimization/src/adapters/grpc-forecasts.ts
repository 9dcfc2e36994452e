import { type Client, Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@portfolio/gen/google/rpc/error_details_pb.js";
import {
  ForecastService,
  type GetForecastsResponse,
} from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { TargetKind } from "@portfolio/gen/portfolio/training/v1/training_spec_pb.js";
import { AppError } from "@portfolio/platform/app-error";
import { translateDataError } from "@portfolio/platform/prices/data-error";
import type { PriceSelection } from "@portfolio/platform/prices/price-history";
import type { AssetForecasts, ForecastChoice } from "../domain/forecast-queries.ts";
import type { ForecastSource } from "../ports.ts";

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
    { modelId, version, key }: ForecastChoice,
    symbols: readonly string[],
    { dataset, endDate }: PriceSelection,
    signal: AbortSignal,
  ): Promise<AssetForecasts> {
    const request = {
      version: {
        modelId,
        key,
        version:
          version.kind === "number"
            ? ({ case: "number", value: version.number } as const)
            : ({ case: "alias", value: version.alias } as const),
      },
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
}

const NO_FORECASTS: ForecastSource = {
  forecast: async () => {
    throw unavailable("This server has no training service: set TRAINING_URL.", undefined);
  },
};

function readForecasts(response: GetForecastsResponse, symbols: readonly string[]): AssetForecasts {
  const { source, skill, forecasts, skippedSymbols } = response;
  if (skippedSymbols.length > 0) {
    throw tooShort(symbols, skippedSymbols);
  }
  const isVolatility = source?.target?.kind === TargetKind.VOLATILITY;
  return {
    source: {
      modelId: source?.modelId ?? "",
      version: source?.version ?? 0,
      alias: source?.alias ?? "",
      asOfDate: source?.asOfDate ?? "",
      trainedUntil: source?.trainedUntil ?? "",
      artifactHash: source?.artifactHash ?? "",
      snapshotHash: source?.snapshotHash ?? "",
      canaryExperimentId: source?.canaryExperimentId ?? "",
    },
    confidence: skill?.confidence ?? 0,
    excessReturnsPerYear:
      skill && Float64Array.from(forecasts, (each) => each.expectedExcessReturnPerYear ?? 0),
    volatilitiesPerYear: isVolatility
      ? Float64Array.from(forecasts, ({ volatilityPerYear }) => volatilityPerYear)
      : undefined,
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
