"""Makes quadratic-terms.json: least quadratic objectives with absolute terms by cvxpy with two solvers.

    python3 -m venv venv
    venv/bin/pip install PACKAGES     # with the versions that quadratic-terms.json lists
    venv/bin/python make_quadratic_terms.py ../../../../data/sample.csv.gz

Simple returns of the 20 stocks over the last 500 days of the sample. Least x'Σx − m'x with m the means
of a day and Σ the sample covariance; weights sum to 1 and lie between -0.3 and 0.3. Cases add sums of
|x| or of |x − 1/20| to the objective or limit them. `spread` is the relative difference of the solvers.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import cvxpy as cp
import numpy as np
import pandas as pd

PACKAGES = ["numpy", "pandas", "cvxpy", "clarabel", "ecos"]
DAYS, STOCKS = 500, 20
TIGHT = {
    "CLARABEL": dict(tol_gap_abs=1e-13, tol_gap_rel=1e-13, tol_feas=1e-13, max_iter=500),
    "ECOS": dict(abstol=1e-13, reltol=1e-13, feastol=1e-13, max_iters=500),
}


def cases(x):
    turnover, gross = cp.norm1(x - 1 / STOCKS), cp.norm1(x)
    short = cp.sum(cp.neg(x))
    return {
        "plain": (0, []),
        "gross": (0, [gross <= 1.2]),
        "turnover": (0, [turnover <= 0.4]),
        "short and turnover": (0, [short <= 0.1, turnover <= 0.8]),
        "linear costs": (1e-4 * turnover, []),
        "costs and gross": (1e-4 * cp.sum(cp.pos(x - 1 / STOCKS)) + 3e-4 * cp.sum(cp.neg(x)), [gross <= 1.3]),
    }


def main():
    prices = pd.read_csv(sys.argv[1], index_col=0).iloc[-DAYS - 1 :, :STOCKS]
    returns = prices.pct_change(fill_method=None).iloc[1:].to_numpy()
    mean, factor = returns.mean(axis=0), np.linalg.cholesky(np.cov(returns, rowvar=False)).T
    result = {}
    for name in cases(cp.Variable(STOCKS)):
        values = []
        for solver, options in TIGHT.items():
            x = cp.Variable(STOCKS)
            cost, rows = cases(x)[name]
            objective = 1e4 * (cp.sum_squares(factor @ x) - mean @ x + cost)
            problem = cp.Problem(cp.Minimize(objective), [cp.sum(x) == 1, x >= -0.3, x <= 0.3, *rows])
            values.append(problem.solve(solver=solver, **options) / 1e4)
        result[name] = {"least": values[0], "spread": abs(values[0] / values[1] - 1)}
    output = {"days": DAYS, "packages": {p: version(p) for p in PACKAGES}, "cases": result}
    Path(__file__).with_name("quadratic-terms.json").write_text(json.dumps(output, indent=1) + "\n")


main()
