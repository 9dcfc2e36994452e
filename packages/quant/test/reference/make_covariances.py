"""Makes covariances.json and covariance-models.json: covariances by independent programs.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas==3.1.1 scikit-learn==1.9.1 statsmodels \
        PyPortfolioOpt==1.6.0 skfolio==1.12.2 riskfolio-lib==7.4.0
    venv/bin/python make_covariances.py ../../../../data/sample.csv.gz

The returns are the last 250 of the 20 stocks of the sample, and of its six indices as factors.
Symmetric matrices are written as their lower triangle, row by row, with 15 digits.
"""

import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import riskfolio.src.GerberStatistic as gerber
import riskfolio.src.ParamsEstimation as params
import skfolio.moments as sk
from pypfopt.risk_models import semicovariance
from skfolio.moments.covariance._regime_adjusted_ew_covariance import (
    RegimeAdjustmentMethod, RegimeAdjustmentTarget)
from skfolio.prior import LoadingMatrixRegression, TimeSeriesFactorModel
from sklearn.covariance import (MinCovDet, empirical_covariance, graphical_lasso,
                                shrunk_covariance)
from sklearn.linear_model import LinearRegression
from statsmodels.stats.correlation_tools import corr_nearest

PACKAGES = ["numpy", "pandas", "scikit-learn", "statsmodels", "PyPortfolioOpt", "skfolio",
            "riskfolio-lib"]
STOCKS, DAYS = 20, 250
FOLDER = Path(__file__).parent
warnings.simplefilter("ignore")


def numbers(values):
    return [float(f"{x:.15g}") for x in np.asarray(values, dtype=float).ravel()]


def lower(matrix):
    matrix = np.asarray(matrix, dtype=float)
    return numbers(matrix[np.tril_indices(len(matrix))])


def semi(returns):
    mean = params.covar_matrix(returns, method="semi")
    return {"zero": lower(semicovariance(returns, returns_data=True, benchmark=0, frequency=1)),
            "mean": lower(mean)}


def shrunk(x):
    s = empirical_covariance(x)
    deviations = np.sqrt(np.diag(s))
    correlation = s / np.outer(deviations, deviations)
    mean = correlation[np.tril_indices(len(s), -1)].mean()
    equal = np.full_like(s, mean) + (1 - mean) * np.eye(len(s))
    return {"identity": lower(shrunk_covariance(s, 0.3)),
            "variances": lower(0.7 * s + 0.3 * np.diag(np.diag(s))),
            "constant-correlation": lower(0.7 * s + 0.3 * equal * np.outer(deviations, deviations))}


def denoised(returns):
    kinds = {kind: lower(params.covar_matrix(returns, method=kind, alpha=0.4))
             for kind in ("fixed", "spectral", "shrink")}
    return {**kinds, "skfolio": lower(sk.DenoiseCovariance().fit(returns).covariance_),
            "detoned": lower(sk.DetoneCovariance(n_markets=1, nearest=False).fit(returns).covariance_)}


def gerber_covariances(returns):
    # Six stocks have a positive definite original statistic; Riskfolio's threshold is absolute.
    gerber.af.is_pos_def = lambda cov: True
    six = gerber.gerber_cov_stat0(returns.iloc[:, :6], 0.5)
    assert np.linalg.eigvalsh(six)[0] > 0
    return {"0": lower(six),
            "1": lower(gerber.gerber_cov_stat1(returns, 0.5)),
            "2": lower(gerber.gerber_cov_stat2(returns, 0.5)),
            "skfolio": lower(sk.GerberCovariance(threshold=0.7).fit(returns).covariance_)}


