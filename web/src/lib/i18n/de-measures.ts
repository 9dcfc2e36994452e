import type { enMeasures } from "./en-measures.ts";

/** German texts of measures of risk. */
export const deMeasures: typeof enMeasures = {
  groups: {
    dispersion: "Beidseitig",
    downside: "Verluste",
    tail: "Schlechteste Tage",
    drawdown: "Drawdowns",
  },
  names: {
    variance: "Varianz",
    "standard-deviation": "Volatilität",
    semivariance: "Semivarianz",
    semideviation: "Semideviation",
    "mean-absolute-deviation": "Mittlere absolute Abweichung",
    "first-lower-partial-moment": "Mittlere Unterschreitung (LPM 1)",
    "second-lower-partial-moment": "Ausfallabweichung (LPM 2)",
    "value-at-risk": "Value at Risk",
    "conditional-value-at-risk": "Conditional Value at Risk",
    "entropic-value-at-risk": "Entropischer Value at Risk",
    "relativistic-value-at-risk": "Relativistischer Value at Risk",
    "worst-realization": "Schlechtester Tag",
    "average-drawdown": "Mittlerer Drawdown",
    "maximum-drawdown": "Maximaler Drawdown",
    "conditional-drawdown-at-risk": "Conditional Drawdown at Risk",
    "entropic-drawdown-at-risk": "Entropischer Drawdown at Risk",
    "relativistic-drawdown-at-risk": "Relativistischer Drawdown at Risk",
    "drawdown-at-risk": "Drawdown at Risk",
    "ulcer-index": "Ulcer-Index",
    "gini-mean-difference": "Mittlere Gini-Differenz",
    "tail-gini": "Tail-Gini",
    range: "Spannweite",
    "conditional-value-at-risk-range": "Spannweite der Ränder",
    "tail-gini-range": "Tail-Gini-Spannweite",
    "square-root-kurtosis": "Wurzel der Kurtosis",
    "square-root-semikurtosis": "Wurzel der Semikurtosis",
    "even-moment": "Viertes Moment",
    "distributionally-robust-cvar": "Robuster Conditional Value at Risk",
  },
  texts: {
    variance: "Mittlerer quadrierter Abstand vom Mittel, p. a. Gewinne zählen wie Verluste.",
    "standard-deviation": "Wurzel der Varianz, p. a. Das übliche Maß.",
    semivariance: "Mittlere quadrierte Unterschreitung des Mittels. Gewinne zählen nicht.",
    semideviation: "Wurzel der Semivarianz. Das Risiko der Sortino-Ratio.",
    "mean-absolute-deviation":
      "Mittlerer Abstand vom Mittel. Ausreißer zählen weniger als in der Volatilität.",
    "first-lower-partial-moment": "Mittlere Unterschreitung von 0. Das Risiko der Omega-Ratio.",
    "second-lower-partial-moment":
      "Quadratisches Mittel der Verluste. Wie die Semideviation, aber gegen 0.",
    "value-at-risk":
      "Verlust, der nur an den schlechtesten Tagen überschritten wird, nicht deren Ausmaß. Wird eine Zeit lang gesucht.",
    "conditional-value-at-risk":
      "Mittlerer Verlust der schlechtesten Tage. Kohärent und exakt lösbar.",
    "entropic-value-at-risk":
      "Eine Schranke für das Mittel der schlechtesten Tage und vorsichtiger als dieses.",
    "relativistic-value-at-risk":
      "Zwischen entropischem Value at Risk und schlechtestem Tag. Das vorsichtigste Randmaß.",
    "worst-realization": "Der größte Tagesverlust. Ein Tag entscheidet.",
    "average-drawdown": "Mittlere Tiefe unter dem letzten Hoch. Zählt die Dauer von Verlusten.",
    "maximum-drawdown": "Größte Tiefe unter einem Hoch. Ein Einbruch entscheidet.",
    "conditional-drawdown-at-risk":
      "Mittel der tiefsten Drawdowns. Stabiler als der größte allein.",
    "entropic-drawdown-at-risk":
      "Eine Schranke für das Mittel der tiefsten Drawdowns und vorsichtiger als dieses.",
    "relativistic-drawdown-at-risk":
      "Zwischen entropischem und größtem Drawdown. Das vorsichtigste von ihnen.",
    "drawdown-at-risk":
      "Tiefe, die nur an wenigen Tagen überschritten wird. Lässt sich berichten, aber nicht minimieren.",
    "ulcer-index": "Quadratisches Mittel der Drawdowns. Tiefe und lange zählen am meisten.",
    "gini-mean-difference": "Mittlerer Abstand zweier Tage. Braucht kein Mittel.",
    "tail-gini": "Mittel der schlechtesten Tage, die allerschlechtesten zählen mehr. Kohärent.",
    range: "Bester minus schlechtester Tag. Zwei Tage entscheiden.",
    "conditional-value-at-risk-range": "Mittel der besten minus Mittel der schlechtesten Tage.",
    "tail-gini-range": "Tail-Gini beider Enden. Gewichtet deren Extreme am stärksten.",
    "square-root-kurtosis": "Wurzel des vierten Moments. Breite Ränder zählen am meisten.",
    "square-root-semikurtosis":
      "Wurzel des vierten Moments der Verluste. Breite Verlustränder zählen am meisten.",
    "even-moment":
      "Vierte Wurzel des vierten Moments. Breite Ränder zählen mehr als in der Volatilität.",
    "distributionally-robust-cvar":
      "Das ungünstigste Mittel der schlechtesten Tage aller Verteilungen nahe der Vergangenheit. Schützt vor einer kurzen Historie.",
  },
};
