"""Computes the estimates in estimators.json with programs that are not ours.

Expected returns and covariances per year of six stocks of the sample, by scikit-learn,
PyPortfolioOpt and skfolio. Covariances are divided by the number of returns: PyPortfolioOpt's
constant correlation starts from one less, so it is handed the other one.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas==3.1.1 scikit-learn==1.9.1 \
        PyPortfolioOpt==1.6.0 skfolio==1.12.2
    venv/bin/python make-estimators.py ../../../../data/sample.csv.gz
"""

import json
import pathlib
import sys

import numpy as np
import pandas as pd
from pypfopt.risk_models import CovarianceShrinkage
from skfolio.moments import EquilibriumMu, LedoitWolf, ShrunkMu, ShrunkMuMethods
from sklearn.covariance import oas

DAYS = 252
RATE = 0.02
SYMBOLS = ["AMD", "JNJ", "KO", "LLY", "RRC", "WMT"]
VALUES = [30, 10, 5, 1, 4, 0]

prices = pd.read_csv(sys.argv[1], index_col="date")
returns = prices[SYMBOLS].dropna().pct_change().iloc[1:].to_numpy()


def ledoit_wolf(target):
    estimator = CovarianceShrinkage(pd.DataFrame(returns), returns_data=True, frequency=1)
    estimator.S = np.cov(returns, rowvar=False, ddof=0)
    return estimator.ledoit_wolf(target).to_numpy()


def shrunk_mean(method, **options):
    model = ShrunkMu(covariance_estimator=LedoitWolf(), method=method, **options).fit(returns)
    assert 0 < model.beta_ < 1, model.beta_
    return model.mu_


def equilibrium(risk_aversion, values):
    weights = np.array(values) / np.sum(values)
    model = EquilibriumMu(covariance_estimator=LedoitWolf(), risk_aversion=risk_aversion,
                          weights=weights).fit(returns)
    return model.mu_ + RATE / DAYS


covariances = {
    "oas": ({}, oas(returns)[0]),
    "constant_correlation": ({}, ledoit_wolf("constant_correlation")),
    "single_factor": ({}, ledoit_wolf("single_factor")),
}
means = {
    "james_stein": ({}, shrunk_mean(ShrunkMuMethods.JAMES_STEIN)),
    "bayes_stein": ({}, shrunk_mean(ShrunkMuMethods.BAYES_STEIN, vol_weighted_target=True)),
    "equilibrium": ({"risk_aversion": 2.5, "market_values": VALUES}, equilibrium(2.5, VALUES)),
}
cases = [
    {"name": f"{field} {name}",
     "request": {"symbols": SYMBOLS, "risk_free_rate_per_year": RATE, "include_estimates": True,
                 field: {name: parameters}},
     field: (DAYS * answer).ravel().tolist()}
    for field, methods in (("covariance", covariances), ("expected_returns", means))
    for name, (parameters, answer) in methods.items()
]
target = pathlib.Path(__file__).with_name("estimators.json")
target.write_text(json.dumps(cases, indent=1) + "\n")
print(f"{len(cases)} cases")
