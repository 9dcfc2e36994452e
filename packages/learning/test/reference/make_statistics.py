"""Makes statistics.json: statistics of forecasts, and of drift, by scipy and statsmodels.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0
    venv/bin/python make_statistics.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.stattools import acovf

rng = np.random.default_rng(3)
dates = np.repeat(np.arange(12), [9, 8, 10, 7, 9, 9, 8, 10, 9, 9, 7, 9])
forecasts = np.round(rng.standard_normal(len(dates)), 1)
targets = np.round(0.4 * forecasts + rng.standard_normal(len(dates)), 3)
linear = [float(stats.pearsonr(forecasts[dates == d], targets[dates == d])[0]) for d in range(12)]
rank = [float(stats.spearmanr(forecasts[dates == d], targets[dates == d])[0]) for d in range(12)]

series = np.round(0.1 + np.convolve(rng.standard_normal(84), np.ones(5) / 5, "valid"), 4)
hac = sm.OLS(series, np.ones_like(series)).fit(cov_type="HAC", cov_kwds={"maxlags": 6})


def diebold_mariano(d, h):
    n = len(d)
    gamma = acovf(d, adjusted=False, nlag=h)
    variance = (gamma[0] + 2 * gamma[1:h].sum()) / n
    t = d.mean() / np.sqrt(variance) * np.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    return {"horizon": h, "t": float(t), "pValue": float(2 * stats.t.sf(abs(t), n - 1))}


x = np.round(rng.standard_normal(40), 4)
y = np.round(0.5 + 1.3 * rng.standard_normal(25), 4)
ks = [stats.ks_2samp(x, y, method="exact"), stats.ks_2samp(x[:12], y + 0.2, method="exact")]
p_values = np.round(rng.uniform(size=20) ** 3, 5)
auto = AutoReg(series, lags=2, trend="c").fit()
document = {
    "recipe": "make_statistics.py",
    "versions": {name: version(name) for name in ["numpy", "scipy", "statsmodels"]},
    "dates": dates.tolist(),
    "forecasts": forecasts.tolist(),
    "targets": targets.tolist(),
    "linear": linear,
    "rank": rank,
    "series": series.tolist(),
    "neweyWest": {"lags": 6, "t": float(hac.tvalues[0])},
    "dieboldMariano": [diebold_mariano(series, 1), diebold_mariano(series, 4)],
    "x": x.tolist(),
    "y": y.tolist(),
    "kolmogorovSmirnov": [{"statistic": float(k.statistic), "pValue": float(k.pvalue)} for k in ks],
    "pValues": p_values.tolist(),
    "benjaminiHochberg": [bool(b) for b in multipletests(p_values, 0.05, "fdr_bh")[0]],
    "benjaminiYekutieli": [bool(b) for b in multipletests(p_values, 0.05, "fdr_by")[0]],
    "autoregression": auto.params.tolist(),
}
Path(__file__).with_name("statistics.json").write_text(json.dumps(document, indent=1) + "\n")
