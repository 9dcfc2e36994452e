import type { ChartLabels } from "../charts/chart-labels.ts";

/** The charts' words in German. */
export const germanChartLabels: ChartLabels = {
  volatilityAxis: "Volatilität (pro Jahr)",
  returnAxis: "Erwartete Rendite (pro Jahr)",
  weight: "Gewicht",
  expectedReturn: "Erwartete Rendite",
  volatility: "Volatilität",
  sharpe: "Sharpe-Ratio",
  largestWeights: "Größte Gewichte",
  other: "Übrige",
  frontier: "Effizienzlinie",
  handleName: "Portfolio auf der Effizienzlinie",
  selected: "Ausgewählt",
  maximumSharpe: "Höchste Sharpe-Ratio",
  minimumVolatility: "Geringste Volatilität",
  highestReturn: "Höchste Rendite",
  singleAsset: "Einzeltitel",
  current: "Aktuell",
  randomPortfolio: "Zufallsportfolio",
  frontierHint:
    "Ziehen Sie den blauen Griff, oder wählen Sie ihn an und nutzen Sie die Pfeiltasten. Punkte sind Zufallsportfolios; je heller, desto höher die Sharpe-Ratio.",
  frontierTable: "Portfolios auf der Effizienzlinie und zum Vergleich",
  weightsTable: "Gewichte entlang der Effizienzlinie",
  portfolio: "Portfolio",
  showTable: "Tabelle zeigen",
  hideTable: "Tabelle ausblenden",
  gapFinding: (name, volatility, gap) =>
    `${name}: bei ${volatility} Volatilität ${gap} weniger erwartete Rendite als die Effizienzlinie.`,
  sharpeFinding: (sharpe, volatility, lowest) =>
    `Die höchste Sharpe-Ratio, ${sharpe}, liegt bei ${volatility} Volatilität; die geringste Volatilität ist ${lowest}.`,
  weightsFinding: (lowest, highest) =>
    `Größte Gewichte: ${lowest} bei der geringsten Volatilität; ${highest} bei der höchsten Rendite.`,
  handleValue: ({ volatility, expectedReturn, sharpe, weights }) =>
    `Volatilität ${volatility}, erwartete Rendite ${expectedReturn}, Sharpe-Ratio ${sharpe}. Größte Gewichte: ${weights}`,
};
