import { BAD, call, type MalformedRequest, SYMBOLS } from "./malformed-request.ts";

const HALVES = [
  { symbol: "AAPL", weight: 0.5 },
  { symbol: "KO", weight: 0.5 },
];

/** Bad requests to the methods other than OptimizePortfolio. */
export const OTHER_METHODS: readonly MalformedRequest[] = [
  call(
    "a frontier of one point",
    ["TraceFrontier", { symbols: SYMBOLS, point_count: 1 }],
    BAD,
    "REQUEST_INVALID",
    "point_count",
  ),
  call(
    "a frontier of 5000 points",
    ["TraceFrontier", { symbols: SYMBOLS, point_count: 5000 }],
    BAD,
    "REQUEST_INVALID",
    "point_count",
  ),
  call("analysis of nothing", ["AnalyzePortfolio", {}], BAD, "POSITIONS_EMPTY", "positions"),
  call(
    "analysis of a NaN weight",
    ["AnalyzePortfolio", { positions: [{ symbol: "KO", weight: "NaN" }] }],
    BAD,
    "NUMBER_NOT_FINITE",
    "positions[0].weight",
  ),
  call(
    "analysis of a twin",
    ["AnalyzePortfolio", { positions: [...HALVES, { symbol: "ko" }] }],
    BAD,
    "SYMBOL_REPEATED",
    "positions[2].symbol",
  ),
  call(
    "analysis of a stranger",
    ["AnalyzePortfolio", { positions: [...HALVES, { symbol: "NOPE" }] }],
    "NOT_FOUND",
    "SYMBOL_UNKNOWN",
    "positions[2].symbol",
  ),
  call(
    "shares of a short position",
    ["AllocateShares", { positions: [{ symbol: "KO", weight: -1 }], cash_amount: 1 }],
    BAD,
    "WEIGHT_NEGATIVE",
    "positions[0].weight",
  ),
  call(
    "shares on credit",
    ["AllocateShares", { positions: [...HALVES, { symbol: "GE", weight: 0.5 }], cash_amount: 1 }],
    BAD,
    "WEIGHTS_EXCEED_ONE",
    "positions",
  ),
  call(
    "shares for nothing",
    ["AllocateShares", { positions: HALVES }],
    BAD,
    "CASH_NOT_POSITIVE",
    "cash_amount",
  ),
  call(
    "shares for a cent",
    ["AllocateShares", { positions: HALVES, cash_amount: 0.01 }],
    "FAILED_PRECONDITION",
    "CASH_TOO_SMALL",
    "cash_amount",
  ),
  call(
    "shares at no price",
    ["AllocateShares", { positions: HALVES, cash_amount: 1, prices: { KO: 0 } }],
    BAD,
    "PRICE_NOT_POSITIVE",
    'prices["KO"]',
  ),
  call(
    "shares of a stranger",
    [
      "AllocateShares",
      { positions: [...HALVES, { symbol: "NOPE" }], cash_amount: 1, prices: { KO: 60 } },
    ],
    "NOT_FOUND",
    "SYMBOL_UNKNOWN",
    "positions[2].symbol",
  ),
  call(
    "price of a stranger",
    ["AllocateShares", { positions: HALVES, cash_amount: 1, prices: { TSLA: 5 } }],
    BAD,
    "REQUEST_INVALID",
    'prices["TSLA"]',
  ),
  call(
    "portfolio without a name",
    ["CreatePortfolio", { positions: HALVES }],
    BAD,
    "REQUEST_INVALID",
    "name",
  ),
  call(
    "portfolio of nothing",
    ["CreatePortfolio", { name: "empty" }],
    BAD,
    "POSITIONS_EMPTY",
    "positions",
  ),
  call(
    "portfolio with infinite cash",
    ["CreatePortfolio", { name: "rich", positions: HALVES, cash_amount: "Infinity" }],
    BAD,
    "NUMBER_NOT_FINITE",
    "cash_amount",
  ),
  call("unknown portfolio", ["GetPortfolio", { id: "none" }], "NOT_FOUND", "PORTFOLIO_UNKNOWN"),
  call(
    "made-up page token",
    ["ListPortfolios", { page_token: "page2" }],
    BAD,
    "PAGE_TOKEN_INVALID",
    "page_token",
  ),
  call(
    "page of 1000",
    ["ListPortfolios", { page_size: 1000 }],
    BAD,
    "REQUEST_INVALID",
    "page_size",
  ),
];
