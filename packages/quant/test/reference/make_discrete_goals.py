"""Makes discrete-goals.json: portfolios of few assets, and of least value at risk.

Linear risks are mixed-integer linear programs, solved by HiGHS through SciPy. The others are solved
for every choice of assets by cvxpy with Clarabel, and the best is kept. The returns are those of the
first stocks in data/sample.csv.gz on its last days.

Run: python make_discrete_goals.py > discrete-goals.json (numpy, scipy, cvxpy with clarabel)
"""

import gzip
import itertools
import json
import pathlib

import cvxpy as cp
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

DATA = pathlib.Path(__file__).parents[4] / "data" / "sample.csv.gz"
LINES = gzip.open(DATA, "rt").read().strip().split("\n")
MOST = 3
LEAST = 0.1
UPPER = 0.6


def returns(days, assets):
    prices = np.array([[float(x) for x in line.split(",")[1:]] for line in LINES[-days - 1 :]])
    return (prices[1:] / prices[:-1] - 1)[:, :assets]


class Mixed:
    """A mixed-integer linear program, column by column and row by row."""

    def __init__(self):
        self.columns, self.rows = [], []

    def column(self, cost=0.0, low=0.0, high=np.inf, whole=0):
        self.columns.append((cost, low, high, whole))
        return len(self.columns) - 1

    def row(self, entries, low=-np.inf, high=np.inf):
        self.rows.append((entries, low, high))

    def solve(self):
        matrix = np.zeros((len(self.rows), len(self.columns)))
        for r, (entries, _, _) in enumerate(self.rows):
            for column, value in entries:
                matrix[r, column] += value
        cost, low, high, whole = map(np.array, zip(*self.columns))
        result = milp(
            cost,
            constraints=LinearConstraint(matrix, [r[1] for r in self.rows], [r[2] for r in self.rows]),
            bounds=Bounds(low, high),
            integrality=whole,
            options={"mip_rel_gap": 1e-10},
        )
        assert result.status == 0, result.message
        return result.fun


def weights(model, count, most=MOST, least=LEAST):
    held = [model.column(0, 0, UPPER) for _ in range(count)]
    model.row([(w, 1) for w in held], 1, 1)
    if most is not None:
        flags = [model.column(0, 0, 1, 1) for _ in held]
        for w, z in zip(held, flags):
            model.row([(w, 1), (z, -UPPER)], high=0)
            model.row([(w, 1), (z, -least)], low=0)
        model.row([(z, 1) for z in flags], high=most)
    return held


def losses(data, w, t):
    return [(column, -value) for column, value in zip(w, data[t])]


def least_cvar(data, level):
    model = Mixed()
    w = weights(model, data.shape[1])
    quantile = model.column(1, -np.inf)
    for t in range(len(data)):
        excess = model.column(1 / (len(data) * (1 - level)))
        model.row([(excess, 1), (quantile, 1), *[(c, -v) for c, v in losses(data, w, t)]], low=0)
    return model.solve()


def least_mad(data):
    model = Mixed()
    w = weights(model, data.shape[1])
    centered = data - data.mean(axis=0)
    for t in range(len(data)):
        size = model.column(1 / len(data))
        for sign in (1, -1):
            model.row([(size, 1), *[(c, sign * v) for c, v in zip(w, centered[t])]], low=0)
    return model.solve()


def least_worst(data):
    model = Mixed()
    w = weights(model, data.shape[1])
    worst = model.column(1, -np.inf)
    for t in range(len(data)):
        model.row([(worst, 1), *[(c, -v) for c, v in losses(data, w, t)]], low=0)
    return model.solve()


def least_drawdown(data, average):
    model = Mixed()
    w = weights(model, data.shape[1])
    paths = data.cumsum(axis=0)
    worst = model.column(0 if average else 1)
    before = None
    for t in range(len(data)):
        peak = model.column(1 / len(data) if average else 0, 0)
        model.row([(peak, 1), *[(c, -v) for c, v in zip(w, paths[t])]], low=0)
        if before is not None:
            model.row([(peak, 1), (before, -1)], low=0)
        model.row([(worst, 1), (peak, -1), *zip(w, paths[t])], low=0)
        if average:
            for c, v in zip(w, paths[t]):
                cost, low, high, whole = model.columns[c]
                model.columns[c] = (cost - v / len(data), low, high, whole)
        before = peak
    return model.solve()


