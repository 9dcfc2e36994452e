"""Utilities of four moments by SciPy: python make_moment_utility.py > moment_utility.json

The last 500 daily returns of the first stocks of data/sample.csv.gz. Each utility is maximized by SLSQP
from 40 random starts, the best of which counts.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize

SAMPLE = Path(__file__).resolve().parents[4] / "data" / "sample.csv.gz"
DAYS = 252


def returns_of(count):
    prices = pd.read_csv(SAMPLE, index_col=0).iloc[-501:, :count]
    return prices.pct_change().iloc[1:].to_numpy()


def best(returns, variance, skewness, kurtosis, most):
    mean = DAYS * returns.mean(axis=0)
    covariance = DAYS * np.cov(returns.T)
    deviations = returns - returns.mean(axis=0)

    def loss(w):
        r = deviations @ w
        return (
            -mean @ w
            + variance * w @ covariance @ w
            - DAYS * skewness * np.mean(r**3)
            + DAYS * kurtosis * np.mean(r**4)
        )

    def slope(w):
        r = deviations @ w
        days = DAYS / len(r) * (-3 * skewness * r**2 + 4 * kurtosis * r**3)
        return -mean + 2 * variance * covariance @ w + deviations.T @ days

    rng = np.random.default_rng(1)
    n = len(mean)
    ends = [
        minimize(
            loss,
            np.minimum(rng.dirichlet(np.full(n, 0.5)), most),
            jac=slope,
            method="SLSQP",
            bounds=[(0, most)] * n,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
            options={"ftol": 1e-15, "maxiter": 2000},
        )
        for _ in range(40)
    ]
    end = min((each for each in ends if abs(each.x.sum() - 1) < 1e-9), key=lambda each: each.fun)
    return {
        "preferences": {"variance": variance, "skewness": skewness, "kurtosis": kurtosis},
        "count": n,
        "most": most,
        "utility": -end.fun,
        "weights": end.x.tolist(),
    }


cases = [
    best(returns_of(count), *preferences, most)
    for count, most in [(5, 1), (8, 0.4), (20, 0.3)]
    for preferences in [(2.5, 5, 8.75), (10, 70, 385), (3, 0, 50_000), (3, 1_500, 0), (0, 3_000, 20_000)]
]
print(json.dumps(cases, separators=(",", ":")))
