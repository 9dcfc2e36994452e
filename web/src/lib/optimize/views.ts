import {
  type ForecastChoice,
  forecastText,
  readForecastText,
  selectionInit,
  storedForecast,
} from "./forecast-choice.ts";
import { fieldsOf, listOf, numberIn, oneOf, parseJson, textUpTo, withFields } from "./read-json.ts";

/** How views are merged with the estimates. */
export const VIEW_METHODS = ["black-litterman", "entropy-pooling", "opinion-pooling"] as const;
export type ViewMethod = (typeof VIEW_METHODS)[number];

/** A belief about returns per year. */
export interface View {
  /** Asset whose return is stated. Missing where `text` says it all. */
  readonly asset?: string;
  /** Asset that it beats. Missing for a return of its own. */
  readonly over?: string;
  /** Fraction per year. */
  readonly value?: number;
  /** The view in words, in place of the other fields. */
  readonly text?: string;
  /** How sure, from 0 to 1. */
  readonly confidence: number;
}

/** What the caller believes. Without views, nothing. */
export interface Views {
  readonly method: ViewMethod;
  readonly list: readonly View[];
  /** A model that holds a view of each asset, in place of the list. */
  readonly forecast?: ForecastChoice;
  /** Symbols that views may be about besides the assets, which they explain. Of Black–Litterman only. */
  readonly factors?: readonly string[];
}

export const NO_VIEWS: Views = { method: "black-litterman", list: [] };

const readList = listOf(
  withFields(
    fieldsOf<View>({
      asset: textUpTo(32),
      over: textUpTo(32),
      value: numberIn(-10, 10),
      text: textUpTo(500),
      confidence: numberIn(0, 1),
    }),
    ["confidence"],
  ),
);
const readMethod = oneOf(VIEW_METHODS);
const readFactors = listOf(textUpTo(32));
const FACTORS_MAX = 10;
/** Number of the form in the contract, whose own list of names would weigh on the first page. */
const AUGMENTED_FORM = 3;

/** Reads views as the address holds them. What cannot be read is left out. */
export function readViews(text: string): Views {
  const { method, list, forecast, factors } = (parseJson(text) ?? {}) as Record<string, unknown>;
  const held = typeof forecast === "string" ? readForecastText(forecast) : undefined;
  return held ? viewsOfModel(held) : withFactors(readOwnViews(method, list), readFactors(factors));
}

/** Writes views as `readViews` reads them; empty without any. */
export function viewsText({ method, list, forecast, factors }: Views): string {
  if (forecast !== undefined) {
    return JSON.stringify({ forecast: forecastText(forecast) });
  }
  return list.length === 0 ? "" : JSON.stringify({ method, list, factors });
}

/** The views that a model holds. */
export function viewsOfModel({ modelId, version }: ForecastChoice): Views {
  return { ...NO_VIEWS, forecast: { modelId, ...(version !== undefined && { version }) } };
}

/** Whether there is any view. */
export function hasViews({ list, forecast }: Views): boolean {
  return list.length > 0 || forecast !== undefined;
}

function readOwnViews(method: unknown, list: unknown): Views {
  return {
    method: readMethod(method) ?? NO_VIEWS.method,
    list: (readList(list) ?? []).filter(isComplete),
  };
}

/** Views that may be about factors, which only Black–Litterman's model knows. */
function withFactors(views: Views, factors: readonly string[] = []): Views {
  return views.method === "black-litterman" && views.list.length > 0 && factors.length > 0
    ? { ...views, factors: [...new Set(factors)].slice(0, FACTORS_MAX) }
    : views;
}

/** Whether a view says something. */
export function isComplete({ asset, value, text }: View): boolean {
  return text !== undefined || (asset !== undefined && value !== undefined);
}

/** Writes a view as the contract's words, such as `QQQ - VTI == 2%`. */
export function viewExpression(view: View, method: ViewMethod): string {
  const { asset = "", over, value = 0, text } = view;
  if (text !== undefined) {
    return text;
  }
  const term = method === "black-litterman" ? quoted : (name: string) => `mean(${quoted(name)})`;
  const left = over === undefined ? term(asset) : `${term(asset)} - ${term(over)}`;
  return `${left} == ${Number((value * 100).toFixed(6))}%`;
}

