import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type ExplanationSchema,
  ExplanationMethod as MethodMessage,
  ExplanationUnit as UnitMessage,
} from "@portfolio/gen/portfolio/training/v1/forecast_pb.js";
import type { FeatureImportanceSchema } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import type { ExplanationMethod, ExplanationUnit } from "@portfolio/learning";
import type { ExplanationReport } from "../../app/explain-forecasts.ts";

const METHODS: Readonly<Record<ExplanationMethod, MethodMessage>> = {
  linear: MethodMessage.LINEAR,
  "path-dependent": MethodMessage.PATH_DEPENDENT,
  interventional: MethodMessage.INTERVENTIONAL,
  "integrated-gradients": MethodMessage.INTEGRATED_GRADIENTS,
  lags: MethodMessage.LAGS,
  members: MethodMessage.MEMBERS,
};

const UNITS: Readonly<Record<ExplanationUnit, UnitMessage>> = {
  score: UnitMessage.SCORE,
  "log-odds": UnitMessage.LOG_ODDS,
  "log-variance-ratio": UnitMessage.LOG_VARIANCE_RATIO,
  "standardized-return": UnitMessage.STANDARDIZED_RETURN,
  variance: UnitMessage.VARIANCE,
  "log-variance": UnitMessage.LOG_VARIANCE,
};

/** Reads how contributions are to be computed; undefined means the usual way. */
export function readMethod(message: MethodMessage): ExplanationMethod | undefined {
  const methods = Object.keys(METHODS) as ExplanationMethod[];
  return methods.find((method) => METHODS[method] === message);
}

/** Writes how contributions were computed. */
export function writeMethod({
  method,
  unit,
}: {
  readonly method: ExplanationMethod;
  readonly unit: ExplanationUnit;
}) {
  return { method: METHODS[method], unit: UNITS[unit] };
}

/** Writes explanations of the assets that were asked for and have a forecast. */
export function writeExplanations({
  outcome,
  places,
  trainedOn,
}: ExplanationReport): MessageInitShape<typeof ExplanationSchema>[] {
  const { last, names } = outcome;
  const rowOf = new Map([...last.assets].map((asset, row) => [asset, row]));
  return places.flatMap((place) => {
    const row = rowOf.get(place);
    if (row === undefined) return [];
    const at = row * names.length;
    return [
      {
        symbol: trainedOn.symbols[place] ?? "",
        output: last.outputs[row] ?? 0,
        expectation: last.expectations[row] ?? 0,
        gap: last.gaps[row] ?? 0,
        contributions: names.map((feature, k) => ({
          feature,
          value: last.features.values[at + k] ?? 0,
          contribution: last.contributions.values[at + k] ?? 0,
        })),
      },
    ];
  });
}

/** Writes what each feature contributed over time, the most important first. */
export function writeImportances({
  outcome,
}: ExplanationReport): MessageInitShape<typeof FeatureImportanceSchema>[] {
  const { names, importances, dates } = outcome;
  return names
    .map((feature, k) => {
      const byDate = dates.map((_, d) => importances.values[d * names.length + k] ?? 0);
      return { feature, byDate, mean: byDate.reduce((sum, x) => sum + x / dates.length, 0) };
    })
    .sort((a, b) => b.mean - a.mean);
}
