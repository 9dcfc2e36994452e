import { backtest } from "./de-backtest.ts";
import { compare } from "./de-compare.ts";
import { stress } from "./de-stress.ts";
import type { en } from "./en.ts";

/** German texts of the pages that look at a portfolio from more sides: Risk, Backtest, Compare. */
export const de: typeof en = {
  charts: {
    showTable: "Tabelle anzeigen",
    hideTable: "Tabelle ausblenden",
    download: (format: string) => `Als ${format} herunterladen`,
    cursor: (chart: string) => `Cursor des Diagramms: ${chart}`,
    date: "Datum",
  },
  holdings: {
    label: "Portfolio",
    choose: "Portfolio wählen",
    empty: "Wählen Sie ein gespeichertes Portfolio oder 20 US-Aktien in Gleichgewichtung.",
    sample: "Mit 20 US-Aktien testen",
    given: "Gewichte dieser Adresse",
    equalStocks: "20 US-Aktien, gleichgewichtet",
    loading: "Portfolio wird geladen",
  },
  forecastsUntil: (model: string, version: number, date: string) =>
    `Prognosen von ${model}, Version ${version}, bis ${date}`,
  inSample: "in-sample",
  source: (from: string, to: string, returns: string) =>
    `Tagesschlusskurse, ${from} bis ${to} · ${returns} Tagesrenditen`,
  backtest,
  compare,
  risk: {
    title: "Risiko",
    tabsLabel: "Ansichten des Risikos",
    tabs: {
      contributions: "Beiträge",
      correlation: "Korrelation",
      stress: "Stress",
      growth: "Monte-Carlo",
    },
    contributions: {
      title: "Woher das Risiko kommt",
      note: "Gewichtsanteil gegen Risikobeitrag.",
      by: "Risiko",
      caption: "Gewicht und Risikobeitrag",
      asset: "Titel",
      weight: "Gewicht",
      share: "Risikobeitrag",
      covariance: "Kovarianz",
      finding: (count: number, symbols: string, share: string, weight: string) =>
        `${symbols} ${count === 1 ? "trägt" : "tragen"} ${share} des Risikos bei ${weight} des Gewichts.`,
      noRisk: "Das Portfolio hat auf diesen Kursen kein solches Risiko.",
      loading: "Risiko wird gemessen",
    },
    measures: {
      title: "Risikomaße",
      note: (level: string) =>
        `Verluste als positive Zahlen. Randmaße betrachten die schlechtesten ${level}.`,
      level: "Rand",
      caption: "Risikomaße",
      measure: "Maß",
      value: "Wert",
      ratio: "Überrendite je Risiko",
      per: { year: "p. a.", day: "je Tag", whole: "über den ganzen Zeitraum" },
      names: {
        volatility: "Volatilität",
        semideviation: "Semideviation",
        mad: "Mittlere absolute Abweichung",
        var: "Value at Risk",
        cvar: "Conditional Value at Risk",
        evar: "Entropischer Value at Risk",
        worst: "Schlechtester Tag",
        averageDrawdown: "Mittlerer Drawdown",
        maximumDrawdown: "Maximaler Drawdown",
        cdar: "Conditional Drawdown at Risk",
        ulcer: "Ulcer-Index",
        gini: "Mittlere Gini-Differenz",
      },
    },
    factors: {
      title: "Was Faktoren erklären",
      note: "Tagesrenditen des Portfolios, regressiert auf die anderer Symbole.",
    },
    shape: {
      title: "Form der Renditen",
      caption: "Schiefe und Kurtosis des Portfolios und seiner Positionen",
      note: "Der Tagesrenditen. Eine Normalverteilung hat Schiefe 0, Kurtosis 3 und L-Kurtosis 0,12.",
      asset: "Titel",
      portfolio: "Portfolio",
      skewness: "Schiefe",
      skewnessPart: "Beitrag zur Schiefe",
      kurtosis: "Kurtosis",
      kurtosisPart: "Beitrag zur Kurtosis",
      lSkewness: "L-Schiefe",
      lKurtosis: "L-Kurtosis",
    },
    correlation: {
      title: "Korrelation, geclustert",
      note: "Nachbarn bewegen sich ähnlich. Nur Korrelationen ab 0,3, positiv oder negativ, sind farbig.",
      caption: "Korrelationen der Tagesrenditen",
      asset: "Titel",
      finding: (a: string, b: string, high: string, c: string, d: string, low: string) =>
        `${a} und ${b} bewegen sich am ähnlichsten (${high}), ${c} und ${d} am wenigsten (${low}).`,
      tree: "Der Baum rechts verbindet, was sich ähnlich bewegt: je weiter links sich zwei Äste treffen, desto ähnlicher.",
      single: "Ein einzelner Titel hat keine Korrelation mit anderen.",
      cut: (shown: number, count: number) => `Die ${shown} größten von ${count} Positionen.`,
      condition: (number: string) => `Konditionszahl ${number}`,
      shrinkage: (part: string) => `Shrinkage ${part}`,
      loading: "Korrelationen werden geschätzt",
    },
    stress,
    growth: {
      title: "Mögliche Wertentwicklung",
      note: "Vergangene Tage werden in Folgen neu gezogen; die Gewichte werden täglich wiederhergestellt.",
      caption: "Simulierter Wert",
      month: "Monat",
      bands: { outer: "5 % bis 95 %", inner: "25 % bis 75 %", median: "Median" },
      goalLine: "Ziel",
      finding: (low: string, median: string, high: string, years: string) =>
        `Nach ${years} Jahren endet die Hälfte der Verläufe über ${median}; je einer von zwanzig unter ${low} und über ${high}.`,
      goalReached: (part: string, error: string) =>
        `Das Ziel wird in ${part} der Verläufe erreicht (± ${error}).`,
      depleted: (part: string) => `Entnahmen zehren in ${part} der Verläufe alles auf.`,
      amount: "Anfangswert",
      months: "Monate",
      monthly: "Einzahlung je Monat",
      goal: "Ziel am Ende",
      seed: "Startwert (Seed)",
      model: "Modell",
      models: {
        bootstrap: "Folgen vergangener Tage",
        lognormal: "Lognormale Monate",
        student: "Breite Ränder (Student-t)",
      },
      loading: "Verläufe werden gezogen",
    },
  },
};
