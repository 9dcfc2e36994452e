"""Least risk, most return under a limit, and the largest ratio for measures of tails over a year and
four of daily returns of 20 stocks, by two cone solvers.

Usage: python make_tail_programs.py sample.csv DIRECTORY

Where the second solver fails, or does not agree with the first to 1e-6, the value is left out.
"""
import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from make_risk_programs import (ALPHA, CAP, ECOS, KAPPA, LP, SCS, entropic, drawdowns, ordered,
                                relativistic, solve, tail_gini_weights)

TAIL = {"level": 1 - ALPHA}
DEFORMED = {**TAIL, "deformation": KAPPA}


def of_drawdowns(measure):
    def build(y):
        falls, rows = drawdowns(y)
        value, more = measure(falls, ALPHA)
        return value, rows + more
    return build


CASES = [
    ({"kind": "evar", **TAIL}, 250, ECOS, lambda y: entropic(-y, ALPHA)),
    ({"kind": "evar", **TAIL}, 1000, ECOS, lambda y: entropic(-y, ALPHA)),
    ({"kind": "edar", **TAIL}, 250, ECOS, of_drawdowns(entropic)),
    ({"kind": "edar", **TAIL}, 1000, ECOS, of_drawdowns(entropic)),
    ({"kind": "rlvar", **DEFORMED}, 250, SCS, lambda y: relativistic(-y, ALPHA)),
    ({"kind": "rldar", **DEFORMED}, 250, SCS, of_drawdowns(relativistic)),
    ({"kind": "tail-gini", "level": 0.95, "pieces": 100}, 400, LP,
     lambda y: ordered(y, tail_gini_weights(y.shape[0], 0.05, 100))),
]


def main():
    warnings.filterwarnings("ignore")
    prices = pd.read_csv(sys.argv[1], index_col=0).iloc[:, :20]
    returns = prices.pct_change().iloc[1:].values
    cases = []
    for measure, days, options, build in CASES:
        print(measure, days, file=sys.stderr, flush=True)
        case = solve(measure, returns[-days:], options, build)
        print(case, file=sys.stderr, flush=True)
        if case is not None:
            cases.append(case)
    packages = ("cvxpy", "clarabel", "ecos", "scs", "highspy")
    document = {"source": "make_tail_programs.py on data/sample.csv.gz", "cap": CAP,
                "versions": {package: version(package) for package in packages}, "cases": cases}
    Path(sys.argv[2], "tail-programs.json").write_text(json.dumps(document) + "\n")


main()
