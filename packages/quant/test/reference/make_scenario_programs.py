"""Makes scenario-programs.json: linear programs of scenarios by HiGHS, simplex and interior point.

Usage: python make_scenario_programs.py data/sample.csv.gz OUTPUT_FOLDER

The sample's 20 stocks, as they are and made degenerate. "long": weights from 0 to 0.25 of sum 1.
"limited": from -0.1 to 0.3 of sum 1, the first five from 0.1 to 0.3 together, and the mean of the
columns' means times 1.2 as the least mean return. Values are objectives per day.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linprog

DAYS = 250


def panels(returns):
    last = returns[-DAYS:]
    ties = np.round(last, 2)
    twins = last.copy()
    twins[:, 10:] = twins[:, :10]
    zeros = last.copy()
    zeros[:, :5] = 0
    return {"as they are": last, "rounded": ties, "twins": twins, "zeros": zeros,
            "fewer days than assets": returns[-12:]}


def hinge_blocks(measure, y):
    """Blocks (matrix, sign, offset, border cost, slope below, slope above); inf is a limit."""
    count = len(y)
    tail = lambda level, sign: (y, sign, 0.0, 1.0, 0.0, 1 / (count * (1 - level)))
    kind = measure["kind"]
    if kind == "cvar":
        return [tail(measure["level"], -1)]
    if kind == "cvar-range":
        return [tail(measure["level"], -1), tail(measure["level"], 1)]
    if kind == "worst-realization":
        return [(y, -1, 0.0, 1.0, 0.0, np.inf)]
    if kind == "mean-absolute-deviation":
        return [(y - y.mean(axis=0), 1, 0.0, None, 1 / count, 1 / count)]
    return [(y, 1, measure["threshold"], None, 1 / count, 0.0)]


def program(measure, y, limited):
    """Variables: weights, then each block's border and parts above and below."""
    n = y.shape[1]
    cost, bounds = [0.0] * n, [(-0.1, 0.3) if limited else (0.0, 0.25)] * n
    equal, sides = [(np.ones(n), 1.0)], []
    if limited:
        first = np.r_[np.ones(5), np.zeros(n - 5)]
        mean = y.mean(axis=0)
        sides += [(first, 0.3), (-first, -0.1), (-mean, -1.2 * mean.mean())]
    for matrix, sign, offset, border, below, above in hinge_blocks(measure, y):
        start = len(cost)
        has_border = border is not None
        cost += ([border] if has_border else []) + [0.0 if above == np.inf else above] * len(y)
        cost += [below] * len(y)
        bounds += [(None, None)] * has_border
        bounds += [(0, 0 if above == np.inf else None)] * len(y) + [(0, None)] * len(y)
        for t in range(len(y)):
            row = np.zeros(len(cost))
            row[:n] = sign * matrix[t]
            if has_border:
                row[start] = -1
            row[start + has_border + t] = -1
            row[start + has_border + len(y) + t] = 1
            equal.append((row, offset))
    pad = lambda rows: np.array([np.r_[r, np.zeros(len(cost) - len(r))] for r, _ in rows])
    right = lambda rows: np.array([b for _, b in rows])
    given = dict(c=cost, A_eq=pad(equal), b_eq=right(equal), bounds=bounds)
    return dict(given, A_ub=pad(sides), b_ub=right(sides)) if sides else given


def least(given):
    values = [linprog(**given, method=method) for method in ("highs-ds", "highs-ipm")]
    assert len({v.status for v in values}) == 1, [v.message for v in values]
    if values[0].status == 2:
        return None
    assert abs(values[0].fun - values[1].fun) <= 1e-9, [v.fun for v in values]
    return float(values[0].fun)


def main(source, target):
    prices = pd.read_csv(source, index_col=0).iloc[:, :20]
    returns = prices.pct_change(fill_method=None).iloc[1:].to_numpy()
    measures = [{"kind": "cvar", "level": 0.95}, {"kind": "cvar", "level": 0.7},
                {"kind": "worst-realization"}, {"kind": "mean-absolute-deviation"},
                {"kind": "lower-partial-moment", "order": 1, "threshold": 0.001},
                {"kind": "cvar-range", "level": 0.9}]
    cases = [{"panel": name, "measure": measure, "limited": limited,
              "least": least(program(measure, y, limited))}
             for name, y in panels(returns).items()
             for measure in measures for limited in (False, True)]
    document = {"packages": {name: version(name) for name in ("numpy", "scipy", "pandas")},
                "days": DAYS, "cases": cases}
    Path(target, "scenario-programs.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
