import type { SavedPortfolio } from "@portfolio/gen/portfolio/optimization/v1/portfolio_service_pb.js";

/** A weight of a portfolio, a fraction. Negative is short. */
export interface HeldPosition {
  readonly symbol: string;
  readonly weight: number;
}

/** A portfolio to analyze, and the prices to do it on. */
export interface Holdings {
  /** Identifier of the saved portfolio. Empty for one that only the address holds. */
  readonly id: string;
  readonly name: string;
  readonly positions: readonly HeldPosition[];
  readonly dataset: { readonly id: string /** 0 is the newest. */; readonly revision: number };
  /** `YYYY-MM-DD`, or empty for as far as the prices reach. */
  readonly startDate: string;
  readonly endDate: string;
}

/** Which portfolio a page is about: a saved one, or weights in the address. */
export type HoldingsChoice =
  | { readonly kind: "saved"; readonly id: string }
  | { readonly kind: "given"; readonly positions: readonly HeldPosition[] };

const POSITIONS_MAX = 1000;

/** Reads which portfolio an address is about. */
export function choiceFromSearch(search: string): HoldingsChoice | undefined {
  const params = new URLSearchParams(search);
  const id = params.get("portfolio") ?? "";
  if (id !== "") {
    return { kind: "saved", id };
  }
  const positions = readPositions(params.get("weights") ?? "");
  return positions.length > 0 ? { kind: "given", positions } : undefined;
}

/** Writes a choice as entries of a query string. */
export function choiceEntries(choice: HoldingsChoice | undefined): Record<string, string> {
  if (choice === undefined) {
    return {};
  }
  return choice.kind === "saved"
    ? { portfolio: choice.id }
    : { weights: choice.positions.map(({ symbol, weight }) => `${symbol}:${weight}`).join(",") };
}

/** Replaces entries of a query string; an empty value removes its entry. */
export function withEntries(search: string, entries: Record<string, string>): string {
  const params = new URLSearchParams(search);
  for (const [key, value] of Object.entries(entries)) {
    if (value === "") {
      params.delete(key);
    } else {
      params.set(key, value);
    }
  }
  return params.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}

/** A saved portfolio, with the dates and the dataset that it was optimized on. */
export function holdingsOfSaved(saved: SavedPortfolio): Holdings {
  const { optimization } = saved;
  return {
    id: saved.id,
    name: saved.name,
    positions: saved.positions
      .filter(({ weight }) => weight !== 0)
      .map(({ symbol, weight }) => ({ symbol, weight })),
    dataset: {
      id: optimization?.dataset?.id || "sample",
      revision: optimization?.dataset?.revision ?? 0,
    },
    startDate: optimization?.startDate ?? "",
    endDate: optimization?.endDate ?? "",
  };
}

/** Weights that no portfolio was saved for, on the newest sample. */
export function holdingsOfGiven(positions: readonly HeldPosition[], name: string): Holdings {
  return {
    id: "",
    name,
    positions,
    dataset: { id: "sample", revision: 0 },
    startDate: "",
    endDate: "",
  };
}

/** The fields of a request that say which portfolio, and which prices. */
export function holdingsFields(holdings: Holdings) {
  const { positions, dataset, startDate, endDate } = holdings;
  return { positions: [...positions], dataset: datasetField(dataset), startDate, endDate };
}

/** A dataset as a request names it. */
export function datasetField({ id, revision }: Holdings["dataset"]) {
  return { id, revision };
}

function readPositions(text: string): readonly HeldPosition[] {
  const weights = new Map<string, number>();
  for (const part of text.split(",").slice(0, POSITIONS_MAX)) {
    const [symbol = "", number = ""] = part.split(":");
    const weight = Number(number);
    if (/^\S{1,32}$/u.test(symbol) && number !== "" && Math.abs(weight) <= 100) {
      weights.set(symbol.toUpperCase(), weight);
    }
  }
  return [...weights].map(([symbol, weight]) => ({ symbol, weight }));
}
