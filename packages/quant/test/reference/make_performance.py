"""Makes performance.json: figures of daily returns by independent programs.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas scipy scikit-learn skfolio==1.12.2 statsmodels==0.15.0
    venv/bin/python make_performance.py sample.csv.gz

The series is the mean of 20 stocks' daily returns over the last 504 days of the sample; the
benchmark is its index SP500. Ratios come from skfolio.measures where it has them, moments and
quantiles from SciPy and NumPy, regressions from statsmodels; drawdowns, captures, calendar and
overfitting are written down from their definitions with pandas and itertools.
"""

import itertools
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import skfolio.measures as sm
import statsmodels.api as smapi
from scipy import stats

PACKAGES = ["numpy", "pandas", "scipy", "skfolio", "statsmodels"]
FACTORS = ["MTUM", "QUAL", "SIZE", "USMV", "VLUE"]
DAYS = 504
YEAR = 252
RISK_FREE = 0.02 / YEAR


def numbers(values):
    return np.asarray(values, dtype=float).ravel().tolist()


def normal():
    points = [-37, -20, -8.3, -5, -3, -2.51, -2.49, -1, -0.1, -1e-9, 0.3, 1.7, 2.6, 4, 8]
    levels = [1e-300, 1e-30, 1e-10, 1e-5, 0.01, 0.05, 0.0749, 0.2, 0.5, 0.6, 0.95, 0.999999]
    return {"points": points, "probabilities": numbers(stats.norm.cdf(points)),
            "levels": levels, "quantiles": numbers(stats.norm.ppf(levels))}


def sharpe(excess):
    t = len(excess)
    sr = excess.mean() / excess.std(ddof=1)
    skew, kurtosis = stats.skew(excess), stats.kurtosis(excess, fisher=False)
    factor = 1 - skew * sr + (kurtosis - 1) / 4 * sr**2
    threshold = 0.5 / np.sqrt(YEAR)
    n, variance = 40, 0.0004
    best = np.sqrt(variance) * ((1 - np.euler_gamma) * stats.norm.ppf(1 - 1 / n)
                                + np.euler_gamma * stats.norm.ppf(1 - 1 / (n * np.e)))
    return {"ratio": sr, "skewness": skew, "kurtosis": kurtosis,
            "standardErrorNormal": np.sqrt((1 + sr**2 / 2) / t),
            "standardError": np.sqrt(factor / t),
            "threshold": threshold,
            "probabilistic": stats.norm.cdf((sr - threshold) * np.sqrt((t - 1) / factor)),
            "minimumTrackRecord": 1 + factor * (stats.norm.ppf(0.95) / (sr - threshold)) ** 2,
            "trials": {"count": n, "variance": variance}, "expectedMaximum": best,
            "deflated": stats.norm.cdf((sr - best) * np.sqrt((t - 1) / factor))}


def tails(returns, excess):
    downside = sm.semi_deviation(excess.values, min_acceptable_return=0)
    downside_all = np.sqrt((np.minimum(excess, 0) ** 2).mean())
    gains, losses = excess.clip(lower=0).sum(), -excess.clip(upper=0).sum()
    assert np.isclose(downside * np.sqrt((DAYS - 1) / DAYS), downside_all, rtol=1e-13)
    return {"downsideDeviation": downside_all,
            "sortino": excess.mean() / downside_all, "omega": gains / losses,
            "tailRatio": abs(np.quantile(returns, 0.95)) / abs(np.quantile(returns, 0.05)),
            "valueAtRisk": -np.quantile(returns, 0.05),
            "conditionalValueAtRisk": sm.cvar(returns.values, beta=0.95)}


def drawdowns(returns):
    growth = np.concatenate([[1], (1 + returns).cumprod()])
    peaks = np.maximum.accumulate(growth)
    depth = 1 - growth / peaks
    found, t = [], 0
    while t < len(depth):
        if depth[t] == 0:
            t += 1
            continue
        end = t
        while end < len(depth) and depth[end] > 0:
            end += 1
        trough = t + int(np.argmax(depth[t:end]))
        found.append({"depth": depth[trough], "peakIndex": t - 1, "troughIndex": trough,
                      "recoveryIndex": end if end < len(depth) else None})
        t = end
    found.sort(key=lambda one: -one["depth"])
    drawdown = sm.get_drawdowns(returns.values, compounded=True)
    assert np.isclose(-drawdown.min(), depth.max())
    return {"worst": found[:5], "ulcer": float(np.sqrt((depth[1:] ** 2).mean()))}


def calendar(returns):
    months = (1 + returns).groupby([returns.index.year, returns.index.month]).prod() - 1
    years = (1 + returns).groupby(returns.index.year).prod() - 1
    return {"months": [[int(y), int(m), r] for (y, m), r in months.items()],
            "years": [[int(y), r] for y, r in years.items()],
            "hitRate": float((returns > 0).mean()), "monthlyHitRate": float((months > 0).mean())}


