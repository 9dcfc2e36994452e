/**
 * Every word that the charts show, so that a page can pass its own language.
 * Numbers arrive formatted.
 */
export interface ChartLabels {
  readonly volatilityAxis: string;
  readonly returnAxis: string;
  readonly weight: string;
  readonly expectedReturn: string;
  readonly volatility: string;
  readonly sharpe: string;
  readonly largestWeights: string;
  readonly other: string;
  readonly frontier: string;
  readonly handleName: string;
  readonly selected: string;
  readonly maximumSharpe: string;
  readonly minimumVolatility: string;
  readonly highestReturn: string;
  readonly singleAsset: string;
  readonly current: string;
  readonly randomPortfolio: string;
  readonly frontierHint: string;
  readonly frontierTable: string;
  readonly weightsTable: string;
  readonly portfolio: string;
  readonly showTable: string;
  readonly hideTable: string;
  /** Says how far a portfolio is below the frontier at the same volatility. */
  readonly gapFinding: (name: string, volatility: string, gap: string) => string;
  /** Says where the highest Sharpe ratio is, and the lowest volatility. */
  readonly sharpeFinding: (sharpe: string, volatility: string, lowest: string) => string;
  /** Says which assets lead at each end of the frontier. */
  readonly weightsFinding: (lowest: string, highest: string) => string;
  /** What a screen reader says for the handle's place. */
  readonly handleValue: (figures: {
    readonly volatility: string;
    readonly expectedReturn: string;
    readonly sharpe: string;
    readonly weights: string;
  }) => string;
}

/** The charts' words in English. */
export const englishChartLabels: ChartLabels = {
  volatilityAxis: "Volatility (annualized)",
  returnAxis: "Expected return (annualized)",
  weight: "Weight",
  expectedReturn: "Expected return",
  volatility: "Volatility",
  sharpe: "Sharpe ratio",
  largestWeights: "Largest weights",
  other: "Other",
  frontier: "Efficient frontier",
  handleName: "Portfolio on the efficient frontier",
  selected: "Selected",
  maximumSharpe: "Maximum Sharpe",
  minimumVolatility: "Minimum volatility",
  highestReturn: "Highest return",
  singleAsset: "Single asset",
  current: "Current",
  randomPortfolio: "Random portfolio",
  frontierHint:
    "Drag the blue handle, or focus it and use the arrow keys. Dots are random portfolios, brighter means a higher Sharpe ratio.",
  frontierTable: "Portfolios on the efficient frontier, and what they compare with",
  weightsTable: "Weights along the efficient frontier",
  portfolio: "Portfolio",
  showTable: "Show table",
  hideTable: "Hide table",
  gapFinding: (name, volatility, gap) =>
    `${name}, with ${volatility} volatility, has ${gap} less expected return than the frontier.`,
  sharpeFinding: (sharpe, volatility, lowest) =>
    `The best Sharpe ratio, ${sharpe}, is at ${volatility} volatility; the lowest volatility is ${lowest}.`,
  weightsFinding: (lowest, highest) =>
    `Largest weights: ${lowest} at the lowest volatility; ${highest} at the highest return.`,
  handleValue: ({ volatility, expectedReturn, sharpe, weights }) =>
    `Volatility ${volatility}, expected return ${expectedReturn}, Sharpe ratio ${sharpe}. Largest weights: ${weights}`,
};
