"""Makes estimators.json and frontier.json: answers of independent programs on real prices.

Usage: python make_reference.py sp500_dataset.csv.gz OUTPUT_FOLDER

The prices are skfolio's `datasets/data/sp500_dataset.csv.gz` (20 stocks, adjusted closes).
Every optimum is computed by two solvers through cvxpy, which must agree, and PyPortfolioOpt
must agree where it has the same problem. Made with the versions that the output names.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import cvxpy as cp
import numpy as np
import pandas as pd
from cvxcla import CLA
from pypfopt import EfficientFrontier
from sklearn.covariance import ledoit_wolf

PACKAGES = ["numpy", "pandas", "scikit-learn", "cvxpy", "clarabel", "osqp", "scs",
            "PyPortfolioOpt", "cvxcla"]
CLARABEL = dict(solver=cp.CLARABEL, tol_gap_abs=1e-13, tol_gap_rel=1e-13, tol_feas=1e-13)
OSQP = dict(solver=cp.OSQP, eps_abs=1e-11, eps_rel=1e-11, max_iter=2_000_000, polish=True)
SCS = dict(solver=cp.SCS, eps_abs=1e-11, eps_rel=1e-11, max_iters=2_000_000)


def numbers(values):
    return np.asarray(values, dtype=float).tolist()


def estimators(prices):
    sample = prices.iloc[-61:, :5]
    returns = sample.pct_change().iloc[1:]
    wide = prices.iloc[-11:].pct_change().iloc[1:]
    shrunk, shrinkage = ledoit_wolf(returns.values)
    wide_shrunk, wide_shrinkage = ledoit_wolf(wide.values)
    exponential = returns.ewm(halflife=10).cov(bias=False)
    return {
        "prices": numbers(sample.values),
        "assetCount": 5,
        "simpleReturns": numbers(returns.values.ravel()),
        "logReturns": numbers(np.log(sample).diff().iloc[1:].values.ravel()),
        "mean": numbers(returns.mean()),
        "exponentialMean": numbers(returns.ewm(halflife=10, adjust=True).mean().iloc[-1]),
        "covariance": numbers(returns.cov().values.ravel()),
        "exponentialCovariance": numbers(exponential.loc[returns.index[-1]].values.ravel()),
        "ledoitWolf": {"covariance": numbers(shrunk.ravel()), "shrinkage": float(shrinkage)},
        "wide": {
            "note": "10 returns of 20 assets: fewer days than assets",
            "returns": numbers(wide.values.ravel()),
            "assetCount": 20,
            "ledoitWolf": {"covariance": numbers(wide_shrunk.ravel()),
                           "shrinkage": float(wide_shrinkage)},
        },
    }


def solve_twice(make, weights, second):
    """Solves by two programs; returns Clarabel's weights once both agree."""
    found = []
    for options in (CLARABEL, second):
        problem = make()
        problem.solve(**options)
        assert problem.status in ("optimal", "optimal_inaccurate"), problem.status
        found.append((np.array(weights()), problem.value))
    (w, value), (other, other_value) = found
    assert np.max(np.abs(w - other)) < 1e-6, np.max(np.abs(w - other))
    assert abs(value - other_value) <= 1e-9 * max(1e-3, abs(value)), (value, other_value)
    return w


