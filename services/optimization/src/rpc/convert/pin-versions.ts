import type { BacktestSpec } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import {
  type VersionSelection,
  VersionSelectionSchema,
} from "@portfolio/gen/portfolio/training/v1/forecast_pb.js";
import type { ForecastOrigin } from "../../domain/forecast-queries.ts";

const ALIAS_DEFAULT = "champion";

/** Names by number the versions that a specification names by alias, wherever it does. */
export function pinVersions(spec: BacktestSpec, origins: readonly ForecastOrigin[]): BacktestSpec {
  if (origins.length === 0) {
    return spec;
  }
  const pin = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map(pin);
    }
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) {
      return value;
    }
    return isSelection(value)
      ? pinned(value, origins)
      : Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, pin(entry)]));
  };
  return pin(spec) as BacktestSpec;
}

function isSelection(value: object): value is VersionSelection {
  return "$typeName" in value && value.$typeName === VersionSelectionSchema.typeName;
}

function pinned(selection: VersionSelection, origins: readonly ForecastOrigin[]): VersionSelection {
  const { modelId, version } = selection;
  const alias = version.case === "number" ? "" : (version.value ?? ALIAS_DEFAULT);
  const origin = origins.find((one) => one.modelId === modelId && one.alias === alias);
  return alias === "" || origin === undefined
    ? selection
    : { ...selection, version: { case: "number", value: origin.version } };
}
