"""Makes risk-budgeting.json: risk parity, HRP and maximum diversification by other programs.

Usage: python make_risk_budgeting_reference.py frontier.json OUTPUT_FOLDER

The covariance of 20 stocks is that of frontier.json, which make_reference.py makes from real
prices. Risk parity and maximum diversification are convex programs, each solved by two solvers
through cvxpy, which must agree. Hierarchical risk parity is PyPortfolioOpt's.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import cvxpy as cp
import numpy as np
import pandas as pd
from pypfopt import HRPOpt
from scipy.optimize import root

PACKAGES = ["numpy", "scipy", "cvxpy", "clarabel", "osqp", "PyPortfolioOpt"]
CLARABEL = dict(solver=cp.CLARABEL, tol_gap_abs=1e-13, tol_gap_rel=1e-13, tol_feas=1e-13)
OSQP = dict(solver=cp.OSQP, eps_abs=1e-11, eps_rel=1e-11, max_iter=2_000_000, polish=True)


def risk_parity(sigma, budgets):
    """The log-barrier program by Clarabel; a root finder on its conditions must agree."""
    n = len(sigma)
    y = cp.Variable(n)
    goal = 0.5 * cp.quad_form(y, cp.psd_wrap(sigma)) - budgets @ cp.log(y)
    cp.Problem(cp.Minimize(goal)).solve(**CLARABEL)
    convex = y.value / y.value.sum()
    found = root(lambda x: x * (sigma @ x) - budgets, np.sqrt(budgets / np.diag(sigma)), tol=1e-14)
    exact = found.x / found.x.sum()
    assert np.all(exact > 0)
    assert np.max(np.abs(exact - convex)) < 1e-6, np.max(np.abs(exact - convex))
    shares = exact * (sigma @ exact) / (exact @ sigma @ exact)
    assert np.max(np.abs(shares - budgets)) < 1e-12
    return exact.tolist()


def maximum_diversification(sigma, low, high, groups):
    deviations = np.sqrt(np.diag(sigma))
    found = []
    for options in (CLARABEL, OSQP):
        v, scale = cp.Variable(len(sigma)), cp.Variable()
        rows = [v >= low * scale, v <= high * scale, cp.sum(v) == scale, deviations @ v == 1,
                scale >= 0]
        for group in groups:
            total = cp.sum(v[group["members"]])
            rows += [] if group["lower"] is None else [total >= group["lower"] * scale]
            rows += [] if group["upper"] is None else [total <= group["upper"] * scale]
        cp.Problem(cp.Minimize(cp.quad_form(v, cp.psd_wrap(sigma))), rows).solve(**options)
        found.append(v.value / scale.value)
    assert np.max(np.abs(found[0] - found[1])) < 1e-6, np.max(np.abs(found[0] - found[1]))
    w = found[0]
    return {"weights": w.tolist(), "ratio": float(deviations @ w / np.sqrt(w @ sigma @ w))}


def hierarchical_risk_parity(sigma):
    names = list(range(len(sigma)))
    weights = HRPOpt(cov_matrix=pd.DataFrame(sigma, names, names)).optimize("single")
    return [float(weights[name]) for name in names]


def main():
    source = json.loads(Path(sys.argv[1]).read_text())
    n = len(source["symbols"])
    sigma = np.array(source["covariance"]).reshape(n, n)
    budgets = np.arange(1, n + 1) / (n * (n + 1) / 2)
    document = {
        "source": "make_risk_budgeting_reference.py on the covariance of frontier.json",
        "versions": {package: version(package) for package in PACKAGES},
        "riskParity": [
            {"name": "equal", "budgets": [1 / n] * n,
             "weights": risk_parity(sigma, np.full(n, 1 / n))},
            {"name": "1 to 20", "budgets": budgets.tolist(),
             "weights": risk_parity(sigma, budgets)},
        ],
        "hierarchicalRiskParity": hierarchical_risk_parity(sigma),
        "maximumDiversification": [
            {"name": case["name"],
             **maximum_diversification(sigma, case["lower"], case["upper"], case["groups"])}
            for case in source["cases"] if case["name"] in ("longOnly", "capped", "groups")],
    }
    Path(sys.argv[2], "risk-budgeting.json").write_text(json.dumps(document) + "\n")


main()
