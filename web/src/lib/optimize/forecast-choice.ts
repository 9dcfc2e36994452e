import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  VersionSelection,
  VersionSelectionSchema,
} from "@portfolio/gen/portfolio/training/v1/forecast_pb.js";

/** A version of a trained model, whose forecasts stand in for an estimate. */
export interface ForecastChoice {
  readonly modelId: string;
  /** Its number, or what it does, such as `challenger`. Missing means the champion. */
  readonly version?: string;
}

/** An estimate that is what a model forecasts. */
export interface ForecastMethod extends ForecastChoice {
  readonly kind: "forecast";
}

type SelectionInit = Exclude<MessageInitShape<typeof VersionSelectionSchema>, VersionSelection>;

const TEXT =
  /^forecast-(?<model>[a-z][a-z0-9-]{0,62})(?:@(?<version>[1-9]\d{0,8}|challenger|shadow|baseline))?$/u;

/** Writes a choice as addresses hold it: `forecast-rank-21d`, `forecast-rank-21d@3`. */
export function forecastText({ modelId, version }: ForecastChoice): string {
  return version === undefined ? `forecast-${modelId}` : `forecast-${modelId}@${version}`;
}

/** Reads a choice from an address; undefined when it is none. */
export function readForecastText(text: string): ForecastMethod | undefined {
  const groups = TEXT.exec(text)?.groups;
  const [modelId, version] = [groups?.["model"], groups?.["version"]];
  return modelId === undefined
    ? undefined
    : { kind: "forecast", modelId, ...(version !== undefined && { version }) };
}

/** A choice as the contract writes it. */
export function selectionInit({ modelId, version }: ForecastChoice): SelectionInit {
  if (version === undefined) {
    return { modelId };
  }
  const isNumber = /^\d+$/u.test(version);
  return {
    modelId,
    version: isNumber
      ? { case: "number", value: Number(version) }
      : { case: "alias", value: version },
  };
}

/** Reads a stored choice back; undefined when it names no model. */
export function storedForecast(
  selection: VersionSelection | undefined,
): ForecastMethod | undefined {
  const { modelId = "", version } = selection ?? {};
  const asked = version?.value === "champion" ? undefined : version?.value;
  return readForecastText(
    forecastText({ modelId, ...(asked !== undefined && { version: String(asked) }) }),
  );
}
