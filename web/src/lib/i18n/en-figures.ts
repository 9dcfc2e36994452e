/** English texts of the key figures of a portfolio. */
export const enFigures = {
  label: "Key figures",
  better: "better",
  worse: "worse",
  versus: "vs equal weight",
  ofAssets: (count: number) => `of ${count} assets`,
  expectedReturn: "Expected return",
  expectedReturnText:
    "The mean of past daily returns, times 252. Past means say little about the future: a long history still leaves several points of doubt.",
  expectedReturnFormula: "w · μ",
  volatility: "Volatility",
  volatilityText:
    "Standard deviation of daily returns, scaled to a year. About two years in three stay within one volatility of the mean.",
  volatilityFormula: "√(wᵀ Σ w)",
  sharpe: "Sharpe ratio",
  sharpeText: "Return above the risk-free rate for each unit of volatility.",
  sharpeFormula: "(w · μ − risk-free rate) / volatility",
  holdings: "Holdings",
  holdingsText: "Assets whose weight does not round to 0.0 %.",
  drawdown: "Max drawdown",
  drawdownText:
    "The largest loss from a peak to a later low over these prices, with the weights restored every day.",
  drawdownFormula: "max over t of 1 − value(t) / highest value before t",
  drawdownDates: (from: string, to: string) => `${from} to ${to}`,
};
