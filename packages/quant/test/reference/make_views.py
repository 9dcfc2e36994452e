"""Makes views.json: expected returns and posteriors after views, by independent programs.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas==3.1.1 PyPortfolioOpt==1.6.0 skfolio==1.12.2 \
        riskfolio-lib==7.4.0
    venv/bin/python make_views.py

The returns are the 60 days of 5 stocks of shrinkage.json; the market is their mean plus a ripple, so
that no stock explains it. Riskfolio's tau is 1/T. PyPortfolioOpt's idzorek gives a view of
confidence 0 a variance of 1e6 instead of leaving it out.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import riskfolio as rp
from pypfopt import BlackLittermanModel
from pypfopt.expected_returns import capm_return, mean_historical_return
from skfolio.moments import EmpiricalCovariance, ShrunkMu, ShrunkMuMethods
from skfolio.prior import BlackLitterman, EmpiricalPrior

PACKAGES = ["numpy", "pandas", "PyPortfolioOpt", "skfolio", "riskfolio-lib"]
FOLDER = Path(__file__).parent
NAMES = ["A", "B", "C", "D", "E"]
TAU = 0.05
PORTFOLIOS = np.array([[1.0, 0, 0, 0, 0], [0, 1, -1, 0, 0], [0, 0, 0.5, 0.5, -1]])
VALUES = np.array([0.002, 0.001, -0.0005])
CONFIDENCES = [0.25, 0.5, 0.9]


def numbers(values):
    return np.asarray(values, dtype=float).ravel().tolist()


def posterior(mean, covariance):
    return {"mean": numbers(mean), "covariance": numbers(covariance)}


def expected_returns(returns, market):
    bop = ShrunkMu(method=ShrunkMuMethods.BODNAR_OKHRIN,
                   covariance_estimator=EmpiricalCovariance()).fit(returns)
    frame = pd.DataFrame(returns)
    capm = capm_return(frame, pd.DataFrame(market), returns_data=True, risk_free_rate=1e-4,
                       compounding=False, frequency=1)
    return {
        "bodnarOkhrinParolya": {"means": numbers(bop.mu_), "historicalWeight": float(bop.alpha_),
                                "targetWeight": float(bop.beta_)},
        "compound": numbers(mean_historical_return(frame, returns_data=True, frequency=1)),
        "capitalAssetPricing": numbers(capm),
    }


def pypfopt_posterior(returns, omega, **confidences):
    model = BlackLittermanModel(np.cov(returns, rowvar=False), pi=returns.mean(axis=0), P=PORTFOLIOS,
                                Q=VALUES, tau=TAU, omega=omega, **confidences)
    return posterior(model.bl_returns(), model.bl_cov())


def skfolio_posterior(returns, confidences):
    views = ["A == 0.002", "B - C == 0.001", "0.5 * C + 0.5 * D - E == -0.0005"]
    model = BlackLitterman(views, tau=TAU, view_confidences=confidences,
                           prior_estimator=EmpiricalPrior(covariance_estimator=EmpiricalCovariance()))
    model.fit(pd.DataFrame(returns, columns=NAMES))
    return posterior(model.return_distribution_.mu, model.return_distribution_.covariance)


def riskfolio_posteriors(returns):
    x = pd.DataFrame(returns, columns=NAMES)
    ripple = np.sin(np.arange(len(returns)) * 0.7) * 1e-3
    factors = pd.DataFrame({"f": returns.mean(axis=1) + ripple, "g": returns[:, 0] - np.cos(np.arange(len(returns))) * 2e-3})
    design = np.column_stack([np.ones(len(returns)), factors])
    loadings = np.linalg.lstsq(design, returns, rcond=None)[0].T
    loadings_frame = pd.DataFrame(loadings, index=NAMES, columns=["const", "f", "g"])
    factor_portfolios = np.array([[1.0, 0], [1, -1]])
    factor_values = np.array([[0.0015], [0.0004]])
    weights = pd.DataFrame([[0.1], [0.2], [0.3], [0.2], [0.2]], index=NAMES)
    plain = rp.black_litterman(x, weights, PORTFOLIOS, VALUES[:, None], delta=2.5)
    bayesian = rp.black_litterman_bayesian(x, factors, loadings_frame, factor_portfolios,
                                           factor_values, delta=2.5)
    augmented = rp.augmented_black_litterman(
        x, weights, factors, loadings_frame[["f", "g"]], PORTFOLIOS, VALUES[:, None],
        factor_portfolios, factor_values, delta=2.5, const=False)
    return {
        "weights": numbers(weights),
        "factors": numbers(factors),
        "loadings": numbers(loadings),
        "factorPortfolios": numbers(factor_portfolios),
        "factorValues": numbers(factor_values),
        "residualVariances": numbers((x.to_numpy() - factors @ loadings[:, 1:].T).var()),
        "plain": posterior(plain[0], plain[1]),
        "bayesian": posterior(bayesian[0], bayesian[1]),
        "augmented": posterior(augmented[0], augmented[1]),
    }


def main():
    days = json.loads((FOLDER / "shrinkage.json").read_text())["fewAssets"]
    returns = np.array(days["returns"]).reshape(-1, days["assetCount"])
    market = returns.mean(axis=1) + np.cos(np.arange(len(returns))) * 2e-3
    output = {
        "source": "make_views.py",
        "versions": {name: version(name) for name in PACKAGES},
        "market": numbers(market),
        "expectedReturns": expected_returns(returns, market),
        "blackLitterman": {
            "tau": TAU, "portfolios": numbers(PORTFOLIOS), "values": numbers(VALUES),
            "confidences": CONFIDENCES,
            "pypfopt": pypfopt_posterior(returns, "default"),
            "pypfoptIdzorek": pypfopt_posterior(returns, "idzorek", view_confidences=CONFIDENCES),
            "skfolio": skfolio_posterior(returns, None),
            "skfolioIdzorek": skfolio_posterior(returns, CONFIDENCES),
        },
        "riskfolio": riskfolio_posteriors(returns),
    }
    (FOLDER / "views.json").write_text(json.dumps(output) + "\n")


main()