def frontier(prices):
    returns = prices.iloc[-2521:].pct_change().iloc[1:]
    mu = returns.mean().values * 252
    sigma = ledoit_wolf(returns.values)[0] * 252
    sigma = (sigma + sigma.T) / 2
    n = len(mu)
    names = list(prices.columns)
    health = [names.index(s) for s in ("JNJ", "LLY", "MRK", "PFE", "UNH")]
    energy = [names.index(s) for s in ("CVX", "RRC", "XOM")]
    tech = [names.index(s) for s in ("AAPL", "AMD", "MSFT")]
    groups = [
        {"name": "health", "members": health, "lower": 0.2, "upper": 0.4},
        {"name": "energy", "members": energy, "lower": 0.1, "upper": None},
        {"name": "tech", "members": tech, "lower": None, "upper": 0.15},
    ]
    limits = {
        "longOnly": (0.0, 1.0, 1.0, []),
        "capped": (0.02, 0.15, 1.0, []),
        "groups": (0.0, 0.3, 1.0, groups),
        "longShort": (-0.2, 0.4, 1.0, []),
        "dollarNeutral": (-0.3, 0.3, 0.0, groups[2:]),
    }
    rate = 0.02
    cases = []
    for name, (low, high, budget, some_groups) in limits.items():
        w = cp.Variable(n)

        def constraints(scale=1.0):
            rows = [w >= low * scale, w <= high * scale, cp.sum(w) == budget * scale]
            for group in some_groups:
                total = cp.sum(w[group["members"]])
                if group["lower"] is not None:
                    rows.append(total >= group["lower"] * scale)
                if group["upper"] is not None:
                    rows.append(total <= group["upper"] * scale)
            return rows

        risk = cp.quad_form(w, cp.psd_wrap(sigma))
        case = {"name": name, "lower": low, "upper": high, "budget": budget,
                "groups": some_groups, "riskFreeRate": rate}

        def answer(x):
            return {"weights": numbers(x), "expectedReturn": float(mu @ x),
                    "variance": float(x @ sigma @ x)}

        best = solve_twice(lambda: cp.Problem(cp.Minimize(risk), constraints()),
                           lambda: w.value, OSQP)
        case["minimumVariance"] = answer(best)
        utility = solve_twice(lambda: cp.Problem(cp.Minimize(0.5 * 4 * risk - mu @ w), constraints()),
                              lambda: w.value, OSQP)
        case["maximumUtility"] = {"riskAversion": 4, **answer(utility)}
        target = 0.5 * (mu @ best) + 0.5 * (mu @ utility)
        at_return = solve_twice(
            lambda: cp.Problem(cp.Minimize(risk), constraints() + [mu @ w == target]),
            lambda: w.value, OSQP)
        case["targetReturn"] = {"target": float(target), **answer(at_return)}
        root = np.linalg.cholesky(sigma).T
        volatility = 0.5 * np.sqrt(best @ sigma @ best) + 0.5 * np.sqrt(utility @ sigma @ utility)
        at_volatility = solve_twice(
            lambda: cp.Problem(cp.Maximize(mu @ w), constraints() + [cp.norm(root @ w) <= volatility]),
            lambda: w.value, SCS)
        case["targetVolatility"] = {"target": float(volatility), **answer(at_volatility)}
        if budget != 0:
            scale = cp.Variable()
            sharpe = solve_twice(
                lambda: cp.Problem(cp.Minimize(risk), constraints(scale) + [
                    (mu - rate) @ w == 1, scale >= 0]),
                lambda: w.value / scale.value, OSQP)
            case["maximumSharpe"] = answer(sharpe)
        if not some_groups:
            peer = EfficientFrontier(mu, sigma, (low, high), solver="CLARABEL")
            if budget == 1:
                peer.min_volatility()
                assert np.max(np.abs(peer.weights - best)) < 1e-4
                peer = EfficientFrontier(mu, sigma, (low, high), solver="CLARABEL")
                peer.max_sharpe(rate)
                assert np.max(np.abs(peer.weights - sharpe)) < 1e-4
        if name == "longOnly":
            cla = CLA(mean=mu, covariance=sigma, lower_bounds=np.zeros(n), upper_bounds=np.ones(n),
                      a=np.ones((1, n)), b=np.ones(1))
            case["turningPoints"] = [
                {"weights": numbers(point.weights), "lambda": float(point.lamb)}
                for point in cla.turning_points if np.isfinite(point.lamb)]
        cases.append(case)
    return {"symbols": names, "expectedReturns": numbers(mu), "covariance": numbers(sigma.ravel()),
            "cases": cases}


def main():
    prices = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)
    versions = {package: version(package) for package in PACKAGES}
    folder = Path(sys.argv[2])
    source = "make_reference.py on skfolio's sp500_dataset.csv.gz"
    for name, make in (("estimators", estimators), ("frontier", frontier)):
        document = {"source": source, "versions": versions, **make(prices)}
        (folder / f"{name}.json").write_text(json.dumps(document) + "\n")


main()
