"""Makes features.json: features of prices by pandas, numpy and scipy.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
    venv/bin/python make_features.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

rng = np.random.default_rng(11)
market = 0.01 * rng.standard_normal(260)
shocks = 0.015 * rng.standard_t(4, (260, 3))
closes = np.round(50 * np.exp(np.cumsum(np.outer(market, [0.5, 1.0, 1.6]) + shocks, axis=0)), 3)
frame = pd.DataFrame(closes, columns=list("ABC"))
returns = np.log(frame).diff()
mean = returns.mean(axis=1)


def log_volatility(x, days):
    return 0.5 * np.log(1e-8 + (x.tail(days) ** 2).mean())


def features(symbol):
    r = returns[symbol]
    year = r.tail(252)
    fit = stats.linregress(mean.tail(252), year)
    residual = year - fit.intercept - fit.slope * mean.tail(252)
    close = frame[symbol]
    return {
        "momentum_12_1": np.log(close.iloc[-22] / close.iloc[-253]),
        "momentum_6_1": np.log(close.iloc[-22] / close.iloc[-127]),
        "reversal_5": -np.log(close.iloc[-1] / close.iloc[-6]),
        "reversal_21": -np.log(close.iloc[-1] / close.iloc[-22]),
        "log_volatility_21": log_volatility(r, 21),
        "log_volatility_63": log_volatility(r, 63),
        "log_volatility_252": log_volatility(r, 252),
        "beta_252": fit.slope,
        "idiosyncratic_volatility_252": 0.5 * np.log(1e-8 + (residual**2).mean()),
        "largest_return_21": r.tail(21).max(),
        "high_distance_252": np.log(close.iloc[-1] / close.tail(252).max()),
        "skewness_252": stats.skew(year),
        "autocorrelation_63": ((r.tail(63) - r.tail(63).mean()) * (r.tail(63) - r.tail(63).mean()).shift()).sum()
        / ((r.tail(63) - r.tail(63).mean()) ** 2).sum(),
        "market_log_volatility_21": log_volatility(mean, 21),
        "market_momentum_252": mean.tail(252).sum(),
    }


levels = [{name: float(value) for name, value in features(symbol).items()} for symbol in "ABC"]
document = {
    "recipe": "make_features.py",
    "versions": {name: version(name) for name in ("numpy", "scipy", "pandas")},
    "closes": closes.ravel().tolist(),
    "levels": levels,
}
Path(__file__).with_name("features.json").write_text(json.dumps(document) + "\n")
