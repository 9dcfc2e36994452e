import type { enFigures } from "./en-figures.ts";

/** German texts of the key figures of a portfolio. */
export const deFigures: typeof enFigures = {
  label: "Kennzahlen",
  better: "besser",
  worse: "schlechter",
  versus: "ggü. Gleichgewichtung",
  ofAssets: (count: number) => `von ${count} Titeln`,
  expectedReturn: "Erwartete Rendite",
  expectedReturnText:
    "Mittel der vergangenen Tagesrenditen mal 252. Vergangene Mittelwerte sagen wenig über die Zukunft: Selbst eine lange Historie lässt mehrere Prozentpunkte Unsicherheit.",
  expectedReturnFormula: "w · μ",
  volatility: "Volatilität",
  volatilityText:
    "Standardabweichung der Tagesrenditen, auf ein Jahr hochgerechnet. Etwa zwei von drei Jahren bleiben innerhalb einer Volatilität um das Mittel.",
  volatilityFormula: "√(wᵀ Σ w)",
  sharpe: "Sharpe-Ratio",
  sharpeText: "Rendite über dem risikofreien Zins je Einheit Volatilität.",
  sharpeFormula: "(w · μ − risikofreier Zins) / Volatilität",
  holdings: "Positionen",
  holdingsText: "Titel, deren Gewicht gerundet nicht 0,0 % ist.",
  drawdown: "Max. Drawdown",
  drawdownText:
    "Größter Verlust von einem Höchststand zu einem späteren Tief über diese Kurse, bei täglich wiederhergestellten Gewichten.",
  drawdownFormula: "Maximum über t von 1 − Wert(t) / höchster Wert vor t",
  drawdownDates: (from: string, to: string) => `${from} bis ${to}`,
};
