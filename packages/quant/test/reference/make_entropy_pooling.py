"""Makes entropy-pooling.json: scenario probabilities after views, by skfolio and by cvxpy.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 cvxpy==1.9.3 clarabel==0.11.1 \
        skfolio==1.12.2
    venv/bin/python make_entropy_pooling.py

The scenarios are the last 250 days of 5 stocks of the sample. Entropies named `cvxpy` come from the
program itself, solved by Clarabel: minimal Σ p ln(p/q) under the rows. A CVaR of at least v is one
row for each scenario's loss; one of at most v is a search over the quantile. skfolio finds that
quantile to 1e-4 only, which its CVaR shows. `prior` is exponential, half-life 60, in one case.
"""

import json
from importlib.metadata import version
from pathlib import Path

import cvxpy as cp
import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from skfolio.prior import EntropyPooling, OpinionPooling

PACKAGES = ["numpy", "pandas", "scipy", "cvxpy", "clarabel", "skfolio"]
FOLDER = Path(__file__).parent
SAMPLE = FOLDER / "../../../../data/sample.csv.gz"
NAMES = ["AAPL", "AMD", "BAC", "GE", "JPM"]
TOLERANCES = {"tol_gap_abs": 1e-13, "tol_gap_rel": 1e-13, "tol_feas": 1e-13,
              "tol_ktratio": 1e-12, "max_iter": 500}


def numbers(values):
    return np.asarray(values, dtype=float).ravel().tolist()


def summary(returns, p, prior):
    mean = p @ returns
    centered = returns - mean
    return {"mean": numbers(mean), "covariance": numbers(centered.T @ (p[:, None] * centered)),
            "relativeEntropy": float(np.sum(p * np.log(p / prior)))}


def skfolio_model(**views):
    return EntropyPooling(solver_params={"maxfun": 100000, "ftol": 1e-15, "xtol": 1e-14,
                                         "gtol": 1e-14, "stepmx": 1}, **views)


def skfolio_answer(returns, **views):
    return skfolio_summary(returns, skfolio_model(**views))


def skfolio_pool(returns, is_linear):
    """Two opinions with probabilities 0.5 and 0.3; 0.2 is left to the prior."""
    opinions = [("bold", skfolio_model(mean_views=["AAPL == 0.003", "GE >= JPM"])),
                ("wary", skfolio_model(mean_views=["AAPL == -0.001"]))]
    return skfolio_summary(returns, OpinionPooling(
        opinions, opinion_probabilities=[0.5, 0.3], is_linear_pooling=is_linear))


def skfolio_summary(returns, model):
    model.fit(pd.DataFrame(returns, columns=NAMES))
    weights = np.asarray(model.return_distribution_.sample_weight)
    return summary(returns, weights, np.full(len(returns), 1 / len(returns)))


def nearest(prior, equalities=(), at_least=()):
    """Solves the primal program; each row is (values, target)."""
    p = cp.Variable(len(prior))
    constraints = [cp.sum(p) == 1]
    for values, target in equalities:
        scale = np.abs(values).max()
        constraints.append((values / scale) @ p == target / scale)
    for values, target in at_least:
        scale = np.abs(values).max()
        constraints.append((values / scale) @ p >= target / scale)
    problem = cp.Problem(cp.Minimize(cp.sum(cp.rel_entr(p, prior))), constraints)
    problem.solve(solver=cp.CLARABEL, **TOLERANCES)
    assert problem.status in ("optimal", "optimal_inaccurate"), problem.status
    return p.value / p.value.sum()


def tail_row(losses, level, confidence):
    return level + np.maximum(losses - level, 0) / (1 - confidence)


def raised_tail(returns, prior, losses, confidence, target):
    rows = [(tail_row(losses, level, confidence), target) for level in losses]
    return summary(returns, nearest(prior, at_least=rows), prior)


def lowered_tail(returns, prior, losses, confidence, target):
    def entropy(level):
        row = (-tail_row(losses, level, confidence), -target)
        return summary(returns, nearest(prior, at_least=[row]), prior)["relativeEntropy"]
    grid = np.linspace(0, target * 0.999, 60)
    best = grid[int(np.argmin([entropy(level) for level in grid]))]
    width = grid[1]
    found = minimize_scalar(entropy, bounds=(best - width, min(best + width, target)),
                            method="bounded", options={"xatol": 1e-9})
    row = (-tail_row(losses, found.x, confidence), -target)
    return summary(returns, nearest(prior, at_least=[row]), prior)


def main():
    prices = pd.read_csv(SAMPLE, index_col="date")[NAMES]
    returns = prices.pct_change(fill_method=None).dropna().to_numpy()[-250:]
    equal = np.full(250, 1 / 250)
    recent = 2.0 ** (np.arange(250) / 60)
    recent /= recent.sum()
    bank = -returns[:, 2]
    means = ["AAPL == 0.002", "AMD - BAC >= 0.001", "GE >= JPM", "JPM >= BAC"]
    mean_rows = {"equalities": [(returns[:, 0], 0.002)],
                 "at_least": [(returns[:, 1] - returns[:, 2], 0.001),
                              (returns[:, 3] - returns[:, 4], 0), (returns[:, 4] - returns[:, 2], 0)]}
    output = {
        "source": "make_entropy_pooling.py on data/sample.csv.gz",
        "versions": {name: version(name) for name in PACKAGES},
        "names": NAMES,
        "returns": [float(f"{value:.10g}") for value in numbers(returns)],
    }
    returns = np.array(output["returns"]).reshape(250, 5)
    bank = -returns[:, 2]
    output["means"] = {
        "skfolio": skfolio_answer(returns, mean_views=means),
        "cvxpy": summary(returns, nearest(equal, **mean_rows), equal),
        "recent": summary(returns, nearest(recent, **mean_rows), recent),
    }
    output["moments"] = {
        "skfolio": skfolio_answer(
            returns, mean_views=["AAPL == 0.002"], variance_views=["BAC == 0.0008"],
            correlation_views=["(BAC,JPM) == 0.6", "(AMD,GE) <= 0.2"], skew_views=["GE == -0.2"],
            kurtosis_views=["AAPL >= 5"]),
    }
    output["tails"] = {
        "raised": raised_tail(returns, equal, bank, 0.95, 0.06),
        "raisedBySkfolio": skfolio_answer(returns, cvar_views=["BAC == 0.06"]),
        "lowered": lowered_tail(returns, equal, bank, 0.9, 0.02),
        "valueAtRisk": skfolio_answer(returns, value_at_risk_views=["BAC == 0.05"]),
    }
    output["opinions"] = {
        "linear": skfolio_pool(returns, True),
        "logarithmic": skfolio_pool(returns, False),
    }
    (FOLDER / "entropy-pooling.json").write_text(json.dumps(output) + "\n")


main()
