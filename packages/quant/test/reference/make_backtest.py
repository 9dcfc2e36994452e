"""Makes backtest.json: portfolios simulated step by step in NumPy, and splits by skfolio.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas==3.1.1 skfolio==1.12.2 vectorbt==1.2.0
    venv/bin/python make_backtest.py sample.csv.gz

Prices are the last 300 closes of five stocks of the sample. Each month's first day decides inverse
volatility weights from the 60 returns before it; `long` trades at the close last seen without costs,
where vectorbt must agree; `costly` one day later with commissions, half spreads, square-root
impact, dividends, interest, leverage 1.5 and one short position.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import vectorbt as vbt
from skfolio.model_selection import CombinatorialPurgedCV, WalkForward

PACKAGES = ["numpy", "pandas", "skfolio", "vectorbt"]
STOCKS = ["AAPL", "BAC", "JNJ", "KO", "XOM"]
ROWS, LOOKBACK = 300, 61


def decide(closes, d, tilt):
    returns = closes[d - LOOKBACK + 1:d] / closes[d - LOOKBACK:d - 1] - 1
    inverse = 1 / returns.std(axis=0, ddof=1)
    return inverse / inverse.sum() * tilt


def trade_cost(trades, rules, closes, volumes, row):
    size = np.abs(trades)
    cost = rules["linear"] * size.sum() + (rules["halfSpread"] * size).sum()
    cost += rules["fixed"] * (size > 0).sum()
    if rules["impact"] > 0:
        w = rules["window"]
        changes = closes[row - w:row] / closes[row - w - 1:row - 1] - 1
        traded = (closes[row - w:row] * volumes[row - w:row]).mean(axis=0)
        cost += (rules["impact"] * changes.std(axis=0, ddof=1) * size ** 1.5 / traded ** 0.5).sum()
    return cost


def simulate(closes, volumes, dividends, decisions, rules):
    first = decisions[0] - 1
    cash, units, orders, values = rules["initial"], np.zeros(closes.shape[1]), {}, []
    for row in range(first, len(closes)):
        if row > first:
            rate = rules["cash"] + (rules["debit"] / 252 if cash < 0 else 0)
            borrow = -np.minimum(units, 0) @ closes[row - 1] * rules["borrow"] / 252
            cash += cash * rate - borrow + units @ dividends[row]
        if row + 1 in decisions:
            orders[row + rules["lag"]] = decide(closes, row + 1, np.array(rules["tilt"]))
        if row in orders:
            value = cash + units @ closes[row]
            held, left = units * closes[row], value
            for _ in range(200):
                trades = orders[row] * left - held
                left = value - trade_cost(trades, rules, closes, volumes, row)
            units = orders[row] * left / closes[row]
            cash = left - units @ closes[row]
        values.append(cash + units @ closes[row])
    return values


def by_vectorbt(prices, decisions):
    size = pd.DataFrame(np.nan, index=prices.index, columns=prices.columns)
    for d in decisions:
        size.iloc[d - 1] = decide(prices.values, d, 1)
    folio = vbt.Portfolio.from_orders(prices, size, size_type="targetpercent", group_by=True,
                                      cash_sharing=True, call_seq="auto", init_cash=1e6)
    return folio.value().values[decisions[0] - 1:]


def splits(index):
    frame = pd.DataFrame(np.zeros((len(index), 2)), index=index)
    ranges = lambda cv: [[int(a[0]), int(a[-1]) + 1, int(b[0]), int(b[-1]) + 1]
                         for a, b in cv.split(frame)]
    walks = {
        "rolling": ranges(WalkForward(test_size=21, train_size=100, purged_size=3)),
        "expanding": ranges(WalkForward(test_size=40, train_size=50, expand_train=True,
                                        reduce_test=True)),
        "monthly": ranges(WalkForward(test_size=1, train_size=3, freq="MS", purged_size=2)),
        "quarterly": ranges(WalkForward(test_size=1, train_size=2, freq="QS", expand_train=True)),
    }
    cv = CombinatorialPurgedCV(n_folds=6, n_test_folds=2, purged_size=2, embargo_size=3)
    combinations = [{"train": train.tolist(), "tests": [[int(t[0]), int(t[-1]) + 1] for t in tests]}
                    for train, tests in cv.split(frame.iloc[:100])]
    return {**walks, "combinations": combinations, "pathIds": cv.get_path_ids().tolist()}


def main():
    table = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)[STOCKS].iloc[-ROWS:]
    closes = table.values
    months = table.index.to_period("M")
    decisions = [d for d in range(LOOKBACK, ROWS) if months[d] != months[d - 1]]
    volumes = 1e5 * (1 + np.arange(closes.size).reshape(closes.shape) % 7)
    dividends = np.zeros_like(closes)
    dividends[50::63] = closes[50::63] * 0.005
    plain = dict(initial=1e6, lag=0, cash=0, debit=0, borrow=0, linear=0, halfSpread=np.zeros(5),
                 fixed=0, impact=0, window=20, tilt=[1] * 5)
    costly = plain | dict(lag=1, cash=0.0001, debit=0.01, borrow=0.02, linear=0.0005,
                          halfSpread=np.arange(1, 6) / 1e4, fixed=7, impact=0.8,
                          tilt=[2, 2, -1, 2, 1.5])
    long = simulate(closes, volumes, dividends * 0, decisions, plain)
    assert np.allclose(long, by_vectorbt(table, decisions), rtol=1e-11, atol=0)
    result = {
        "source": "make_backtest.py on data/sample.csv.gz",
        "versions": {package: version(package) for package in PACKAGES},
        "days": [int(d) for d in (table.index - pd.Timestamp(0)).days],
        "closes": closes.ravel().tolist(), "decisions": decisions, "lookback": LOOKBACK,
        "long": long,
        "costly": simulate(closes, volumes, dividends, decisions, costly),
        "splits": splits(table.index),
    }
    (Path(__file__).parent / "backtest.json").write_text(json.dumps(result) + "\n")


main()
