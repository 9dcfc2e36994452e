"""Computes what the methods of backtests should give, for backtest-methods.json.

    python make-backtest-methods.py > backtest-methods.json

Needs numpy, scipy, pandas, statsmodels, cvxpy with clarabel and skfolio 1.12. Everything is written anew here, from
the closes on: simulations day by day in NumPy, plans in CVXPY, stacking by skfolio, regressions by statsmodels.
"""

import json
import sys
from pathlib import Path

import cvxpy as cp
import numpy as np
import pandas as pd
import skfolio
import statsmodels.api as sm
from scipy.stats import kurtosis, norm, skew
from skfolio.optimization import InverseVolatility, MeanRisk, StackingOptimization
from sklearn.model_selection import KFold

SYMBOLS = ["AAPL", "JPM", "KO", "PG", "XOM"]
START, END, TRAIN = "2016-01-01", "2017-12-31", 120
sample = Path(__file__).parents[4] / "data" / "sample.csv.gz"
prices = pd.read_csv(sample, index_col=0, parse_dates=True).loc[START:END]
dates = prices.index
closes = prices[SYMBOLS].to_numpy()
T = len(dates)
quarter = dates.to_period("Q")
decisions = [d for d in range(TRAIN + 1, T) if quarter[d] != quarter[d - 1]]


def simulate(table, decide, rules):
    """Trades to decide(d, weights, value) at row d - 1 + lag. Assets whose closes end become cash."""
    n = table.shape[1]
    ends = [T - int(np.argmax(~np.isnan(table[::-1, j]))) for j in range(n)]
    units, cash, values, orders, weights_after = np.zeros(n), rules["initial"], [], {}, []
    marks = np.full(n, np.nan)
    rate = (1 + rules.get("cash", 0)) ** (1 / 252) - 1
    for row in range(decisions[0] - 1, T):
        if values:
            cash *= 1 + rate
        for j in range(n):
            if row >= ends[j]:
                cash += 0 if units[j] == 0 else units[j] * marks[j] * (1 + rules["delisting"][j])
                units[j] = 0
            elif not np.isnan(table[row, j]):
                marks[j] = table[row, j]
        worth = lambda: cash + np.nansum(np.where(units == 0, 0, units * marks))
        if row + 1 in decisions:
            now = worth()
            held = np.where(units == 0, 0, units * marks) / now
            orders[row + rules["lag"]] = decide(row + 1, held, now)
        if row in orders:
            value = left = worth()
            held = np.where(units == 0, 0, units * marks)
            traded = ~np.isnan(table[row]) & (row < np.array(ends))
            for _ in range(80):
                size = np.abs(np.where(traded, orders[row] * left - held, 0))
                left = value - cost(table, row, size, rules)
            trades = np.where(traded, orders[row] * left - held, 0)
            units = np.where(traded, orders[row] * left / marks, units)
            cash -= trades.sum() + cost(table, row, np.abs(trades), rules)
            weights_after.append((np.where(units == 0, 0, units * marks) / worth()).tolist())
        values.append(worth())
    return values, weights_after


def impact_factor(table, row, rules):
    window = table[max(0, row - rules["window"] - 1):row]
    changes = window[1:] / window[:-1] - 1
    sigma = np.array([np.std(c[~np.isnan(c)], ddof=1) if (~np.isnan(c)).sum() > 1 else np.nan for c in changes.T])
    return rules["impact"] * sigma / np.sqrt(rules["amounts"])


def cost(table, row, size, rules):
    factor = impact_factor(table, row, rules)
    return rules["linear"] * size.sum() + np.nansum(np.where(size > 0, factor * size ** 1.5, 0))


def returns_of(table):
    return table[1:] / table[:-1] - 1


def inverse_volatility(table):
    inverse = 1 / returns_of(table).std(axis=0, ddof=1)
    return inverse / inverse.sum()


# A universe: KO ends, XOM begins, PG leaves, AAPL has a gap of two days.
universe = prices[SYMBOLS].copy()
universe.loc["2017-05-11":, "KO"] = np.nan
universe.loc[:"2016-08-31", "XOM"] = np.nan
universe.loc["2017-02-07":"2017-02-08", "AAPL"] = np.nan
table = universe.ffill(limit=5).to_numpy()
member = np.ones((T, 5), bool)
member[dates > "2017-06-30", 3] = False


def decide_universe(d, held, value):
    seen = table[d - TRAIN - 1:d]
    eligible = np.flatnonzero(~np.isnan(seen).any(axis=0) & member[d - 1])
    weights = np.zeros(5)
    weights[eligible] = inverse_volatility(seen[:, eligible])
    return weights


universe_rules = {
    "initial": 1e6, "lag": 1, "linear": 0.001, "impact": 0.8, "window": 40, "cash": 0.02,
    "amounts": np.array([5e6, 4e6, 3e6, 2e6, 1e6]), "delisting": [0, 0, -0.3, 0, 0],
}
universe_values, universe_weights = simulate(table, decide_universe, universe_rules)

# A grid of two half-lives and equal weights, chosen by walks of 60 days and tests of 20 after a lag of one.
returns = returns_of(closes)


def candidate(c, start, end):
    if c == 2:
        return np.full(5, 0.2)
    variance = pd.DataFrame(returns[start:end]).ewm(halflife=[10, 60][c]).var(bias=False).iloc[-1].to_numpy()
    inverse = 1 / np.sqrt(variance)
    return inverse / inverse.sum()


