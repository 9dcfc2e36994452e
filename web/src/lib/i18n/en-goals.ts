/** English texts of goals and measures of risk. */
export const enGoals = {
  goals: {
    "minimum-variance": "Lowest risk",
    "maximum-sharpe": "Best Sharpe ratio",
    "target-return": "Target return",
    "target-volatility": "Target volatility",
    "maximum-utility": "Risk aversion",
    "moment-utility": "Risk aversion with tails",
    "equal-weight": "Equal weight",
    "inverse-volatility": "Inverse volatility",
    "risk-parity": "Equal risk",
    "hierarchical-risk-parity": "Hierarchical risk parity",
    "maximum-diversification": "Most diversified",
    "minimum-risk": "Lowest risk by a measure",
    "maximum-ratio": "Best ratio by a measure",
    "target-risk": "Return within a risk",
    "maximum-return": "Highest return",
    "maximum-decorrelation": "Least correlated",
    kelly: "Fastest growth (Kelly)",
    "benchmark-tracking": "Nearest to a benchmark",
    "relaxed-risk-parity": "Relaxed equal risk",
    "factor-risk-parity": "Equal risk of factors",
    "hierarchical-equal-risk": "Equal risk of clusters",
    "nested-clusters": "Nested clusters",
    "schur-complementary": "Schur allocation",
    "online-learning": "Online learning",
  },
  /** Two sentences at most: what it does, and when to take it. */
  goalTexts: {
    "minimum-variance":
      "The mix with the least variance. Uses no expected return, so that its errors do no harm.",
    "maximum-sharpe":
      "The most return over the risk-free rate per unit of volatility. Sensitive to expected returns: keep the guard rails.",
    "target-return":
      "The least risk that earns at least a return. The return must be within reach of the frontier.",
    "target-volatility":
      "The highest expected return within a volatility. Says what a risk budget can earn.",
    "maximum-utility":
      "Expected return less half the risk aversion times the variance. 1 is bold, 10 is cautious.",
    "moment-utility":
      "Like risk aversion, and likes gains that are rare and large, dislikes losses that are. Finds the best nearby, perhaps not of all.",
    "equal-weight": "The same weight for each asset. Needs no estimate, and is hard to beat.",
    "inverse-volatility": "Weights in proportion to one over volatility. Ignores correlations.",
    "risk-parity":
      "Each asset adds the same risk. Uses no expected return, and is less extreme than the lowest risk.",
    "hierarchical-risk-parity":
      "Splits weights down a tree of alike assets. Inverts no matrix, so that noise harms it little.",
    "maximum-diversification":
      "The most weighted volatility of the assets per volatility of the whole. Looks for risks that offset each other.",
    "minimum-risk":
      "The lowest value of a measure that you choose, such as the mean of the worst days. For risks that are not symmetric.",
    "maximum-ratio":
      "The most excess return per unit of a measure that you choose. With semideviation this is the Sortino ratio.",
    "target-risk":
      "The highest expected return within a value of a measure that you choose. For a budget of losses or drawdown.",
    "maximum-return":
      "The highest expected return that the limits allow. Without limits it holds a single asset.",
    "maximum-decorrelation":
      "The least variance as if all volatilities were equal. Looks at correlations alone.",
    kelly:
      "The highest growth rate of capital in the long run. Bold: half of it is common practice.",
    "benchmark-tracking":
      "The least tracking error to the benchmark of the constraints. With few assets it is a tracking basket.",
    "relaxed-risk-parity":
      "Equal risk, loosened as far as a return asks for. Between equal risk and target return.",
    "factor-risk-parity":
      "The same risk from each common factor instead of each asset. Factors are principal components.",
    "hierarchical-equal-risk":
      "Splits risk equally among clusters of alike assets. Few large clusters do not crowd out small ones.",
    "nested-clusters":
      "Optimizes within clusters, then among them. Keeps errors of estimates within a cluster.",
    "schur-complementary":
      "Between hierarchical risk parity (0) and the lowest risk (1). Each branch sees how it hedges the other.",
    "online-learning":
      "Begins equal and changes a little after each day, without an estimate. Trades much: look at it in a backtest with costs.",
  },
  goalGroups: {
    risk: "Risk alone",
    ratio: "Return against risk",
    target: "Targets",
    budget: "Risk budgets",
    clusters: "Clusters",
    rule: "Rules",
  },
  horizon: "Held for, with growth compounded",
  horizonNone: "a day",
  searchGoals: "Search goals",
  noGoal: "No goal has these words.",
  moreGoals: "All goals",
  goalSettings: "Settings of the goal",
  measure: "Measure of risk",
  ownMeasure: "Volatility",
  level: "Confidence level",
  levelHint: (tail: string) => `Looks at the worst ${tail} of days`,
  targetRisk: "Highest value",
  schurGamma: "Share of lowest risk",
  distance: "Distance of assets",
  linkage: "Merging of clusters",
  usual: "Usual for the method",
  clusterCount: "Clusters",
  automatic: "0 finds the number",
  componentCount: "Factors",
  within: "Keep to the limits",
  equalWithin: "Equal weights within clusters",
  approximate: "To second order only",
  inner: "Within clusters",
  outer: "Among clusters",
  robustness: "Protection against estimates",
  noRobustness: "None",
  robustnessNames: {
    "returns-box": "Worst returns of an interval",
    "returns-ellipsoid": "Worst returns of an ellipsoid",
    "covariance-box": "Worst covariance of an interval",
    resampling: "Mean of 100 resampled answers",
  },
  distances: {
    pearson: "Pearson correlation",
    "absolute-pearson": "Pearson, without sign",
    spearman: "Spearman ranks",
    kendall: "Kendall ranks",
    "distance-correlation": "Distance correlation",
    "variation-of-information": "Variation of information",
    "lower-tail-dependence": "Joint losses",
  },
  learningRule: "Rule",
  learningRules: {
    "exponentiated-gradient": "Towards what rose (exponentiated gradient)",
    "passive-aggressive": "Away from what rose (PAMR)",
    "moving-average-reversion": "Towards what fell below its mean (OLMAR)",
  },
  learning: "Rate of learning",
  usualRate: "usual",
  windowDays: "Days of the mean",
  linkages: {
    single: "Single",
    complete: "Complete",
    average: "Average",
    weighted: "Weighted",
    ward: "Ward",
    centroid: "Centroid",
    median: "Median",
    "directed-bubble": "Directed bubbles",
  },
};
