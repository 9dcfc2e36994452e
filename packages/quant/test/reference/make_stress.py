"""Makes stress.json: returns of the S&P 500 in windows of stress, and conditional normals.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas==3.1.1
    venv/bin/python make_stress.py sample.csv.gz

Windows are read off the sample's index: the return between the two closes, and the days of the
highest and the lowest close between them. Holdings are 60 % AAPL and 40 % JNJ, bought and left
alone. Conditional means and covariances are the textbook's formula with numpy.linalg.inv, on the
daily covariance of five stocks in the last 500 days.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

PACKAGES = ["numpy", "pandas"]
WINDOWS = {"gulf-war-1990": ("1990-07-16", "1990-10-11"),
           "bond-crash-1994": ("1994-02-02", "1994-04-04"),
           "asia-1997": ("1997-10-07", "1997-10-27"),
           "russia-1998": ("1998-07-17", "1998-08-31"),
           "dot-com-2000": ("2000-03-24", "2002-10-09"),
           "september-11": ("2001-09-10", "2001-09-21"),
           "accounting-2002": ("2002-03-19", "2002-07-23"),
           "financial-crisis": ("2007-10-09", "2009-03-09"),
           "lehman-2008": ("2008-09-12", "2008-11-20"),
           "greece-2010": ("2010-04-23", "2010-07-02"),
           "downgrade-2011": ("2011-07-22", "2011-10-03"),
           "taper-2013": ("2013-05-21", "2013-06-24"),
           "china-2015": ("2015-08-17", "2015-08-25"),
           "oil-2016": ("2015-12-29", "2016-02-11"),
           "volatility-2018": ("2018-01-26", "2018-02-08"),
           "rates-2018": ("2018-09-20", "2018-12-24"),
           "covid-2020": ("2020-02-19", "2020-03-23"),
           "inflation-2022": ("2022-01-03", "2022-10-12")}
STOCKS = ["AAPL", "BAC", "JNJ", "KO", "XOM"]
HELD = {"AAPL": 0.6, "JNJ": 0.4}


def day(date):
    return int((pd.Timestamp(date) - pd.Timestamp(0)).days)


def window(table, start, end):
    index = table["SP500"].loc[start:end]
    growth = sum(weight * table[name].loc[start:end] / table[name].loc[start]
                 for name, weight in HELD.items())
    return {"startDay": day(start), "endDay": day(end),
            "indexReturn": index.iloc[-1] / index.iloc[0] - 1,
            "highDay": day(index.idxmax()), "lowDay": day(index.idxmin()),
            "portfolioReturn": growth.iloc[-1] - 1,
            "maximumDrawdown": float((1 - growth / growth.cummax()).max())}


def conditional(returns):
    mu, sigma = returns.mean().values, np.cov(returns.values, rowvar=False)
    b, a = [1, 4], [0, 2, 3]
    shocks = np.array([-0.1, 0.05])
    inverse = np.linalg.inv(sigma[np.ix_(b, b)])
    gain = sigma[np.ix_(a, b)] @ inverse
    surprise = shocks - mu[b]
    return {"means": mu.tolist(), "covariance": sigma.ravel().tolist(),
            "shockedAssets": b, "shocks": shocks.tolist(), "otherAssets": a,
            "conditionalMeans": (mu[a] + gain @ surprise).tolist(),
            "conditionalCovariance":
                (sigma[np.ix_(a, a)] - gain @ sigma[np.ix_(b, a)]).ravel().tolist(),
            "distance": float(np.sqrt(surprise @ inverse @ surprise))}


def main():
    table = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)
    covid = table.loc["2020-02-10":"2020-03-30", [*HELD, "SP500"]]
    result = {
        "source": "make_stress.py on data/sample.csv.gz",
        "versions": {package: version(package) for package in PACKAGES},
        "windows": {name: window(table, *dates) for name, dates in WINDOWS.items()},
        "prices": {"days": [day(d) for d in covid.index], "columns": list(covid.columns),
                   "closes": covid.values.ravel().tolist()},
        "conditional": conditional(table[STOCKS].pct_change().iloc[-500:]),
    }
    (Path(__file__).parent / "stress.json").write_text(json.dumps(result) + "\n")


main()
