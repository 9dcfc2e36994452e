import type { backtest as en } from "./en-backtest.ts";

/** Texts of a backtest that runs or is done, in German. */
export const backtestReport = {
  soFar: {
    title: "Bisher",
    caption: "Bisherige Wertentwicklung von 100",
    finding: (name: string, date: string, value: string) =>
      `${name} steht am ${date} bei ${value}.`,
  },
  failures: {
    title: "Entscheidungen ohne Lösung",
    date: "Tag",
    reason: "Grund",
    replaced: "Ersatzregel angewandt",
    kept: "Positionen gehalten",
  },
  grid: {
    title: "Kandidaten",
    caption: "Kandidaten des Rasters",
    name: "Kandidat",
    chosen: "Gewählt",
    sharpe: "Sharpe-Ratio",
    note: (deflated: string) =>
      `Jede Entscheidung wählte durch Tests in den eigenen Trainingstagen. Wahrscheinlichkeit einer wahren Sharpe-Ratio über 0, alle Kandidaten berücksichtigt: ${deflated}.`,
  },
  brinson: {
    title: "Rendite über der Benchmark",
    caption: "Rendite über der Benchmark, je Titel",
    byGroup: "Rendite über der Benchmark, je Gruppe",
    name: "Titel",
    group: "Gruppe",
    allocation: "Allokation",
    selection: "Selektion",
    interaction: "Interaktion",
    total: "Gesamt",
    note: (own: string, benchmark: string) =>
      `Die Positionen brachten ${own} vor Kosten, die Benchmark ${benchmark}.`,
  },
  factorReport: {
    title: "Faktoren",
    caption: "Faktorexposures",
    name: "Faktor",
    beta: "Beta",
    error: "Standardfehler",
    contribution: "Rendite p. a.",
    share: "Varianzanteil",
    alpha: "Unerklärt",
    collinear: "Die Faktoren lassen sich nicht unterscheiden.",
    note: (part: string) => `Die Faktoren erklären ${part} der Varianz.`,
  },
  run: "Backtest starten",
  starting: "Wird gestartet",
  earlier: "Frühere Backtests",
  none: "Noch kein Backtest.",
  again: "Neuer Backtest",
  loading: "Backtest wird geladen",
  running:
    "Das Ergebnis erscheint hier, sobald der Auftrag fertig ist. Er läuft weiter, wenn diese Seite geschlossen wird.",
  unnamed: "Backtest",
  shown: "Gezeigte Strategie",
  outOfSample: "out-of-sample",
  date: "Datum",
  growth: {
    title: "Wertentwicklung von 100",
    caption: "Wertentwicklung von 100",
    finding: (name: string, value: string, best: string, bestValue: string) =>
      name === best
        ? `${name} endete am höchsten, bei ${value}.`
        : `${name} endete bei ${value}; ${best} am höchsten, bei ${bestValue}.`,
  },
  underwater: {
    title: "Drawdown-Verlauf",
    caption: "Verlust gegenüber dem bisherigen Höchstwert",
    finding: (name: string, depth: string, date: string) =>
      `${name} fiel am tiefsten um ${depth}, am ${date}.`,
    none: "Kein Tag lag unter einem früheren.",
  },
  rolling: {
    title: "Rollierende Kennzahlen",
    caption: (figure: string) => `${figure}, rollierend über ein halbes Jahr`,
    figure: "Kennzahl",
    figures: { sharpe: "Sharpe-Ratio", volatility: "Volatilität", beta: "Beta zur Benchmark" },
    finding: (name: string, low: string, high: string) =>
      `${name} lag zwischen ${low} und ${high}.`,
  },
  months: {
    title: "Monate",
    caption: "Rendite je Monat",
    year: "Jahr",
    whole: "Gesamt",
    names: ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
    finding: (part: string, best: string, worst: string) =>
      `${part} der Monate brachten Gewinn; der beste ${best}, der schlechteste ${worst}.`,
  },
  falls: {
    title: "Größte Drawdowns",
    caption: "Tiefe und Tage der größten Drawdowns",
    depth: "Tiefe",
    peak: "Hoch",
    trough: "Tief",
    recovery: "Erholt",
    open: "noch nicht",
  },
  years: {
    title: "Jahre",
    caption: "Rendite je Jahr",
    year: "Jahr",
    value: "Rendite",
    finding: (gains: number, count: number) => `${gains} von ${count} Jahren brachten Gewinn.`,
  },
  returns: {
    title: "Tagesrenditen",
    caption: "Verteilung der Tagesrenditen",
    bin: "Rendite bis",
    value: "Tage",
    var: "VaR 5 %",
    cvar: "CVaR 5 %",
    finding: (var_: string, cvar: string) =>
      `Einer von zwanzig Tagen verlor mehr als ${var_}, diese Tage im Mittel ${cvar}.`,
  },
  turnover: {
    title: "Umschlag und Kosten",
    caption: "Umschlag je Umschichtung",
    date: "Tag",
    value: "Umschlag",
    finding: (turnover: string, cost: string) =>
      `Pro Jahr werden ${turnover} des Werts gehandelt, bei Kosten von ${cost} im Jahr.`,
  },
  weights: {
    title: "Gewichte im Zeitverlauf",
    caption: "Gewichte nach jeder Umschichtung",
    other: "Übrige",
    finding: (symbol: string, weight: string) =>
      `${symbol} hat das höchste mittlere Gewicht, ${weight}.`,
  },
  paths: {
    title: "Pfade",
    caption: "Sharpe-Ratios aller Pfade",
    name: "Strategie",
    count: "Pfade",
    low: "Sharpe-Ratio, 5 %",
    median: "Sharpe-Ratio, Median",
    high: "Sharpe-Ratio, 95 %",
    drawdown: "Median-Drawdown",
    note: "Jeder Pfad ist ein Verlauf des ganzen Zeitraums, aus Tests zusammengesetzt.",
  },
  statistics: {
    title: "Statistik",
    caption: "Statistik aller Portfolios",
    figure: "Kennzahl",
    trials: (count: number) =>
      `Die Deflated Sharpe-Ratio berücksichtigt ${count === 1 ? "1 erprobte Strategie" : `${count} erprobte Strategien`}.`,
    overfitting: (part: string, loss: string) =>
      `Die beste Strategie einer Hälfte des Zeitraums liegt in der anderen mit Wahrscheinlichkeit ${part} unter dem Median und verliert mit ${loss}.`,
    names: {
      total: "Gesamtrendite",
      compound: "Rendite p. a.",
      volatility: "Volatilität",
      sharpe: "Sharpe-Ratio",
      error: "Standardfehler",
      probabilistic: "Wahrscheinlichkeit einer Sharpe-Ratio über 0",
      deflated: "Deflated Sharpe (Wahrscheinlichkeit)",
      sortino: "Sortino-Ratio",
      calmar: "Calmar-Ratio",
      omega: "Omega-Ratio",
      drawdown: "Max. Drawdown",
      var: "VaR 5 %, Tag",
      cvar: "CVaR 5 %, Tag",
      skewness: "Schiefe",
      kurtosis: "Kurtosis",
      hit: "Tage mit Gewinn",
      beta: "Beta",
      alpha: "Alpha p. a.",
      tracking: "Tracking Error",
      information: "Information Ratio",
      turnover: "Umschlag p. a.",
      cost: "Kosten p. a.",
    },
  },
} satisfies Partial<typeof en>;