def principal(x):
    t, n = x.shape
    s = np.cov(x, rowvar=False)
    values, vectors = np.linalg.eigh(s)
    low_rank = (vectors[:, -3:] * values[-3:]) @ vectors[:, -3:].T
    centered = x - x.mean(axis=0)
    left, size, right = np.linalg.svd(centered, full_matrices=False)
    criteria = []
    for k in range(min(20, min(n, t) // 2) + 1):
        rest = centered - (left[:, :k] * size[:k]) @ right[:k]
        criteria.append(np.log((rest ** 2).mean()) + k * (n + t) / (n * t) * np.log(min(n, t)))
    return {"three": lower(low_rank + np.diag(np.diag(s - low_rank))),
            "automaticCount": int(np.argmin(criteria))}


def regression(returns, factors):
    loadings = LoadingMatrixRegression(linear_regressor=LinearRegression())
    model = TimeSeriesFactorModel(loading_matrix_estimator=loadings).fit(returns, factors=factors)
    form = model.return_distribution_.factor_model
    return {"loadings": numbers(form.loading_matrix),
            "covariance": lower(model.return_distribution_.covariance)}


def sparse(x):
    correlation = np.corrcoef(x, rowvar=False)
    answer = {}
    for alpha in (0.05, 0.3):
        covariance, _ = graphical_lasso(correlation, alpha, tol=1e-12, enet_tol=1e-14,
                                        max_iter=2000)
        answer[str(alpha)] = lower(covariance)
    return answer


def implied(returns):
    volatilities = np.linspace(0.01, 0.03, STOCKS)
    estimator = sk.ImpliedCovariance(volatility_risk_premium_adj=1, annualization_factor=1)
    estimator.fit(returns, implied_vol=np.tile(volatilities, (DAYS, 1)))
    return lower(estimator.covariance_)


def regimes(returns):
    answer = {}
    for target in RegimeAdjustmentTarget:
        for method in RegimeAdjustmentMethod:
            model = sk.RegimeAdjustedEWCovariance(
                half_life=30, regime_half_life=12.5, regime_target=target, regime_method=method,
                regime_multiplier_clip=(0.5, 2), nearest=False).fit(returns)
            answer[f"{target.name} {method.name}"] = float(model.regime_multiplier_)
    clipped = sk.RegimeAdjustedEWCovariance(half_life=30, regime_multiplier_clip=(1.02, 1.03),
                                            nearest=False).fit(returns)
    return {"multipliers": answer, "covariance": lower(clipped.covariance_),
            "multiplier": float(clipped.regime_multiplier_)}


def with_gaps(x, is_monotone):
    x = x[:, :8].copy()
    for j in range(8):
        x[: 12 * j, j] = np.nan
        if not is_monotone:
            for t in range(DAYS):
                if (7 * t + 13 * j) % 29 == 0:
                    x[t, j] = np.nan
    return x


def naive_em(x):
    """Expectation maximization, day by day, as in Little & Rubin (2002), section 11.2."""
    t, n = x.shape
    mean, covariance = np.nanmean(x, axis=0), np.diag(np.nanvar(x, axis=0))
    for _ in range(3000):
        filled, extra = x.copy(), np.zeros((n, n))
        for row in filled:
            m = np.isnan(row)
            if m.any():
                weights = np.linalg.solve(covariance[np.ix_(~m, ~m)], covariance[np.ix_(~m, m)]).T
                row[m] = mean[m] + weights @ (row[~m] - mean[~m])
                extra[np.ix_(m, m)] += (covariance[np.ix_(m, m)]
                                        - weights @ covariance[np.ix_(~m, m)])
        mean = filled.mean(axis=0)
        covariance = (np.cov(filled, rowvar=False, ddof=0) * t + extra) / t
    return {"means": numbers(mean), "covariance": lower(covariance)}


def monotone_likelihood(x):
    """The maximum in closed form, asset by asset (Anderson 1957): regressions on longer histories."""
    n = x.shape[1]
    mean, covariance = np.zeros(n), np.zeros((n, n))
    for j in range(n):
        rows = ~np.isnan(x[:, j])
        design = np.column_stack([np.ones(rows.sum()), x[rows][:, :j]])
        weights, *_ = np.linalg.lstsq(design, x[rows, j], rcond=None)
        residual = x[rows, j] - design @ weights
        mean[j] = weights[0] + weights[1:] @ mean[:j]
        covariance[j, :j] = covariance[:j, j] = covariance[:j, :j] @ weights[1:]
        covariance[j, j] = residual @ residual / rows.sum() + weights[1:] @ covariance[:j, j]
    return {"means": numbers(mean), "covariance": lower(covariance)}


def unequal(x):
    gaps, monotone = with_gaps(x, False), with_gaps(x, True)
    return {"pairwise": lower(pd.DataFrame(gaps).cov()), "gaps": naive_em(gaps),
            "monotone": monotone_likelihood(monotone)}


def nearest(x):
    rounded = np.round(2 * np.corrcoef(x[-10:], rowvar=False), 0) / 2
    np.fill_diagonal(rounded, 1)
    return {"input": lower(rounded), "nearest": lower(corr_nearest(rounded, threshold=0, n_fact=500))}


def concentrated(x, rows, size):
    """Concentration steps until the subset stays (Rousseeuw & Van Driessen 1999, theorem 1)."""
    while True:
        center, covariance = x[rows].mean(axis=0), empirical_covariance(x[rows])
        if np.linalg.slogdet(covariance)[0] <= 0:
            return np.inf, rows
        deviations = x - center
        distances = (deviations @ np.linalg.inv(covariance) * deviations).sum(axis=1)
        nearest_rows = np.sort(np.argsort(distances, kind="stable")[:size])
        if len(rows) == size and (nearest_rows == rows).all():
            return np.linalg.slogdet(covariance)[1], rows
        rows = nearest_rows


def robust(x, count):
    """What twenty searches of scikit-learn find; and its estimate from the best of 2000 starts."""
    searches = [MinCovDet(random_state=seed).fit(x) for seed in range(20)]
    logs = [float(np.linalg.slogdet(model.raw_covariance_)[1]) for model in searches]
    size = min(int(np.ceil(0.5 * (DAYS + count + 1))), DAYS)
    random = np.random.default_rng(1)
    starts = (random.choice(DAYS, count + 1, replace=False) for _ in range(2000))
    log, rows = min((concentrated(x, start, size) for start in starts), key=lambda end: end[0])
    assert log <= min(logs) + 1e-9
    model = searches[0]
    model.raw_covariance_ = empirical_covariance(x[rows])
    deviations = x - x[rows].mean(axis=0)
    model.dist_ = (deviations @ np.linalg.inv(model.raw_covariance_) * deviations).sum(axis=1)
    model.support_ = np.isin(np.arange(DAYS), rows)
    model.correct_covariance(x)
    model.reweight_covariance(x)
    return {"assetCount": count, "logDeterminants": logs, "subset": rows.tolist(),
            "means": numbers(model.location_), "covariance": lower(model.covariance_),
            "outlierCount": int((~model.support_).sum())}


def main():
    prices = pd.read_csv(sys.argv[1], index_col=0).iloc[-DAYS - 1:]
    changes = prices.pct_change().iloc[1:]
    returns, factors = changes.iloc[:, :STOCKS], changes.iloc[:, STOCKS:]
    x = returns.to_numpy()
    versions = {package: version(package) for package in PACKAGES}
    head = {"source": "make_covariances.py on data/sample.csv.gz", "versions": versions}
    structured = {"semi": semi(returns), "shrunk": shrunk(x), "denoised": denoised(returns),
                  "gerber": gerber_covariances(returns), "principal": principal(x)}
    rest = {"regression": regression(returns, factors), "graphicalLasso": sparse(x),
            "localGlobal": lower(params.covar_matrix(returns, method="jlogo")),
            "implied": implied(returns), "regime": regimes(returns),
            "exponentialVariance": numbers(returns.ewm(halflife=15).var(bias=False).iloc[-1]),
            "unequal": unequal(x), "nearest": nearest(x),
            "robust": [robust(x[:, :k], k) for k in (1, 3, 6)],
            "condition": float(np.linalg.cond(np.cov(x, rowvar=False)))}
    for name, answers in (("covariances.json", structured), ("covariance-models.json", rest)):
        (FOLDER / name).write_text(json.dumps({**head, **answers}) + "\n")


main()