def tail(model, data, w, level, quantile):
    count = int(np.floor((1 - level) * len(data) + 1e-9))
    flags = [model.column(0, 0, 1, 1) for _ in data]
    model.row([(z, 1) for z in flags], high=count)
    for t, z in enumerate(flags):
        model.row([*losses(data, w, t), (z, -1), *quantile[0]], high=quantile[1])


def least_var(data, level, most):
    model = Mixed()
    w = weights(model, data.shape[1], most)
    quantile = model.column(1, -1, 1)
    tail(model, data, w, level, ([(quantile, -1)], 0))
    return model.solve()


def highest_return_within_var(data, level, limit):
    model = Mixed()
    w = weights(model, data.shape[1])
    for column, value in zip(w, 252 * data.mean(axis=0)):
        cost, low, high, whole = model.columns[column]
        model.columns[column] = (-value, low, high, whole)
    tail(model, data, w, level, ([], limit))
    return -model.solve()


def over_choices(count, problem):
    """The least value of problem(w) = (objective, constraints) over all choices of assets."""
    best = np.inf
    for held in itertools.combinations(range(count), MOST):
        for size in range(1, MOST + 1):
            for chosen in itertools.combinations(held, size):
                w = cp.Variable(count)
                out = [i for i in range(count) if i not in chosen]
                objective, limits = problem(w)
                limits = [*limits, cp.sum(w) == 1, w[list(chosen)] >= LEAST, w <= UPPER, w[out] == 0]
                program = cp.Problem(cp.Minimize(objective), limits)
                try:
                    program.solve(solver=cp.CLARABEL, tol_gap_abs=1e-12, tol_gap_rel=1e-12, tol_feas=1e-12)
                except cp.SolverError:
                    continue
                if program.status in ("optimal", "optimal_inaccurate"):
                    best = min(best, program.value)
    return best


def smooth(data):
    count = data.shape[1]
    sigma = 252 * np.cov(data.T)
    mu = 252 * data.mean(axis=0)
    root = np.linalg.cholesky(sigma).T
    even = np.full(count, 1 / count)
    costs = lambda w: (
        0.002 * cp.norm1(w - even)
        + 0.003 * cp.sum(cp.power(cp.abs(w - even), 1.5))
        + 0.002 * cp.sum(cp.pos(cp.abs(w - even) - 0.1))
    )
    volatility = lambda w: cp.norm2(root @ w)
    return {
        "leastVolatilityWithinTurnover": over_choices(
            count, lambda w: (volatility(w), [cp.norm1(w - even) <= 1.3])
        ),
        "lossOfUtilityLessCosts": over_choices(
            count, lambda w: (2 * cp.sum_squares(root @ w) - mu @ w + costs(w), [])
        ),
        "leastVolatilityWithinTrackingError": over_choices(
            count, lambda w: (volatility(w), [cp.norm2(root @ (w - even)) <= 0.12])
        ),
        "lossWithinVolatility": over_choices(count, lambda w: (-mu @ w, [volatility(w) <= 0.3])),
    }


def main():
    data = returns(60, 6)
    print(
        json.dumps(
            {
                "leastCvar": least_cvar(data, 0.9),
                "leastMeanAbsoluteDeviation": least_mad(data),
                "leastWorstRealization": least_worst(data),
                "leastMaximumDrawdown": least_drawdown(data, False),
                "leastAverageDrawdown": least_drawdown(data, True),
                "leastVar": least_var(data, 0.95, None),
                "leastVarOfFew": least_var(data, 0.95, MOST),
                "highestReturnWithinVar": highest_return_within_var(data, 0.9, 0.02),
                **smooth(data),
            },
            indent=2,
        )
    )


main()
