import { createHash } from "node:crypto";
import type { PricePanel } from "@portfolio/platform/prices/price-history";
import type { CovarianceMethod } from "../domain/covariance-method.ts";
import type { ForecastUse } from "../domain/forecast-queries.ts";
import type { ExpectedReturnsMethod } from "../domain/methods.ts";
import type {
  DatasetReference,
  EstimationProblem,
  PriceSelection,
} from "../domain/portfolio-problem.ts";

/** What an answer was computed from. */
export interface Provenance {
  /** Missing when no price was read. */
  readonly dataset: DatasetReference | undefined;
  /** Version of each method that was used, such as `frontier` → `critical-line/2`. */
  readonly methodVersions: Readonly<Record<string, string>>;
  /** SHA-256 in lower-case hexadecimal. Equal hashes mean equal answers. */
  readonly contentHash: string;
  /** Missing where there can be none. */
  readonly forecasts?: readonly ForecastUse[];
}

/**
 * Describes what an answer was computed from.
 *
 * The newest revision and the same revision by number are the same prices, so the hash holds
 * the revision that was read, not the one that was asked for.
 *
 * @param request - The request with its defaults filled in: plain data, perhaps with
 *   `Float64Array`s in it.
 * @param forecasts - Those that the request's estimates rest on: their numbers are in it. (Default:
 *   none.)
 */
export function provenance<Request extends { readonly prices: PriceSelection }>(
  request: Request,
  panel: PricePanel | undefined,
  methodVersions: Readonly<Record<string, string>>,
  forecasts: readonly ForecastUse[] = [],
): Provenance {
  const prices = panel && {
    ...request.prices,
    dataset: panel.dataset,
    contentHash: panel.contentHash,
  };
  return {
    dataset: panel?.dataset,
    methodVersions,
    forecasts,
    contentHash: sha256(canonicalText({ ...request, prices, methodVersions })),
  };
}

// A version changes when the same input may give other bits than before.

/** Names the methods of estimates, and their versions. */
export function estimationVersions(
  problem: Pick<EstimationProblem, "expectedReturns" | "covariance" | "views" | "scenarios">,
): Readonly<Record<string, string>> {
  return {
    expected_returns: returnsVersion(problem.expectedReturns),
    covariance: covarianceVersion(problem.covariance),
    ...viewsVersions(problem),
  };
}

/** Names the methods that forecasts will put in place of others, and their versions. */
export function forecastVersions({
  forecasts,
}: Pick<EstimationProblem, "forecasts">): Readonly<Record<string, string>> {
  return {
    ...(forecasts?.returns && { expected_returns: "forecast/1" }),
    ...(forecasts?.views && { views: "black-litterman/1" }),
    ...(forecasts?.volatilities && { covariance: "implied-volatility/1" }),
  };
}

/** Names the method of expected returns, and its version. */
export function returnsVersion({ kind }: ExpectedReturnsMethod): string {
  return kind === "given" ? "given" : `${kind}/1`;
}

/** Names the covariance method, and its version. */
export function covarianceVersion({ kind }: CovarianceMethod): string {
  return kind === "given" ? "given" : `${kind}/1`;
}

/** Names the method of views, and that of the scenarios which they change, if there are views. */
function viewsVersions({
  views,
  scenarios,
}: Pick<EstimationProblem, "views" | "scenarios">): Readonly<Record<string, string>> {
  if (views === undefined) {
    return {};
  }
  const form = views.kind === "black-litterman" && views.factors?.form;
  const version = { views: form ? `${views.kind}-${form}/1` : `${views.kind}/1` };
  const source = scenarios.kind === "given" ? "given" : `${scenarios.kind}/1`;
  return views.kind === "entropy-pooling" ? { ...version, scenarios: source } : version;
}

/**
 * Writes plain data as one text, the same for equal data: keys are sorted, missing values left
 * out, numbers written as JavaScript does (which tells all doubles apart but 0 and -0), and arrays
 * of doubles by the hash of their bits.
 */
export function canonicalText(value: unknown): string {
  if (value instanceof Float64Array) {
    return `f64:${value.length}:${sha256(bytesOf(value))}`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonicalText).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => `${JSON.stringify(key)}:${canonicalText(entry)}`);
    return `{${entries.join(",")}}`;
  }
  // JSON has no infinity, which an open limit of a group is.
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** Bits of the numbers, with one bit pattern for 0. */
function bytesOf(values: Float64Array): Uint8Array {
  const positiveZeros = values.map((value) => value + 0);
  return new Uint8Array(positiveZeros.buffer);
}

/** Hashes plain data: equal data give equal digests, whatever the order of their keys. */
export function contentDigest(content: unknown): Uint8Array {
  return createHash("sha256").update(canonicalText(content)).digest();
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
