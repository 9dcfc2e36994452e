import type { enResults } from "./en-results.ts";

/** German texts of what an answer tells besides its figures. */
export const deResults: typeof enResults = {
  title: "Hinter dem Ergebnis",
  proof: "Nachweis",
  statuses: {
    unknown: "Nicht beurteilt",
    optimal: "Optimal: Es gibt kein besseres Portfolio",
    "best-found": "Bestes in der Zeit gefundenes",
    "locally-optimal": "Lokal optimal; global unbekannt",
    rule: "Folgt einer Regel",
  },
  gap: (gap: string) => `Lücke ${gap}`,
  residual: (residual: string) => `Residuum ${residual}`,
  iterations: (count: string) => `${count} Schritte`,
  time: (milliseconds: string) => `${milliseconds} ms`,
  binding: "Bindende Nebenbedingungen",
  bindingNote:
    "Der Schattenpreis gibt an, wie schnell sich das Ziel je Einheit verbesserte, wenn die Grenze gelockert würde.",
  constraint: "Nebenbedingung",
  shadowPrice: "Schattenpreis",
  more: (count: number) => `${count} weitere`,
  risks: "Risikokennzahlen",
  measure: "Maß",
  value: "Wert",
  ratio: "Rendite je Risiko",
  trading: "Aufträge",
  trade: "Auftrag",
  turnover: (turnover: string, cost: string) => `Umschlag ${turnover}, einmalige Kosten ${cost}`,
  buy: "Kauf",
  sell: "Verkauf",
  band: "90-%-Band",
  bandText:
    "Wo die Effizienzlinie läge, wäre die Vergangenheit anders verlaufen: 200 neu gezogene Historien gleicher Länge.",
  bandLegend: "5 % bis 95 % der neu gezogenen Effizienzlinien",
  compare: "Vergleichen mit",
  compareNone: "Keine weitere Effizienzlinie",
  comparedLegend: (measure: string) => `Effizienzlinie: ${measure}`,
  failedExtra: "Diese Ergänzung des Diagramms ist nicht verfügbar.",
  versusCurrent: "ggü. aktuell",
  versusCurrentTitle: "Differenz zum aktuellen Gewicht",
};
