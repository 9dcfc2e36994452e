"""Walks strategies forward with skfolio, for walk-forward.json.

    python make-walk-forward.py > walk-forward.json

Needs skfolio 1.12, pandas and clarabel. Strategies are fitted anew for each day, so that weights
that skfolio holds constant within a test are those that a simulation holds.
"""

import json
import sys
from pathlib import Path

import pandas
import skfolio
from skfolio.model_selection import WalkForward, cross_val_predict
from skfolio.optimization import EqualWeighted, MeanRisk
from skfolio.preprocessing import prices_to_returns

SYMBOLS = ["AAPL", "JPM", "KO", "PG", "XOM"]
START, END = "2018-01-01", "2019-03-31"
TRAIN_DAYS = 250

sample = Path(__file__).parents[4] / "data" / "sample.csv.gz"
prices = pandas.read_csv(sample, index_col=0, parse_dates=True)[SYMBOLS].loc[START:END]
returns = prices_to_returns(prices)

tight = {"tol_gap_abs": 1e-12, "tol_gap_rel": 1e-12, "tol_feas": 1e-12}
strategies = {
    "Minimum variance": MeanRisk(solver="CLARABEL", solver_params=tight, scale_objective=1e4),
    "Equal": EqualWeighted(),
}


def deepest_fall(returns):
    growth = pandas.Series([1.0, *(1 + returns)]).cumprod()
    return float((1 - growth / growth.cummax()).max())


def walk(model):
    whole = cross_val_predict(model, returns, cv=WalkForward(train_size=TRAIN_DAYS, test_size=1))
    return {
        "weights": [[float(weight) for weight in one.weights] for one in whole.portfolios],
        "returns": [float(value) for value in whole.returns],
        "sharpe_ratio": float(whole.annualized_sharpe_ratio),
        "max_drawdown": deepest_fall(whole.returns),
        "dates": [str(pandas.Timestamp(day).date()) for day in whole.observations],
    }


json.dump(
    {
        "made_by": f"skfolio {skfolio.__version__}",
        "symbols": SYMBOLS,
        "start_date": START,
        "end_date": END,
        "train_days": TRAIN_DAYS,
        "strategies": {name: walk(model) for name, model in strategies.items()},
    },
    sys.stdout,
    separators=(",", ":"),
)
