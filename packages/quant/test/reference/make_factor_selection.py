"""Loadings on chosen factors by Riskfolio-Lib: python make_factor_selection.py ../../../../data/sample.csv.gz > factor-selection.json

The returns are the last 250 of the 20 stocks of the sample, and of its six indices as factors.
"""

import json
import sys
import warnings

import numpy as np
import pandas as pd
import riskfolio.src.ParamsEstimation as params

warnings.simplefilter("ignore")
STOCKS, DAYS = 20, 250
CRITERIA = {
    "p-value": "pvalue",
    "akaike": "AIC",
    "schwarz": "SIC",
    "adjusted-r-squared": "R2_A",
}


def loadings(stocks, indices, **settings):
    found = params.loadings_matrix(indices, stocks, **settings)
    values = found.drop(columns="const")[indices.columns].to_numpy().ravel()
    return [float(f"{x:.15g}") for x in values]


prices = pd.read_csv(sys.argv[1], index_col="date", parse_dates=True)
returns = prices.pct_change().iloc[-DAYS:]
stocks, indices = returns.iloc[:, :STOCKS], returns.iloc[:, STOCKS:]
cases = {
    f"{direction} {ours}": loadings(
        stocks, indices, feature_selection="stepwise", stepwise=direction.title(), criterion=theirs
    )
    for direction in ["forward", "backward"]
    for ours, theirs in CRITERIA.items()
}
# Components are of factors over deviations by T, coefficients over those by T − 1: undone here.
scale = np.sqrt(DAYS / (DAYS - 1))
for share in [0.9, 0.5]:
    found = loadings(stocks, indices, feature_selection="PCR", n_components=share)
    cases[f"components {share}"] = [float(f"{x * scale:.15g}") for x in found]
print(json.dumps(cases, separators=(",", ":")))
