"""Makes active-set.json: quadratic programs with costs, turnover and rows, by two solvers.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 cvxpy==1.9.3 clarabel==0.11.1 osqp==1.1.3 scs==3.3.1
    venv/bin/python make_active_set_reference.py

Covariance and expected returns are those of frontier.json (20 stocks), and for the singular
problem the sample covariance of the 10 days of 20 stocks in estimators.json. The two solvers must
agree on the objective to 1e-9.
"""

import json
from importlib.metadata import version
from pathlib import Path

import cvxpy as cp
import numpy as np

PACKAGES = ["numpy", "cvxpy", "clarabel", "osqp", "scs"]
CLARABEL = dict(solver=cp.CLARABEL, tol_gap_abs=1e-13, tol_gap_rel=1e-13, tol_feas=1e-13)
OSQP = dict(solver=cp.OSQP, eps_abs=1e-11, eps_rel=1e-11, max_iter=4_000_000, polish=True)
SCS = dict(solver=cp.SCS, eps_abs=1e-11, eps_rel=1e-11, max_iters=2_000_000)
FOLDER = Path(__file__).parent


def solve(make):
    answers = []
    for solver in (CLARABEL, OSQP, SCS):
        w = cp.Variable(20)
        problem = cp.Problem(*make(w))
        problem.solve(**solver)
        answers.append((float(problem.value), np.asarray(w.value)))
    best = answers[0][0]
    assert min(abs(value - best) for value, _ in answers[1:]) <= 1e-9 * max(1, abs(best)), answers
    return {"objective": best, "x": answers[0][1].tolist()}


def main():
    frontier = json.loads((FOLDER / "frontier.json").read_text())
    mean = np.array(frontier["expectedReturns"])
    covariance = cp.psd_wrap(np.array(frontier["covariance"]).reshape(20, 20))
    returns = np.array(json.loads((FOLDER / "estimators.json").read_text())["wide"]["returns"])
    singular = cp.psd_wrap(np.cov(returns.reshape(-1, 20), rowvar=False) * 252)
    held = np.full(20, 0.05)
    rows = np.array([[1 if i % 4 == k else 0 for i in range(20)] for k in range(4)])
    ones = np.ones(20)

    def risk(w, matrix=covariance):
        return 0.5 * cp.quad_form(w, matrix)

    problems = {
        "turnover": lambda w: (cp.Minimize(risk(w) - 0.1 * mean @ w), [
            cp.sum(w) == 1, w >= 0, w <= 0.3, cp.norm1(w - held) <= 0.4]),
        "costs": lambda w: (cp.Minimize(risk(w) - 0.1 * mean @ w
                                        + cp.sum(0.004 * cp.pos(w - held)
                                                 + 0.002 * cp.pos(held - w))),
                            [cp.sum(w) == 1, w >= 0]),
        "leverage": lambda w: (cp.Minimize(risk(w) - 0.3 * mean @ w + 0.01 * cp.sum_squares(w)), [
            cp.sum(w) == 1, w >= -0.2, w <= 0.4, cp.norm1(w) <= 1.6]),
        "rows": lambda w: (cp.Minimize(risk(w)), [
            cp.sum(w) == 1, w >= 0, rows @ w <= 0.3, rows @ w >= 0.2, mean @ w >= 0.15]),
        "singular": lambda w: (cp.Minimize(risk(w, singular) + 0.002 * cp.norm1(w - held)), [
            ones @ w == 1, w >= -0.1, w <= 0.15]),
    }
    document = {"versions": {name: version(name) for name in PACKAGES}}
    document |= {name: solve(make) for name, make in problems.items()}
    (FOLDER / "active-set.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
