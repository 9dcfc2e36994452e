/** English texts of the views editor. */
export const enViews = {
  title: "Views",
  open: "Views",
  note: "What you believe about returns, merged with the estimates. Each change is solved at once.",
  count: (count: number) => (count === 1 ? "1 view" : `${count} views`),
  empty:
    "Without views the optimizer believes its estimates. Market equilibrium is a calm start: it asks what returns would make holding the market right. Then tilt it, for example:",
  example: (asset: string) => `${asset} will return 6 % a year`,
  addAbsolute: "Add a return",
  addRelative: "Add a comparison",
  addText: "Add one in words",
  addModel: "Take those of a model",
  ofModel: "Views of",
  ofModelNote:
    "One view of each asset: that it returns what the model forecasts over the mean of all. Each is as sure as the model’s skill was measured on days that its training had not seen.",
  ofModelSureness: (percent: string, model: string, version: number) =>
    `Confidence ${percent}: the share of the outcomes’ variance that version ${version} of ${model} explains.`,
  ofModelUnskilled: (model: string, version: number) =>
    `No effect: the skill of version ${version} of ${model} is not told from luck.`,
  reset: "Remove all",
  remove: (number: number) => `Remove view ${number}`,
  view: (number: number) => `View ${number}`,
  willReturn: "will return",
  beats: "beats",
  by: "by",
  aYear: "a year",
  asset: "Asset",
  over: "Beaten asset",
  value: "Return per year",
  margin: "Margin per year",
  words: "View in words",
  wordsHint: "Such as AAPL - 0.5 * KO == 2%.",
  wordsHintPooling: "Such as volatility(AAPL) <= 30% or mean(KO) >= mean(PEP).",
  confidence: "Confidence",
  confidenceWords: ["no effect", "a hunch", "fairly sure", "sure", "certain"],
  method: "Merged by",
  methods: {
    "black-litterman": "Black–Litterman",
    "entropy-pooling": "Entropy pooling",
    "opinion-pooling": "Opinions of several people",
  },
  methodTexts: {
    "black-litterman": "Moves expected returns, each view by its confidence.",
    "entropy-pooling":
      "Reweighs past days as little as the views ask. One confidence for all: that of the first view.",
    "opinion-pooling":
      "Each view is one person’s, who may contradict the others. The confidence is how probably the person is right; what is left of 100 % belongs to the estimates.",
  },
  factors: "Factors",
  factorsNote:
    "Symbols outside the portfolio that views may be about too. Regressions carry such a view to the assets. Best with the sample covariance.",
  factorIsAsset: (symbol: string) => `${symbol} is an asset of the portfolio already.`,
  effect: "What the views change",
  expectedReturns: "Expected returns, before and after",
  prior: "before",
  posterior: "after",
  stated: "stated",
  weightChange: "Weight",
  changeOf: (symbol: string, prior: string, posterior: string) =>
    `${symbol}: ${prior} before, ${posterior} after`,
  viewMoved: (prior: string, stated: string, posterior: string) =>
    `${prior} before, ${stated} stated, ${posterior} after`,
  noConfidence: "No effect: the confidence is 0.",
  equalsPrior: "Next to no effect: the estimates say this already.",
  solving: "Solving with the views",
  startEquilibrium: "Start from market equilibrium",
};
