import { AppError } from "@portfolio/platform/app-error";
import type { ForecastOrigin } from "../domain/forecast-queries.ts";

/** A version forecasts something else than what is asked for. @param field - Of the request. */
export function unsuitable(
  { source }: { readonly source: ForecastOrigin },
  field: string,
  why: string,
): AppError {
  const message = `Version ${source.version} of model ${source.modelId} ${why}.`;
  return new AppError("failed-precondition", "FORECAST_UNSUITABLE", message, {
    violations: [{ field: `${field}.version`, description: why }],
  });
}
