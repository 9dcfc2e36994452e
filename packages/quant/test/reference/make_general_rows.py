"""Makes general-rows.json: optima under general rows and budget ranges, by two solvers through cvxpy.

Usage: python make_general_rows.py frontier.json OUTPUT_FOLDER

Expected returns and covariance are those of frontier.json (real prices of 20 stocks). The two
solvers must agree in the objective to 1e-10. Multipliers are those of Clarabel: the rates at which
the least w'Sw/2 - lambda m'w rises with the lower (positive) or upper (negative) limit of each row.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import cvxpy as cp
import numpy as np

CLARABEL = dict(solver=cp.CLARABEL, tol_gap_abs=1e-13, tol_gap_rel=1e-13, tol_feas=1e-13)
OSQP = dict(solver=cp.OSQP, eps_abs=1e-12, eps_rel=1e-12, max_iter=2_000_000, polish=True)

RNG = np.random.default_rng(20)
BETA = np.round(0.5 + RNG.random(20), 3)
TILT = np.round(RNG.standard_normal(20), 3)
RATIO = np.zeros(20)
RATIO[0], RATIO[6] = 1.0, -2.0

CASES = [
    dict(name="beta and ratio", lower=0.0, upper=0.3, budget=[1, 1],
         rows=[dict(coefficients=BETA, lower=0.7, upper=0.8),
               dict(coefficients=RATIO, lower=0.05, upper=None)]),
    dict(name="budget range", lower=0.0, upper=0.2, budget=[0.4, 1.2],
         rows=[dict(coefficients=TILT, lower=-0.1, upper=0.1)]),
    dict(name="long-short", lower=-0.1, upper=0.2, budget=[-0.1, 0.3],
         rows=[dict(coefficients=BETA, lower=0.1, upper=0.1),
               dict(coefficients=100 * TILT, lower=20, upper=None)]),
]
LAMBDAS = [0.0, 0.02, 0.1, 1.0]


def solve(case, mean, covariance, weight, options):
    w = cp.Variable(20)
    sums = np.vstack([np.ones(20)] + [row["coefficients"] for row in case["rows"]])
    limits = [case["budget"]] + [[row["lower"], row["upper"]] for row in case["rows"]]
    root = np.linalg.cholesky(covariance).T
    bounds = [w >= case["lower"], w <= case["upper"]]
    low = {k: sums[k] @ w >= limit[0] for k, limit in enumerate(limits) if limit[0] is not None}
    high = {k: sums[k] @ w <= limit[1] for k, limit in enumerate(limits) if limit[1] is not None}
    problem = cp.Problem(cp.Minimize(cp.sum_squares(root @ w) / 2 - weight * (mean @ w)),
                         bounds + list(low.values()) + list(high.values()))
    problem.solve(**options)
    price = [float(low[k].dual_value if k in low else 0) - float(high[k].dual_value if k in high else 0)
             for k in range(len(limits))]
    return w.value, problem.value, price


def main():
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    frontier = json.loads(source.read_text())
    mean = np.array(frontier["expectedReturns"])
    covariance = np.array(frontier["covariance"]).reshape(20, 20)
    cases = []
    for case in CASES:
        answers = []
        for weight in LAMBDAS:
            w, value, prices = solve(case, mean, covariance, weight, CLARABEL)
            _, second, _ = solve(case, mean, covariance, weight, OSQP)
            assert abs(value - second) <= 1e-10 * (1 + abs(value)), (case["name"], weight, value, second)
            answers.append(dict(lambda_=weight, weights=w.tolist(), objective=value, prices=prices))
        rows = [dict(row, coefficients=row["coefficients"].tolist()) for row in case["rows"]]
        cases.append(dict(case, rows=rows, answers=[
            {("lambda" if k == "lambda_" else k): v for k, v in a.items()} for a in answers]))
    versions = {name: version(name) for name in ["cvxpy", "clarabel", "osqp", "numpy"]}
    (folder / "general-rows.json").write_text(json.dumps(dict(versions=versions, cases=cases)) + "\n")


if __name__ == "__main__":
    main()
