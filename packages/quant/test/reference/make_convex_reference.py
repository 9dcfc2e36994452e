"""Makes convex.json: optimal values of convex portfolio problems by cvxpy with two solvers.

    python3 -m venv venv
    venv/bin/pip install PACKAGES     # with the versions that convex.json lists
    venv/bin/python make_convex_reference.py ../../../../data/sample.csv.gz

Simple returns of the 20 stocks over the last 1000 days of the sample. Weights sum to 1, lie between
0 and 0.2, and those of the first seven stocks sum to 0.4 at most; in "turnover" they also differ
from 1/20 each by 0.6 in sum at most. For every risk: the least value, the greatest mean return with
the risk at most 1.1 times the least (for a risk that can be below 0: at most the least plus 0.001),
and the greatest ratio of mean return to risk. Two solvers have to agree; `spread` is the largest
relative difference among the values of one risk.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import cvxpy as cp
import numpy as np
import pandas as pd

PACKAGES = ["numpy", "pandas", "cvxpy", "clarabel", "ecos", "highspy"]
DAYS, STOCKS = 1000, 20
TIGHT = {
    "CLARABEL": dict(tol_gap_abs=1e-12, tol_gap_rel=1e-12, tol_feas=1e-12, max_iter=500),
    "ECOS": dict(abstol=1e-12, reltol=1e-12, feastol=1e-12, max_iters=500),
    "HIGHS": {},
}


def norm_factor(returns):
    return np.linalg.cholesky(np.cov(returns, rowvar=False)).T


def cvar(y, alpha):
    tau = cp.Variable()
    return tau + cp.sum(cp.pos(-y - tau)) / (DAYS * (1 - alpha))


def risks(returns):
    mean = returns.mean(axis=0)
    factor = norm_factor(returns)
    center = np.full(STOCKS, 1 / STOCKS)
    impact = 0.01 + 0.002 * np.arange(STOCKS)
    rows = lambda x: returns @ x
    return {
        "standardDeviation": lambda x: cp.norm(factor @ x),
        "trackingError": lambda x: cp.norm(factor @ (x - np.eye(STOCKS)[0])),
        "conditionalValueAtRisk": lambda x: cvar(rows(x), 0.95),
        "conditionalRange": lambda x: cvar(rows(x), 0.95) + cvar(-rows(x), 0.9),
        "robustConditionalValueAtRisk": lambda x: cvar(rows(x), 0.95) + 0.001 / 0.05 * cp.norm(x),
        "impact": lambda x: cp.norm(factor @ x) + cp.sum(cp.multiply(impact, cp.power(cp.abs(x - center), 1.5))),
        "linearCosts": lambda x: cp.norm(factor @ x) + 0.01 * cp.sum(cp.pos(x - center)) + 0.02 * cp.sum(cp.pos(center - x)),
    }


def limits(x, name):
    rows = [cp.sum(x) == 1, x >= 0, x <= 0.2, cp.sum(x[:7]) <= 0.4]
    if name == "turnover":
        rows.append(cp.norm1(x - 1 / STOCKS) <= 0.6)
    return rows


def solve(build, names):
    """Solves with the solvers that can, and takes the first one's value."""
    values = []
    for name in names:
        try:
            problem = build()
            value = problem.solve(solver=name, **TIGHT[name])
            values.append((problem.status, value, name))
        except cp.error.SolverError:
            continue
    best = [value for status, value, _ in values if status in ("optimal", "optimal_inaccurate")]
    assert len(best) >= 2, values
    return best[0], (max(best) - min(best)) / abs(best[0])


def case(returns, risk, name, is_linear):
    mean = returns.mean(axis=0)
    solvers = ["HIGHS", "CLARABEL", "ECOS"] if is_linear else ["CLARABEL", "ECOS"]

    def minimum():
        x = cp.Variable(STOCKS)
        return cp.Problem(cp.Minimize(100 * risk(x)), limits(x, name))

    least, spread_least = solve(minimum, solvers)
    least /= 100
    limit = 1.1 * least if least > 0 else least + 0.001

    def capped():
        x = cp.Variable(STOCKS)
        return cp.Problem(cp.Maximize(1000 * mean @ x), limits(x, name) + [100 * risk(x) <= 100 * limit])

    greatest, spread_greatest = solve(capped, solvers)
    return {"minimum": least, "limit": limit, "return": greatest / 1000,
            "spread": float(max(spread_least, spread_greatest))}


def ratio(returns, risk, is_linear):
    """Greatest mean return over risk in the variables y = kappa x, for homogeneous risks."""
    mean = returns.mean(axis=0)
    solvers = ["HIGHS", "CLARABEL", "ECOS"] if is_linear else ["CLARABEL", "ECOS"]

    def problem():
        y, kappa = cp.Variable(STOCKS), cp.Variable(nonneg=True)
        rows = [cp.sum(y) == kappa, y >= 0, y <= 0.2 * kappa, cp.sum(y[:7]) <= 0.4 * kappa, 1000 * mean @ y == 1]
        return cp.Problem(cp.Minimize(risk(y)), rows)

    value, spread = solve(problem, solvers)
    return {"ratio": 1 / (1000 * value), "ratioSpread": float(spread)}


LINEAR = {"conditionalValueAtRisk", "conditionalRange"}
HOMOGENEOUS = {"standardDeviation", "conditionalValueAtRisk", "conditionalRange",
               "robustConditionalValueAtRisk"}


def growth(returns):
    def problem():
        x = cp.Variable(STOCKS)
        return cp.Problem(cp.Maximize(10000 * cp.sum(cp.log(1 + returns @ x)) / DAYS), limits(x, ""))

    value, spread = solve(problem, ["CLARABEL", "ECOS"])
    return {"growth": value / 10000, "spread": float(spread)}


def main():
    prices = pd.read_csv(sys.argv[1], index_col=0).iloc[:, :STOCKS]
    returns = prices.pct_change(fill_method=None).dropna().to_numpy()[-DAYS:]
    document = {"packages": {name: version(name) for name in PACKAGES}, "days": DAYS, "cases": {}, "turnover": {}}
    for name, risk in risks(returns).items():
        is_linear = name in LINEAR
        document["cases"][name] = case(returns, risk, "", is_linear)
        document["turnover"][name] = case(returns, risk, "turnover", is_linear)
        if name in HOMOGENEOUS:
            document["cases"][name] |= ratio(returns, risk, is_linear)
        print(name, document["cases"][name], document["turnover"][name], file=sys.stderr)
    document["logGrowth"] = growth(returns)
    print(document["logGrowth"], file=sys.stderr)
    Path(__file__).with_name("convex.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
