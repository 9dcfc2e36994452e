import { create } from "@bufbuild/protobuf";
import type { MethodImpl } from "@connectrpc/connect";
import {
  type ForecastService,
  type GetForecastsResponse,
  GetForecastsResponseSchema,
} from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import { lasting } from "@portfolio/platform/rpc/codec";
import { type ForecastReport, getForecasts } from "../app/get-forecasts.ts";
import type { VersionChoice } from "../app/version-lookup.ts";
import type { AssetForecast } from "../domain/asset-forecasts.ts";
import { readForecastRequest } from "./convert/read-forecast-request.ts";
import { writeForecast, writeSkill, writeSource } from "./convert/write-forecasts.ts";
import type { RouteDeps } from "./route-deps.ts";

type GetForecasts = MethodImpl<typeof ForecastService.method.getForecasts>;

/** Answers about forecasts that are handed out again and again, by what else they tell. */
const ANSWERS = new WeakMap<readonly AssetForecast[], Map<string, GetForecastsResponse>>();

/** Serves `ForecastService.GetForecasts`. */
export function getForecastsHandler(deps: RouteDeps): GetForecasts {
  return async (message, { signal }) => {
    const request = readForecastRequest(message);
    return answerOf(await getForecasts(deps, request, signal), request.choice);
  };
}

function answerOf(report: ForecastReport, choice: VersionChoice): GetForecastsResponse {
  const { forecasts, canaryExperimentId, isCached } = report;
  const answers = ANSWERS.get(forecasts) ?? new Map<string, GetForecastsResponse>();
  ANSWERS.set(forecasts, answers);
  const rest = JSON.stringify([choice, canaryExperimentId, isCached]);
  const answer = answers.get(rest) ?? lasting(writeReport(report, choice));
  answers.set(rest, answer);
  return answer;
}

function writeReport(report: ForecastReport, choice: VersionChoice): GetForecastsResponse {
  return create(GetForecastsResponseSchema, {
    source: writeSource(report, choice, report),
    ...(report.skill && { skill: writeSkill(report.skill) }),
    forecasts: report.forecasts.map(writeForecast),
    skippedSymbols: [...report.skippedSymbols],
    cached: report.isCached,
  });
}
