import { formatPercent } from "../format.ts";
import { a } from "../i18n/analysis/messages.ts";
import type { Holdings } from "./holdings.ts";

/** A return of one symbol. */
export interface SymbolReturn {
  readonly symbol: string;
  /** A fraction, from -1 to 10. */
  readonly size: number;
}

/** Scenarios that the reader adds to the known times of stress, each with its name for people. */
export interface OwnScenarios {
  /** Return of one position. */
  readonly shock: (SymbolReturn & { readonly name: string }) | undefined;
  readonly window:
    | { readonly startDate: string; readonly endDate: string; readonly name: string }
    | undefined;
  /** Returns of factors that happen together. */
  readonly factors: { readonly moves: readonly SymbolReturn[]; readonly name: string } | undefined;
  /** Symbol that stands in for positions without prices. Empty for none. */
  readonly proxy: string;
}

/** A return of one asset, given which the positions are drawn. */
export interface Draw extends SymbolReturn {
  /** Trading days. */
  readonly horizon: DrawHorizon;
}

export const DRAW_HORIZONS = ["1", "5", "21"] as const;
export type DrawHorizon = (typeof DRAW_HORIZONS)[number];

/** As many as fit beside each other. */
export const FACTORS_MAX = 5;

/** Reads the scenarios of the reader from a query string. What cannot be read is left out. */
export function ownScenarios(params: URLSearchParams, holdings: Holdings): OwnScenarios {
  const texts = a.risk.stress;
  const shock = readMove(params.get("shock") ?? "");
  const isHeld = holdings.positions.some(({ symbol }) => symbol === shock?.symbol);
  const moves = readFactors(params.get("factors") ?? "");
  return {
    shock: shock && isHeld ? { ...shock, name: moveName(shock) } : undefined,
    window: readWindow(params.get("from") ?? "", params.get("to") ?? ""),
    factors:
      moves.length > 0
        ? { moves, name: texts.factorName(moves.map(moveName).join(", ")) }
        : undefined,
    proxy: readSymbol(params.get("proxy") ?? ""),
  };
}

/** Reads moves of factors, each symbol once. */
export function readFactors(text: string): readonly SymbolReturn[] {
  const moves = text
    .split(",")
    .map(readMove)
    .filter((move) => move !== undefined);
  return [...new Map(moves.map((move) => [move.symbol, move])).values()].slice(0, FACTORS_MAX);
}

/** Writes a move as a query string holds it. */
export function moveText({ symbol, size }: SymbolReturn): string {
  return `${symbol}:${size}`;
}

/** Reads the asset to draw the others for. */
export function readDraw(params: URLSearchParams): Draw | undefined {
  const [symbol = "", size = "", days] = (params.get("draw") ?? "").split(":");
  const move = readMove(`${symbol}:${size}`);
  return move && { ...move, horizon: DRAW_HORIZONS.find((each) => each === days) ?? "1" };
}

/** A move as people read it. */
export function moveName({ symbol, size }: SymbolReturn): string {
  return a.risk.stress.shockName(symbol, formatPercent(size));
}

function readMove(text: string): SymbolReturn | undefined {
  const [symbol = "", number = ""] = text.split(":");
  const size = Number(number);
  return readSymbol(symbol) !== "" && number !== "" && size >= -1 && size <= 10
    ? { symbol: readSymbol(symbol), size }
    : undefined;
}

function readSymbol(text: string): string {
  return /^\S{1,32}$/u.test(text) ? text.toUpperCase() : "";
}

function readWindow(startDate: string, endDate: string): OwnScenarios["window"] {
  const areDates = [startDate, endDate].every((date) => /^\d{4}-\d{2}-\d{2}$/u.test(date));
  return areDates && startDate < endDate
    ? { startDate, endDate, name: a.risk.stress.windowName }
    : undefined;
}
