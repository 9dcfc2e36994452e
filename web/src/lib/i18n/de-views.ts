import type { enViews } from "./en-views.ts";

/** German texts of the views editor. */
export const deViews: typeof enViews = {
  title: "Meinungen",
  open: "Meinungen",
  note: "Ihre Erwartungen an Renditen, verbunden mit den Schätzungen. Jede Änderung wird sofort gelöst.",
  count: (count: number) => (count === 1 ? "1 Meinung" : `${count} Meinungen`),
  empty:
    "Ohne Meinungen vertraut der Optimierer seinen Schätzungen. Das Marktgleichgewicht ist ein ruhiger Ausgangspunkt: Es fragt, welche Renditen den Markt zum richtigen Portfolio machten. Davon weichen Sie ab, zum Beispiel:",
  example: (asset: string) => `${asset} bringt 6 % im Jahr`,
  addAbsolute: "Rendite hinzufügen",
  addRelative: "Vergleich hinzufügen",
  addText: "In Worten hinzufügen",
  addModel: "Von einem Modell übernehmen",
  ofModel: "Meinungen von",
  ofModelNote:
    "Je Titel eine Meinung: dass er bringt, was das Modell über dem Gesamtmittel prognostiziert. Jede ist so sicher wie die Güte des Modells, gemessen an Tagen, die sein Training nicht kannte.",
  ofModelSureness: (percent: string, model: string, version: number) =>
    `Konfidenz ${percent}: der Anteil der Varianz der Ergebnisse, den Version ${version} von ${model} erklärt.`,
  ofModelUnskilled: (model: string, version: number) =>
    `Ohne Wirkung: Die Güte von Version ${version} von ${model} ist von Zufall nicht zu unterscheiden.`,
  reset: "Alle entfernen",
  remove: (number: number) => `Meinung ${number} entfernen`,
  view: (number: number) => `Meinung ${number}`,
  willReturn: "bringt",
  beats: "schlägt",
  by: "um",
  aYear: "im Jahr",
  asset: "Titel",
  over: "Geschlagener Titel",
  value: "Rendite p. a.",
  margin: "Vorsprung p. a.",
  words: "Meinung in Worten",
  wordsHint: "Etwa AAPL - 0.5 * KO == 2%.",
  wordsHintPooling: "Etwa volatility(AAPL) <= 30% oder mean(KO) >= mean(PEP).",
  confidence: "Konfidenz",
  confidenceWords: ["ohne Wirkung", "eine Ahnung", "ziemlich sicher", "sicher", "gewiss"],
  method: "Verbunden durch",
  methods: {
    "black-litterman": "Black–Litterman",
    "entropy-pooling": "Entropy Pooling",
    "opinion-pooling": "Meinungen mehrerer Personen",
  },
  methodTexts: {
    "black-litterman": "Verschiebt erwartete Renditen, jede Meinung entsprechend ihrer Konfidenz.",
    "entropy-pooling":
      "Gewichtet vergangene Tage so wenig um, wie es die Meinungen verlangen. Eine Konfidenz für alle: die der ersten Meinung.",
    "opinion-pooling":
      "Jede Meinung stammt von einer Person; sie dürfen einander widersprechen. Die Konfidenz ist die Wahrscheinlichkeit, dass die Person recht hat; der Rest zu 100 % gehört den Schätzungen.",
  },
  factors: "Faktoren",
  factorsNote:
    "Symbole außerhalb des Portfolios, über die Sie ebenfalls eine Meinung haben können. Regressionen übertragen sie auf die Titel. Am besten mit der Stichprobenkovarianz.",
  factorIsAsset: (symbol: string) => `${symbol} ist bereits ein Titel des Portfolios.`,
  effect: "Was die Meinungen ändern",
  expectedReturns: "Erwartete Renditen, vorher und nachher",
  prior: "vorher",
  posterior: "nachher",
  stated: "angegeben",
  weightChange: "Gewicht",
  changeOf: (symbol: string, prior: string, posterior: string) =>
    `${symbol}: vorher ${prior}, nachher ${posterior}`,
  viewMoved: (prior: string, stated: string, posterior: string) =>
    `vorher ${prior}, angegeben ${stated}, nachher ${posterior}`,
  noConfidence: "Ohne Wirkung: Die Konfidenz ist 0.",
  equalsPrior: "Fast ohne Wirkung: Die Schätzungen sagen das bereits.",
  solving: "Wird mit den Meinungen gelöst",
  startEquilibrium: "Vom Marktgleichgewicht ausgehen",
};
