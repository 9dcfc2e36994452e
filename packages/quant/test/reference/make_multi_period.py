"""Makes multi-period.json: plans of trades with costs, by two solvers through cvxpy.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas==3.1.1 cvxpy==1.9.3 clarabel scs
    venv/bin/python make_multi_period.py sample.csv.gz

Covariances are those of daily returns of five stocks in the last 250 days, times 21; means are the
stocks' means in four quarters of these days, times 21. Weights are variables here, with their
differences as trades: another way to write the problem than ours. Clarabel calls its answers
inaccurate where trades are 0, the tip of a power cone; so what counts is that both solvers agree.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import cvxpy as cp
import numpy as np
import pandas as pd

PACKAGES = ["numpy", "pandas", "cvxpy", "clarabel", "scs"]
STOCKS = ["AAPL", "BAC", "JNJ", "KO", "XOM"]
CLARABEL = dict(solver=cp.CLARABEL, tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
SCS = dict(solver=cp.SCS, eps_abs=1e-11, eps_rel=1e-11, max_iters=500_000)


def plan(means, sigma, case, solver):
    periods, n = means.shape
    weights = cp.Variable((periods, n))
    objective, constraints, before = 0, [], np.array(case["initial"])
    for h in range(periods):
        w = weights[h]
        trade = w - before
        objective += means[h] @ w - case["riskAversion"] / 2 * cp.quad_form(w, cp.psd_wrap(sigma))
        objective -= np.array(case["linear"]) @ cp.abs(trade)
        if any(case["impact"]):
            objective -= np.array(case["impact"]) @ cp.power(cp.abs(trade), 1.5, approx=True)
        if any(case["borrow"]):
            objective -= np.array(case["borrow"]) @ cp.pos(-w)
        constraints += [w >= case["lower"], w <= case["upper"], cp.sum(w) == 1,
                        w[0] + w[1] <= case["pair"]]
        before = w
    if case["terminal"] is not None:
        constraints.append(weights[periods - 1] == np.array(case["terminal"]))
    problem = cp.Problem(cp.Maximize(100 * objective), constraints)
    problem.solve(**solver)
    assert problem.status in ("optimal", "optimal_inaccurate"), problem.status
    return problem.value / 100, weights.value


def main():
    returns = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)[STOCKS].pct_change()
    returns = returns.iloc[-250:]
    sigma = np.cov(returns.values, rowvar=False) * 21
    means = np.array([part.mean(axis=0) * 21 for part in np.array_split(returns.values, 4)])
    base = dict(initial=[0.2] * 5, riskAversion=6, linear=[0.002, 0.001, 0.003, 0.001, 0.002],
                impact=[0.0] * 5, borrow=[0.0] * 5, lower=0.0, upper=0.6, pair=0.5, terminal=None)
    impact = [0.03, 0.02, 0.05, 0.01, 0.04]
    cases = {
        "linear": base,
        "impact": base | dict(impact=impact),
        "short": base | dict(impact=impact, lower=-0.5, upper=1.0, borrow=[0.004] * 5),
        "terminal": base | dict(impact=impact, terminal=[0.1, 0.2, 0.3, 0.2, 0.2]),
        "single": base | dict(impact=impact, periods=1),
    }
    answers = {}
    for name, case in cases.items():
        used = means[:case.get("periods", 4)]
        value, weights = plan(used, sigma, case, CLARABEL)
        other, _ = plan(used, sigma, case, SCS)
        print(name, value, other - value)
        assert abs(value - other) < 1e-9, (name, value, other)
        answers[name] = {**case, "objective": value, "weights": weights.ravel().tolist()}
    result = {"source": "make_multi_period.py on data/sample.csv.gz",
              "versions": {package: version(package) for package in PACKAGES},
              "means": means.ravel().tolist(), "covariance": sigma.ravel().tolist(),
              "cases": answers}
    (Path(__file__).parent / "multi-period.json").write_text(json.dumps(result) + "\n")


main()
