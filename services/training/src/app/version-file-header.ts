import { ArgumentError } from "@portfolio/quant";
import type { Lineage, MetricSeries } from "../domain/model-version.ts";
import type { Target } from "../domain/training-spec.ts";

/** What the file of a version says in JSON. */
export interface FileHeader {
  readonly kind: "version";
  readonly modelId: string;
  readonly title: string;
  readonly target: Target;
  readonly lineage: Lineage;
  readonly metrics: readonly {
    readonly name: string;
    /** Decimal, or `NaN`. */
    readonly value: string;
    readonly standardError?: string;
    readonly fold: number;
  }[];
  readonly series: readonly Pick<MetricSeries, "name" | "unit">[];
  readonly replay:
    | { readonly symbols: readonly string[]; readonly dates: readonly string[] }
    | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const TARGET_KINDS = ["rank", "return", "volatility", "quantile"] as const;
const MODEL_ID = /^[a-z][a-z0-9-]{0,62}$/u;
const HASH = /^[0-9a-f]{64}$/u;
const DATE = /^\d{4}-\d\d-\d\d$/u;
const TEXT_LENGTH_MAX = 200;

/**
 * Reads the facts of a file, and leaves out what is not known.
 *
 * @throws {ArgumentError} A fact is missing, or of another kind.
 */
export function readFileHeader(attributes: Fields): FileHeader {
  const header = reader(attributes, "");
  header.oneOf("kind", ["version"]);
  const { replay } = attributes;
  return {
    kind: "version",
    modelId: header.text("modelId", MODEL_ID),
    title: header.text("title"),
    target: readTarget(header.object("target")),
    lineage: readLineage(header.object("lineage")),
    metrics: header.objects("metrics").map((metric) => ({
      name: metric.text("name"),
      value: metric.text("value"),
      fold: metric.integer("fold"),
      ...(metric.has("standardError") && { standardError: metric.text("standardError") }),
    })),
    series: header.objects("series").map((each) => ({
      name: each.text("name"),
      unit: each.oneOf("unit", ["step", "day"]),
    })),
    replay: replay === undefined ? undefined : readReplay(header.object("replay")),
  };
}

function readTarget(target: Reader): Target {
  const kind = target.oneOf("kind", TARGET_KINDS);
  const horizonDays = target.integer("horizonDays");
  return kind === "quantile"
    ? { kind, horizonDays, probability: target.number("probability") }
    : { kind, horizonDays };
}

function readLineage(lineage: Reader): Lineage {
  const dataset = lineage.object("dataset");
  return {
    dataset: { id: dataset.text("id"), revision: dataset.integer("revision") },
    contentHash: lineage.text("contentHash", HASH),
    startDate: lineage.text("startDate", DATE),
    endDate: lineage.text("endDate", DATE),
    featureVersion: lineage.text("featureVersion"),
    codeVersion: lineage.text("codeVersion"),
    specHash: lineage.text("specHash", HASH),
    artifactHash: lineage.text("artifactHash", HASH),
    backend: lineage.text("backend"),
    device: lineage.has("device") ? lineage.text("device") : "",
    parents: lineage.list("parents", (value) => Number.isSafeInteger(value)) as number[],
  };
}

function readReplay(replay: Reader): NonNullable<FileHeader["replay"]> {
  const isText = (value: unknown) => typeof value === "string" && value.length <= TEXT_LENGTH_MAX;
  const isDate = (value: unknown) => typeof value === "string" && DATE.test(value);
  return {
    symbols: replay.list("symbols", isText) as string[],
    dates: replay.list("dates", isDate) as string[],
  };
}

interface Reader {
  has(name: string): boolean;
  text(name: string, pattern?: RegExp): string;
  number(name: string): number;
  integer(name: string): number;
  oneOf<Value extends string>(name: string, values: readonly Value[]): Value;
  object(name: string): Reader;
  objects(name: string): Reader[];
  list(name: string, isItem: (value: unknown) => boolean): unknown[];
}

function reader(fields: Fields, path: string): Reader {
  const refuse = (name: string) => new ArgumentError(`${path}${name} is missing or not valid`);
  const take = <Value>(name: string, isValid: (value: unknown) => boolean): Value => {
    const value = fields[name];
    if (!isValid(value)) {
      throw refuse(name);
    }
    return value as Value;
  };
  const list = (name: string, isItem: (value: unknown) => boolean): unknown[] =>
    take(name, (value) => Array.isArray(value) && value.every(isItem));
  return {
    list,
    has: (name) => fields[name] !== undefined,
    text: (name, pattern = /^[^\p{Cc}]*$/u) =>
      take(
        name,
        (value) =>
          typeof value === "string" && value.length <= TEXT_LENGTH_MAX && pattern.test(value),
      ),
    number: (name) => take(name, Number.isFinite),
    integer: (name) => take(name, (value) => Number.isSafeInteger(value) && Number(value) >= 0),
    oneOf: (name, values) => take(name, (value) => values.some((each) => each === value)),
    object: (name) => reader(take(name, isObject), `${path}${name}.`),
    objects: (name) =>
      list(name, isObject).map((item, k) => reader(item as Fields, `${path}${name}[${k}].`)),
  };
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
