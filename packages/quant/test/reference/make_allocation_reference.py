"""Makes allocation.json: whole shares by PyPortfolioOpt's integer program.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas==3.1.1 PyPortfolioOpt==1.6.0 cvxpy==1.9.3 highspy==1.15.1
    venv/bin/python make_allocation_reference.py

Prices are those of the last day of estimators.json (5 stocks), and 20 seeded ones. The error is the
sum of absolute deviations and of the cash that is left, in money.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from pypfopt.discrete_allocation import DiscreteAllocation

FOLDER = Path(__file__).parent


def allocate(prices, weights, cash):
    names = [f"a{i}" for i in range(len(prices))]
    allocation = DiscreteAllocation(dict(zip(names, weights)), pd.Series(prices, index=names),
                                    total_portfolio_value=cash)
    shares, left = allocation.lp_portfolio(solver="HIGHS")
    counts = [int(shares.get(name, 0)) for name in names]
    values = np.array(counts) * np.array(prices)
    error = float(np.abs(np.array(weights) * cash - values).sum() + cash - values.sum())
    return {"prices": list(prices), "weights": list(weights), "cash": cash, "shares": counts,
            "error": error}


def main():
    closes = json.loads((FOLDER / "estimators.json").read_text())["prices"]
    last = closes[-1]
    rng = np.random.default_rng(7)
    wide = np.round(rng.uniform(8, 400, 20), 2).tolist()
    shares = rng.dirichlet(np.ones(20))
    shares = (shares / shares.sum()).tolist()
    cases = [allocate(last, [0.3, 0.25, 0.2, 0.15, 0.1], cash) for cash in (1_000, 5_000, 50_000)]
    cases += [allocate(wide, shares, cash) for cash in (2_000, 10_000, 100_000)]
    document = {"versions": {name: version(name) for name in ("numpy", "pandas", "PyPortfolioOpt")},
                "cases": cases}
    (FOLDER / "allocation.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