/** Views as the contract's messages write them; undefined without any. */
export function viewsInit({ method, list, forecast, factors }: Views) {
  if (forecast !== undefined) {
    return { method: { case: "forecast" as const, value: { version: selectionInit(forecast) } } };
  }
  if (list.length === 0) {
    return;
  }
  if (method === "entropy-pooling") {
    const views = list.map((view) => viewExpression(view, method));
    return {
      method: { case: "entropyPooling" as const, value: { views, confidence: sureness(list) } },
    };
  }
  if (method === "opinion-pooling") {
    return { method: { case: "entropyPooling" as const, value: { opinions: opinionsOf(list) } } };
  }
  const views = list.map((view) => ({
    expression: viewExpression(view, method),
    confidence: view.confidence,
  }));
  const augmented = factors && {
    form: AUGMENTED_FORM,
    factors: factors.map((symbol) => ({ name: symbol, symbol })),
  };
  return { method: { case: "blackLitterman" as const, value: { views, ...augmented } } };
}

/** Each view as the opinion of one person, as probable as it is sure; together at most certain. */
function opinionsOf(list: readonly View[]) {
  const sum = list.reduce((total, { confidence }) => total + confidence, 0);
  return list.map((view) => ({
    views: [viewExpression(view, "opinion-pooling")],
    probability: Math.max(view.confidence, PROBABILITY_MIN) / Math.max(1, sum + CERTAINTY_MARGIN),
  }));
}

// The contract wants probabilities over 0 that sum to at most 1, after rounding too.
const PROBABILITY_MIN = 1e-9;
const CERTAINTY_MARGIN = 1e-6;

/** Reads the views of a stored request back. A view that the page cannot build stays in words. */
export function viewsFromExpressions(
  method: ViewMethod,
  views: readonly { readonly expression: string; readonly confidence: number }[],
): Views {
  return {
    method,
    list: views.map(({ expression, confidence }) => ({
      ...readExpression(expression, method),
      confidence,
    })),
  };
}

/** Reads the Black–Litterman views of a stored request back; none on factors that have other names. */
export function viewsFromBlackLitterman({ views, form, factors }: StoredBlackLitterman): Views {
  const isOwn = factors.every(({ name, symbol }) => name === symbol);
  if (factors.length > 0 && !(isOwn && form === AUGMENTED_FORM)) {
    return NO_VIEWS;
  }
  const read = viewsFromExpressions(
    "black-litterman",
    views.map(({ expression, confidence = 0.5 }) => ({ expression, confidence })),
  );
  return withFactors(
    read,
    factors.map(({ symbol }) => symbol),
  );
}

/** The part of the contract's message that the page writes. */
interface StoredBlackLitterman {
  readonly views: readonly {
    readonly expression: string;
    readonly confidence?: number | undefined;
  }[];
  readonly form: number;
  readonly factors: readonly { readonly name: string; readonly symbol: string }[];
}

/** Reads the views of a model of a stored request back. */
export function viewsFromSelection(version: Parameters<typeof storedForecast>[0]): Views {
  const forecast = storedForecast(version);
  return forecast ? viewsOfModel(forecast) : NO_VIEWS;
}

/** Entropy pooling has one confidence for all views: that of the first. */
function sureness(list: readonly View[]): number {
  return list[0]?.confidence ?? 1;
}

const NAME = '(?:"(?<q>[^"]+)"|(?<n>[A-Za-z_][A-Za-z0-9._]*))';
const MEAN = (group: string) =>
  String.raw`mean\(${NAME.replace("<q>", `<q${group}>`).replace("<n>", `<n${group}>`)}\)`;
const PLAIN = (group: string) => NAME.replace("<q>", `<q${group}>`).replace("<n>", `<n${group}>`);

function readExpression(expression: string, method: ViewMethod): Omit<View, "confidence"> {
  const term = method === "black-litterman" ? PLAIN : MEAN;
  const pattern = new RegExp(`^${term("1")}(?: - ${term("2")})? == (?<value>-?[0-9.]+)%$`, "u");
  const groups = pattern.exec(expression)?.groups;
  const asset = groups?.["q1"] ?? groups?.["n1"];
  if (groups === undefined || asset === undefined) {
    return { text: expression };
  }
  const over = groups["q2"] ?? groups["n2"];
  const value = Number((Number(groups["value"]) / 100).toPrecision(12));
  return { asset, ...(over === undefined ? {} : { over }), value };
}

function quoted(symbol: string): string {
  return /^[A-Za-z_][A-Za-z0-9._]*$/u.test(symbol) ? symbol : `"${symbol}"`;
}
