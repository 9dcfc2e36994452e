"""Makes moments.json: moments by independent programs.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas==3.1.1 scipy skfolio==1.12.2 riskfolio-lib==7.4.0
    venv/bin/pip download --no-deps pyqlib==0.9.7 && unzip pyqlib-*.whl -d qlib-wheel
    venv/bin/python make_moments.py ../../../../data/sample.csv.gz qlib-wheel

Returns are the last 250 of the 20 stocks of the sample, but for those of co-moments: the first four
of them. POET is that of pyqlib, of whose wheel only the one file is loaded. Symmetric matrices are
written as their lower triangle, row by row, with 15 digits.
"""

import importlib.util
import json
import sys
import types
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import riskfolio.external.cppfunctions as riskfolio
from scipy.stats import kurtosis, lmoment, skew
from skfolio.moments import EmpiricalCovariance, EmpiricalMu
from skfolio.pre_selection import SelectNonExpiring
from skfolio.prior import EmpiricalPrior

STOCKS, DAYS, FEW = 20, 250, 4
FOLDER = Path(__file__).parent


def numbers(values):
    return [float(f"{x:.15g}") for x in np.asarray(values, dtype=float).ravel()]


def lower(matrix):
    matrix = np.asarray(matrix, dtype=float)
    return numbers(matrix[np.tril_indices(len(matrix))])


def poet(folder, x):
    """Loads pyqlib's POET without the rest of the package, which needs a data server."""
    base = types.ModuleType("qlib.model.riskmodel")
    base.RiskModel = type("RiskModel", (), {"__init__": lambda self, **_: None})
    sys.modules["qlib.model.riskmodel"] = base
    path = Path(folder) / "qlib/model/riskmodel/poet.py"
    spec = importlib.util.spec_from_file_location("poet", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    centered = x - x.mean(axis=0)
    return [{"factors": k, "thresholding": name, "constant": c,
             "covariance": lower(module.POETCovEstimator(k, c, method)._predict(centered).real)}
            for k in [0, 1, 3]
            for name, method in [("soft", "soft"), ("hard", "hard"), ("smoothly-clipped", "scad")]
            for c in [0.7]]


def horizon(frame):
    found = []
    for days in [21, 252, 756]:
        prior = EmpiricalPrior(mu_estimator=EmpiricalMu(), covariance_estimator=EmpiricalCovariance(),
                               is_log_normal=True, investment_horizon=days)
        prior.fit(frame)
        answer = prior.return_distribution_
        found.append({"days": days, "means": numbers(answer.mu), "covariance": lower(answer.covariance)})
    return found


def higher(x, frame):
    """Portfolio moments and L-moments by SciPy, co-moments by Riskfolio-Lib."""
    weights = np.array([0.6, 0.5, -0.3, 0.2])
    p = x @ weights
    l_moments = [lmoment(p, order=k, standardize=False) for k in [1, 2, 3, 4]]
    d, dp = x - x.mean(axis=0), p - p.mean()
    return {"weights": numbers(weights), "skewness": skew(p), "kurtosis": kurtosis(p, fisher=False),
            "lMoments": numbers(l_moments),
            "coskewness": numbers(riskfolio.coskewness_matrix(frame)),
            "cokurtosis": numbers(riskfolio.cokurtosis_matrix(frame)),
            "thirdWithPortfolio": numbers((d * dp[:, None] ** 2).mean(axis=0))}


def expiring(frame):
    last = frame.index[-1]
    dates = {name: last + pd.Timedelta(days=int(k)) for k, name in enumerate(frame.columns[:10])}
    selected = lambda days: SelectNonExpiring(dates, pd.Timedelta(days=days)).fit(frame)
    return [{"lookahead": days, "kept": np.flatnonzero(selected(days).get_support()).tolist()}
            for days in [0, 1, 5, 30]]


def main(path, wheel):
    prices = pd.read_csv(path, index_col=0, parse_dates=True).iloc[-DAYS - 1:, :STOCKS]
    returns = prices.pct_change().iloc[1:]
    few = returns.iloc[:, :FEW]
    packages = ["numpy", "scipy", "skfolio", "riskfolio-lib"]
    answers = {"made_by": {name: version(name) for name in packages} | {"pyqlib": "0.9.7"},
               "poet": poet(wheel, returns.to_numpy()),
               "horizon": horizon(returns),
               "higher": higher(few.to_numpy(), few),
               "expiring": expiring(returns)}
    (FOLDER / "moments.json").write_text(json.dumps(answers, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
