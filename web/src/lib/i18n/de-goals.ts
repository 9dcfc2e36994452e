import type { enGoals } from "./en-goals.ts";

/** German texts of goals and measures of risk. */
export const deGoals: typeof enGoals = {
  goals: {
    "minimum-variance": "Geringstes Risiko",
    "maximum-sharpe": "Beste Sharpe-Ratio",
    "target-return": "Zielrendite",
    "target-volatility": "Zielvolatilität",
    "maximum-utility": "Risikoaversion",
    "moment-utility": "Risikoaversion mit Rändern",
    "equal-weight": "Gleichgewichtung",
    "inverse-volatility": "Inverse Volatilität",
    "risk-parity": "Gleiches Risiko",
    "hierarchical-risk-parity": "Hierarchische Risikoparität",
    "maximum-diversification": "Höchste Diversifikation",
    "minimum-risk": "Geringstes Risiko nach Maß",
    "maximum-ratio": "Bestes Verhältnis nach Maß",
    "target-risk": "Rendite zu einem Risiko",
    "maximum-return": "Höchste Rendite",
    "maximum-decorrelation": "Geringste Korrelation",
    kelly: "Schnellstes Wachstum (Kelly)",
    "benchmark-tracking": "Nächstes zur Benchmark",
    "relaxed-risk-parity": "Gelockertes gleiches Risiko",
    "factor-risk-parity": "Gleiches Risiko je Faktor",
    "hierarchical-equal-risk": "Gleiches Risiko je Cluster",
    "nested-clusters": "Verschachtelte Cluster",
    "schur-complementary": "Schur-Aufteilung",
    "online-learning": "Online-Lernen",
  },
  goalTexts: {
    "minimum-variance":
      "Die Mischung mit der geringsten Varianz. Nutzt keine erwarteten Renditen, deren Fehler also nicht schaden.",
    "maximum-sharpe":
      "Höchste Rendite über dem risikofreien Zins je Einheit Volatilität. Reagiert stark auf erwartete Renditen: Leitplanken beibehalten.",
    "target-return":
      "Geringstes Risiko zu einer Mindestrendite. Die Rendite muss auf der Effizienzlinie erreichbar sein.",
    "target-volatility":
      "Höchste erwartete Rendite bis zu einer Volatilität. Zeigt, was ein Risikobudget einbringen kann.",
    "maximum-utility":
      "Erwartete Rendite minus halbe Risikoaversion mal Varianz. 1 ist offensiv, 10 vorsichtig.",
    "moment-utility":
      "Wie Risikoaversion, bevorzugt aber seltene große Gewinne und meidet solche Verluste. Findet das nächstgelegene Optimum, nicht immer das beste.",
    "equal-weight":
      "Gleiches Gewicht für jeden Titel. Braucht keine Schätzung und ist schwer zu schlagen.",
    "inverse-volatility": "Gewichte proportional zum Kehrwert der Volatilität, ohne Korrelationen.",
    "risk-parity":
      "Jeder Titel trägt gleich viel Risiko bei. Ohne erwartete Renditen und weniger extrem als das geringste Risiko.",
    "hierarchical-risk-parity":
      "Verteilt Gewichte entlang eines Baums ähnlicher Titel. Invertiert keine Matrix und ist daher robust gegen Rauschen.",
    "maximum-diversification":
      "Höchste gewichtete Volatilität der Titel je Volatilität des Ganzen. Sucht Risiken, die sich ausgleichen.",
    "minimum-risk":
      "Der kleinste Wert eines gewählten Maßes, etwa des Mittels der schlechtesten Tage. Für asymmetrische Risiken.",
    "maximum-ratio":
      "Höchste Überrendite je Einheit eines gewählten Maßes. Mit der Semideviation ist das die Sortino-Ratio.",
    "target-risk":
      "Höchste erwartete Rendite bis zu einem Wert eines gewählten Maßes. Für ein Verlust- oder Drawdown-Budget.",
    "maximum-return":
      "Höchste erwartete Rendite, die die Grenzen zulassen. Ohne Grenzen ein einzelner Titel.",
    "maximum-decorrelation":
      "Geringste Varianz bei gedacht gleichen Volatilitäten. Betrachtet nur Korrelationen.",
    kelly: "Höchste langfristige Wachstumsrate. Offensiv: Üblich ist die Hälfte davon.",
    "benchmark-tracking":
      "Geringster Tracking Error zur Benchmark der Nebenbedingungen. Mit wenigen Titeln ein Nachbildungskorb.",
    "relaxed-risk-parity":
      "Gleiches Risiko, so weit gelockert, wie eine Rendite es verlangt. Zwischen gleichem Risiko und Zielrendite.",
    "factor-risk-parity":
      "Gleiches Risiko aus jedem gemeinsamen Faktor statt aus jedem Titel. Faktoren sind Hauptkomponenten.",
    "hierarchical-equal-risk":
      "Verteilt Risiko gleich auf Cluster ähnlicher Titel. Große Cluster verdrängen kleine nicht.",
    "nested-clusters":
      "Optimiert in Clustern, dann zwischen ihnen. Schätzfehler bleiben in ihrem Cluster.",
    "schur-complementary":
      "Zwischen hierarchischer Risikoparität (0) und geringstem Risiko (1). Jeder Zweig sieht, wie er den anderen absichert.",
    "online-learning":
      "Beginnt gleichgewichtet und ändert nach jedem Tag ein wenig, ohne Schätzung. Handelt viel: im Backtest mit Kosten prüfen.",
  },
  goalGroups: {
    risk: "Nur Risiko",
    ratio: "Rendite gegen Risiko",
    target: "Zielwerte",
    budget: "Risikobudgets",
    clusters: "Cluster",
    rule: "Regeln",
  },
  horizon: "Haltedauer, Wachstum mit Zinseszins",
  horizonNone: "ein Tag",
  searchGoals: "Ziele suchen",
  noGoal: "Kein Ziel enthält diese Wörter.",
  moreGoals: "Alle Ziele",
  goalSettings: "Einstellungen des Ziels",
  measure: "Risikomaß",
  ownMeasure: "Volatilität",
  level: "Konfidenzniveau",
  levelHint: (tail: string) => `Betrachtet die schlechtesten ${tail} der Tage`,
  targetRisk: "Höchster Wert",
  schurGamma: "Anteil geringstes Risiko",
  distance: "Distanz der Titel",
  linkage: "Verknüpfung der Cluster",
  usual: "Standard des Verfahrens",
  clusterCount: "Clusterzahl",
  usualRate: "Standard",
  automatic: "0 bestimmt die Zahl selbst",
  componentCount: "Faktoren",
  within: "Grenzen einhalten",
  equalWithin: "Gleiche Gewichte im Cluster",
  approximate: "Nur bis zur zweiten Ordnung",
  inner: "In Clustern",
  outer: "Zwischen Clustern",
  robustness: "Schutz vor Schätzfehlern",
  noRobustness: "Keiner",
  robustnessNames: {
    "returns-box": "Schlechteste Renditen eines Intervalls",
    "returns-ellipsoid": "Schlechteste Renditen eines Ellipsoids",
    "covariance-box": "Schlechteste Kovarianz eines Intervalls",
    resampling: "Mittel aus 100 Resampling-Lösungen",
  },
  distances: {
    pearson: "Pearson-Korrelation",
    "absolute-pearson": "Pearson, ohne Vorzeichen",
    spearman: "Spearman-Ränge",
    kendall: "Kendall-Ränge",
    "distance-correlation": "Distanzkorrelation",
    "variation-of-information": "Informationsvariation",
    "lower-tail-dependence": "Gemeinsame Verluste",
  },
  learningRule: "Regel",
  learningRules: {
    "exponentiated-gradient": "Hin zu Gestiegenem (Exponentiated Gradient)",
    "passive-aggressive": "Weg von Gestiegenem (PAMR)",
    "moving-average-reversion": "Hin zu unter das Mittel Gefallenem (OLMAR)",
  },
  learning: "Lernrate",
  windowDays: "Tage des Mittels",
  linkages: {
    single: "Single",
    complete: "Complete",
    average: "Average",
    weighted: "Weighted",
    ward: "Ward",
    centroid: "Zentroid",
    median: "Median",
    "directed-bubble": "Gerichtete Blasen",
  },
};
