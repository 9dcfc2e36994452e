/** English texts of measures of risk. */
export const enMeasures = {
  groups: {
    dispersion: "Both sides",
    downside: "Losses",
    tail: "Worst days",
    drawdown: "Drawdowns",
  },
  names: {
    variance: "Variance",
    "standard-deviation": "Volatility",
    semivariance: "Semivariance",
    semideviation: "Semideviation",
    "mean-absolute-deviation": "Mean absolute deviation",
    "first-lower-partial-moment": "Mean shortfall (LPM 1)",
    "second-lower-partial-moment": "Shortfall deviation (LPM 2)",
    "value-at-risk": "Value at risk",
    "conditional-value-at-risk": "Conditional value at risk",
    "entropic-value-at-risk": "Entropic value at risk",
    "relativistic-value-at-risk": "Relativistic value at risk",
    "worst-realization": "Worst day",
    "average-drawdown": "Average drawdown",
    "maximum-drawdown": "Maximum drawdown",
    "conditional-drawdown-at-risk": "Conditional drawdown at risk",
    "entropic-drawdown-at-risk": "Entropic drawdown at risk",
    "relativistic-drawdown-at-risk": "Relativistic drawdown at risk",
    "drawdown-at-risk": "Drawdown at risk",
    "ulcer-index": "Ulcer index",
    "gini-mean-difference": "Gini mean difference",
    "tail-gini": "Tail Gini",
    range: "Range",
    "conditional-value-at-risk-range": "Range of the tails",
    "tail-gini-range": "Tail Gini range",
    "square-root-kurtosis": "Root of the kurtosis",
    "square-root-semikurtosis": "Root of the semikurtosis",
    "even-moment": "Fourth moment",
    "distributionally-robust-cvar": "Robust conditional value at risk",
  },
  /** Two sentences at most: what it measures, and what to expect of it. */
  texts: {
    variance: "Mean squared distance from the mean, per year. Gains count like losses.",
    "standard-deviation": "Root of the variance, per year. The usual measure.",
    semivariance: "Mean squared shortfall below the mean. Gains do not count.",
    semideviation: "Root of the semivariance. The risk of the Sortino ratio.",
    "mean-absolute-deviation":
      "Mean distance from the mean. Outliers count less than in the volatility.",
    "first-lower-partial-moment": "Mean shortfall below 0. The risk of the Omega ratio.",
    "second-lower-partial-moment":
      "Root mean square of the losses. Like semideviation, but against 0.",
    "value-at-risk":
      "Loss that is exceeded on the worst days only, not how bad those are. Searched for, for a while.",
    "conditional-value-at-risk": "Mean loss of the worst days. Coherent, and solved exactly.",
    "entropic-value-at-risk": "A bound on the mean of the worst days. More cautious than it.",
    "relativistic-value-at-risk":
      "Between the entropic value at risk and the worst day. The most cautious of the tails.",
    "worst-realization": "The largest loss in a day. One day decides.",
    "average-drawdown": "Mean depth below the last peak. Counts how long losses last.",
    "maximum-drawdown": "Largest depth below a peak. One slump decides.",
    "conditional-drawdown-at-risk":
      "Mean of the deepest drawdowns. Steadier than the largest alone.",
    "entropic-drawdown-at-risk":
      "A bound on the mean of the deepest drawdowns. More cautious than it.",
    "relativistic-drawdown-at-risk":
      "Between the entropic drawdown at risk and the largest one. The most cautious of them.",
    "drawdown-at-risk":
      "Depth that is exceeded on few days only. It can be reported, but not minimized.",
    "ulcer-index": "Root mean square of the drawdowns. Deep and long ones count most.",
    "gini-mean-difference": "Mean distance of any two days. Needs no mean.",
    "tail-gini": "A mean of the worst days that weighs the worst of them most. Coherent.",
    range: "Best day minus worst day. Two days decide.",
    "conditional-value-at-risk-range": "Mean of the best days minus that of the worst.",
    "tail-gini-range": "Tail Gini of both ends. Weighs the ends of each most.",
    "square-root-kurtosis": "Root of the fourth moment. Fat tails count most.",
    "square-root-semikurtosis": "Root of the fourth moment of the losses. Fat losses count most.",
    "even-moment": "Fourth root of the fourth moment. Fat tails count more than in volatility.",
    "distributionally-robust-cvar":
      "The worst mean of the worst days of all distributions near the past. Guards against a short history.",
  },
};
