"""Makes shrinkage.json: shrunk covariances and expected returns by independent programs.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas==3.1.1 scikit-learn==1.9.1 \
        PyPortfolioOpt==1.6.0 skfolio==1.12.2
    venv/bin/python make_shrinkage.py

The returns are those of estimators.json: 60 days of 5 stocks, and 10 days of 20. Covariances are
divided by T, as in the papers: PyPortfolioOpt's constant correlation starts from T − 1, so it is
handed the other one. skfolio's James-Stein weight is not held between 0 and 1; here it is, which
the output notes as `held`.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from pypfopt.risk_models import CovarianceShrinkage
from skfolio.moments import EquilibriumMu, LedoitWolf, ShrunkMu, ShrunkMuMethods
from sklearn.covariance import oas

PACKAGES = ["numpy", "pandas", "scikit-learn", "PyPortfolioOpt", "skfolio"]
RISK_AVERSION = 2.5
FOLDER = Path(__file__).parent


def numbers(values):
    return np.asarray(values, dtype=float).ravel().tolist()


def shrunk(covariance, shrinkage):
    return {"covariance": numbers(covariance), "shrinkage": float(shrinkage)}


def ledoit_wolf_of(returns, target):
    estimator = CovarianceShrinkage(pd.DataFrame(returns), returns_data=True, frequency=1)
    estimator.S = np.cov(returns, rowvar=False, ddof=0)
    covariance = estimator.ledoit_wolf(target)
    return shrunk(covariance, estimator.delta)


def covariances(returns):
    return {
        "oas": shrunk(*oas(returns)),
        "constantCorrelation": ledoit_wolf_of(returns, "constant_correlation"),
        "singleFactor": ledoit_wolf_of(returns, "single_factor"),
    }


def shrunk_mean(returns, method, vol_weighted_target):
    model = ShrunkMu(covariance_estimator=LedoitWolf(), method=method,
                     vol_weighted_target=vol_weighted_target).fit(returns)
    weight = float(np.clip(model.beta_, 0, 1))
    means = weight * model.mu_target_ + (1 - weight) * returns.mean(axis=0)
    held = bool(weight != model.beta_)
    assert held or np.allclose(means, model.mu_, rtol=0, atol=1e-17)
    return {"means": numbers(means), "shrinkage": weight, "held": held}


def expected_returns(returns):
    weights = np.arange(1, returns.shape[1] + 1) / np.arange(1, returns.shape[1] + 1).sum()
    equilibrium = EquilibriumMu(covariance_estimator=LedoitWolf(), risk_aversion=RISK_AVERSION,
                                weights=weights).fit(returns)
    return {
        "ledoitWolf": numbers(LedoitWolf().fit(returns).covariance_),
        "jamesStein": shrunk_mean(returns, ShrunkMuMethods.JAMES_STEIN, False),
        "bayesStein": shrunk_mean(returns, ShrunkMuMethods.BAYES_STEIN, True),
        "equilibrium": {"riskAversion": RISK_AVERSION, "weights": numbers(weights),
                        "means": numbers(equilibrium.mu_)},
    }


def main():
    document = json.loads((FOLDER / "estimators.json").read_text())
    few_assets = np.reshape(document["simpleReturns"], (-1, 5))
    few_days = np.reshape(document["wide"]["returns"], (-1, 20))
    answers = {name: {"assetCount": returns.shape[1], "returns": numbers(returns),
                      **covariances(returns), **expected_returns(returns)}
               for name, returns in (("fewAssets", few_assets), ("fewDays", few_days))}
    versions = {package: version(package) for package in PACKAGES}
    result = {"source": "make_shrinkage.py on the returns of estimators.json",
              "versions": versions, **answers}
    (FOLDER / "shrinkage.json").write_text(json.dumps(result) + "\n")


main()