def against(returns, benchmark):
    fit = smapi.OLS(returns - RISK_FREE, smapi.add_constant(benchmark - RISK_FREE)).fit()
    active = returns - benchmark
    geometric = lambda x: (1 + x).prod() ** (1 / len(x)) - 1
    up, down = benchmark > 0, benchmark < 0
    return {"beta": fit.params.iloc[1], "alphaPerYear": fit.params.iloc[0] * YEAR,
            "correlation": np.corrcoef(returns, benchmark)[0, 1],
            "trackingErrorPerYear": active.std(ddof=1) * np.sqrt(YEAR),
            "informationRatio": active.mean() / active.std(ddof=1) * np.sqrt(YEAR),
            "treynorPerYear": (returns - RISK_FREE).mean() * YEAR / fit.params.iloc[1],
            "upCapture": geometric(returns[up]) / geometric(benchmark[up]),
            "downCapture": geometric(returns[down]) / geometric(benchmark[down]),
            "battingAverage": float((returns > benchmark).mean())}


def rolling(returns, benchmark, window):
    excess, market = returns - RISK_FREE, benchmark - RISK_FREE
    pick = slice(window - 1, None, 40)
    roll = excess.rolling(window)
    return {"window": window, "every": 40,
            "compoundReturns": numbers((1 + returns).rolling(window).apply(np.prod).iloc[pick] - 1),
            "volatilitiesPerYear": numbers(returns.rolling(window).std().iloc[pick] * np.sqrt(YEAR)),
            "sharpesPerYear": numbers((roll.mean() / roll.std()).iloc[pick] * np.sqrt(YEAR)),
            "betas": numbers((roll.cov(market) / market.rolling(window).var()).iloc[pick])}


def factors(excess, panel):
    lags = 4
    fit = smapi.OLS(excess.values, smapi.add_constant(panel.values)).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False})
    plain = smapi.OLS(excess.values, smapi.add_constant(panel.values)).fit()
    return {"lags": lags, "names": FACTORS, "returns": numbers(panel.values),
            "coefficients": numbers(fit.params), "errors": numbers(fit.bse),
            "rSquared": float(plain.rsquared), "residualDeviation": float(np.sqrt(plain.scale))}


def overfitting(panel, blocks):
    values = panel.values
    rows = len(values) // blocks
    parts = np.split(values[len(values) - rows * blocks:], blocks)
    ratio = lambda x: x.mean(axis=0) / x.std(axis=0, ddof=1)
    logits, inside, outside = [], [], []
    for chosen in itertools.combinations(range(blocks), blocks // 2):
        a = ratio(np.vstack([parts[b] for b in range(blocks) if b in chosen]))
        b_ = ratio(np.vstack([parts[b] for b in range(blocks) if b not in chosen]))
        best = int(np.argmax(a))
        omega = stats.rankdata(b_)[best] / (len(a) + 1)
        logits.append(np.log(omega / (1 - omega)))
        inside.append(a[best])
        outside.append(b_[best])
    whole = ratio(np.vstack(parts))
    return {"blocks": blocks, "returns": numbers(values), "strategyCount": values.shape[1],
            "probability": float(np.mean(np.array(logits) <= 0)),
            "logitSum": float(np.sum(logits)), "splitCount": len(logits),
            "degradationSlope": float(np.polyfit(inside, outside, 1)[0]),
            "lossProbability": float(np.mean(np.array(outside) < 0)),
            "trialVariance": float(whole.var(ddof=1))}


def main():
    prices = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)
    stocks = prices.columns[:20]
    daily = prices.pct_change().iloc[-DAYS:]
    returns, benchmark = daily[stocks].mean(axis=1), daily["SP500"]
    excess = returns - RISK_FREE
    result = {
        "source": "make_performance.py on data/sample.csv.gz",
        "versions": {package: version(package) for package in PACKAGES},
        "riskFree": RISK_FREE,
        "days": [int(d) for d in (returns.index - pd.Timestamp(0)).days],
        "returns": numbers(returns), "benchmark": numbers(benchmark),
        "normal": normal(), "sharpe": {k: v for k, v in sharpe(excess).items()},
        "compoundReturnPerYear": (1 + returns).prod() ** (YEAR / DAYS) - 1,
        "tails": tails(returns, excess), "drawdowns": drawdowns(returns),
        "calendar": calendar(returns), "benchmarkFigures": against(returns, benchmark),
        "rolling": rolling(returns, benchmark, 63),
        "factors": factors(excess.iloc[-252:], daily[FACTORS].iloc[-252:]),
        "overfitting": overfitting(daily[stocks[:8]].iloc[-125:], 8),
    }
    path = Path(__file__).parent / "performance.json"
    path.write_text(json.dumps(result, default=float) + "\n")


main()