sharpe = lambda x: x.mean() / x.std(ddof=1)
chosen, columns, own = [], [[], [], []], []
traded = [min(T - 1, d) for d in decisions] + [T - 1]
for k, d in enumerate(decisions):
    start, end = d - 1 - TRAIN, d - 1
    scores = []
    for c in range(3):
        parts = []
        for test in range(start + 61, end, 20):
            parts.append(returns[test:min(test + 20, end)] @ candidate(c, test - 61, test - 1))
        scores.append(sharpe(np.concatenate(parts)))
    chosen.append(int(np.argmax(scores)))
    for c in range(3):
        columns[c].append(returns[traded[k]:traded[k + 1]] @ candidate(c, start, end))
    own.append(columns[chosen[-1]][-1])
columns, own = [np.concatenate(c) for c in columns], np.concatenate(own)
ratios = np.array([sharpe(c) for c in columns])
gamma = 0.5772156649015329
expected = ratios.std(ddof=1) * ((1 - gamma) * norm.ppf(1 - 1 / 3) + gamma * norm.ppf(1 - 1 / (3 * np.e)))
spread = np.sqrt((1 - skew(own) * sharpe(own) + (kurtosis(own, fisher=False) - 1) / 4 * sharpe(own) ** 2) / (len(own) - 1))

# Plans of three quarters at the costs of trading.
plan_rules = {
    "initial": 1e6, "lag": 0, "linear": 0.003, "impact": 1.0, "window": 63,
    "amounts": np.full(5, 5e6), "delisting": [0] * 5,
}


def decide_plan(d, held, value):
    seen = returns[d - 1 - TRAIN:d - 1]
    means, covariance = 63 * seen.mean(axis=0), 63 * np.cov(seen.T)
    factor = impact_factor(closes, d, plan_rules) * np.sqrt(value)
    weights = cp.Variable((3, 5))
    utility, before = 0, held
    for h in range(3):
        trade = cp.abs(weights[h] - before)
        utility += 0.5 ** h * means @ weights[h] - 2.5 * cp.quad_form(weights[h], cp.psd_wrap(covariance))
        utility -= 0.003 * cp.sum(trade) + factor @ cp.power(trade, 1.5)
        before = weights[h]
    limits = [weights >= 0, weights <= 0.5, cp.sum(weights, axis=1) == 1]
    problem = cp.Problem(cp.Maximize(utility), limits)
    problem.solve(solver="CLARABEL", tol_gap_abs=1e-13, tol_gap_rel=1e-13, tol_feas=1e-13)
    return weights.value[0]


plan_values, plan_weights = simulate(closes, decide_plan, plan_rules)

# Stacking at the first decision.
first = pd.DataFrame(returns[decisions[0] - 1 - TRAIN:decisions[0] - 1])
tight = {"tol_gap_abs": 1e-13, "tol_gap_rel": 1e-13, "tol_feas": 1e-13}
minimum = lambda: MeanRisk(solver="CLARABEL", solver_params=tight, scale_objective=1e4)
stack = StackingOptimization([("own", InverseVolatility()), ("member", minimum())], minimum(), cv=KFold(5)).fit(first)

# Equal weights against half JPM and half KO by groups: AAPL, JPM, KO and PG; XOM is in none.
groups, benchmark = [[0], [1], [2, 3], [4]], np.array([0, 0.5, 0.5, 0, 0])
bounds = [d - 1 for d in decisions] + [T - 1]
effects, linking = [], []
link = lambda a, b: (np.log1p(a) - np.log1p(b)) / (a - b)
for start, end in zip(bounds, bounds[1:]):
    change, weights = closes[end] / closes[start] - 1, np.full(5, 0.2)
    total, other = weights @ change, benchmark @ change
    rows = []
    for g in groups:
        w, b = weights[g].sum(), benchmark[g].sum()
        own_return = weights[g] @ change[g] / w
        group = benchmark[g] @ change[g] / b if b > 0 else own_return
        rows.append([(w - b) * (group - other), b * (own_return - group), (w - b) * (own_return - group)])
    effects.append(np.array(rows))
    linking.append((total, other))
whole = [np.prod([1 + x[i] for x in linking]) - 1 for i in range(2)]
brinson = sum(e * link(*x) for e, x in zip(effects, linking)) / link(*whole)

# Their returns over cash, explained by the index and another oil company.
equal_values, _ = simulate(closes, lambda d, held, value: np.full(5, 0.2), {**plan_rules, "linear": 0, "impact": 0})
cash = 1.02 ** (1 / 252) - 1
excess = np.diff(equal_values) / np.array(equal_values[:-1]) - cash
factors = returns_of(prices[["SP500", "CVX"]].to_numpy())[-len(excess):] - cash
lags = int(4 * (len(excess) / 100) ** (2 / 9))
fit = sm.OLS(excess, sm.add_constant(factors)).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False})

plain = lambda x: np.asarray(x).tolist()
json.dump(
    {
        "made_by": f"numpy {np.__version__}, cvxpy {cp.__version__}, skfolio {skfolio.__version__}",
        "symbols": SYMBOLS,
        "start_date": START,
        "end_date": END,
        "train_days": TRAIN,
        "universe": {"values": plain(universe_values), "weights": universe_weights},
        "grid": {
            "choices": chosen,
            "sharpe_ratios": plain(ratios * np.sqrt(252)),
            "deflated": float(norm.cdf((sharpe(own) - expected) / spread)),
        },
        "plan": {"weights": plan_weights, "final_value": plan_values[-1]},
        "stacking": plain(stack.weights_),
        "brinson": {"effects": plain(brinson), "portfolio": whole[0], "benchmark": whole[1]},
        "factors": {
            "alpha": fit.params[0] * 252,
            "alpha_error": fit.bse[0] * 252,
            "betas": plain(fit.params[1:]),
            "errors": plain(fit.bse[1:]),
            "r_squared": fit.rsquared,
        },
    },
    sys.stdout,
    separators=(",", ":"),
)
