import type { en } from "./en.ts";

const OVERLAP = "der überlappende Prognosen berücksichtigt (Newey & West 1987)";

/** Names and meanings of measures of skill, in German. */
export const metrics: (typeof en)["metrics"] = {
  rank_ic: {
    name: "Rang-IC",
    text: "Rangkorrelation von Prognosen und Ergebnissen über die Titel, im Mittel der Tage. 0 ist keine Güte; 0,05 ist gut.",
  },
  ic: {
    name: "IC",
    text: "Korrelation von Prognosen und Ergebnissen über die Titel, im Mittel der Tage.",
  },
  icir: {
    name: "ICIR",
    text: "Mittel des täglichen Rang-IC durch seine Standardabweichung: wie stetig die Güte ist.",
  },
  rank_ic_t: { name: "t des Rang-IC", text: `Rang-IC durch seinen Standardfehler, ${OVERLAP}.` },
  r2_oos: {
    name: "R² out-of-sample",
    text: "Erklärter Anteil der quadrierten Ergebnisse, gegenüber einer Prognose von 0. Ein halbes Prozent ist viel.",
  },
  qlike: {
    name: "QLIKE",
    text: "Verlust von Varianzprognosen, 0 wenn perfekt (Patton 2011). Weniger ist besser.",
  },
  pinball: {
    name: "Pinball-Verlust",
    text: "Verlust von Quantilprognosen. Weniger ist besser.",
  },
  coverage: {
    name: "Überdeckung",
    text: "Anteil der Ergebnisse unter dem prognostizierten Quantil.",
  },
  hit_rate: {
    name: "Trefferquote",
    text: "Anteil der Prognosen auf der richtigen Seite des Medians.",
  },
  calibration_slope: {
    name: "Kalibrierung: Steigung",
    text: "Steigung der Ergebnisse über den Prognosen: 1, wenn sie weder zu kühn noch zu zaghaft sind.",
  },
  calibration_intercept: {
    name: "Kalibrierung: Achsenabschnitt",
    text: "Achsenabschnitt der Ergebnisse über den Prognosen: 0, wenn sie unverzerrt sind.",
  },
  long_short_sharpe: {
    name: "Long/Short-Sharpe",
    text: "Sharpe-Ratio p. a. des besten Fünftels gegen das schlechteste, vor Kosten.",
  },
  deflated_sharpe: {
    name: "Deflated Sharpe",
    text: "Wahrscheinlichkeit, dass die Long/Short-Sharpe-Ratio echt ist, nach allen Versuchen dieses Modells.",
  },
  pbo: {
    name: "Überanpassung",
    text: "Wahrscheinlichkeit, dass der beste Versuch out-of-sample schlechter ist als der Median.",
  },
  icir_per_year: { name: "ICIR p. a.", text: "ICIR eines Jahres unabhängiger Tage." },
  ic_t: { name: "t des IC", text: `IC durch seinen Standardfehler, ${OVERLAP}.` },
  squared_error: {
    name: "Quadratischer Fehler",
    text: "Mittlerer quadratischer Fehler der Prognosen.",
  },
  long_short_return: {
    name: "Long/Short-Rendite",
    text: "Mittlere Rendite über den Horizont: bestes minus schlechtestes Fünftel.",
  },
  long_short_deflated: {
    name: "Deflated Sharpe",
    text: "Wahrscheinlichkeit, dass die Long/Short-Sharpe-Ratio echt ist, nach allen bisherigen Versuchen dieses Modells.",
  },
  trial_count: {
    name: "Versuche",
    text: "Versuche dieses Modells, als die Version trainiert wurde.",
  },
  observation_count: {
    name: "Beobachtungen",
    text: "Prognosen, die mit Ergebnissen verglichen wurden.",
  },
  day_count: {
    name: "Tage",
    text: "Tage, an denen Prognosen mit Ergebnissen verglichen wurden.",
  },
};
