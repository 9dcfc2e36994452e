"""Computes the answers in optimizations.json with solvers that are not ours.

Every problem is solved twice: by quadprog (Goldfarb and Idnani's dual active set
method) and by Clarabel (an interior point method) through cvxpy. The recipe stops
unless both agree. Estimates come from numpy, pandas and scikit-learn.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas==3.1.1 scikit-learn==1.9.1 \
        cvxpy==1.9.3 clarabel==0.11.1 quadprog==0.1.14
    venv/bin/python make-reference.py ../../../../data/sample.csv.gz
"""

import json
import pathlib
import sys

import cvxpy as cp
import numpy as np
import pandas as pd
import quadprog
from scipy.optimize import brentq
from sklearn.covariance import ledoit_wolf

DAYS = 252
STOCKS = ["AAPL", "AMD", "BAC", "BBY", "CVX", "GE", "HD", "JNJ", "JPM", "KO",
          "LLY", "MRK", "MSFT", "PEP", "PFE", "PG", "RRC", "UNH", "WMT", "XOM"]
TECHNOLOGY = ["AAPL", "AMD", "MSFT"]
ENERGY = ["CVX", "RRC", "XOM"]

prices = pd.read_csv(sys.argv[1], index_col="date")


def estimates(request):
    start, end = request.get("start_date"), request.get("end_date")
    panel = prices.loc[start:end, request["symbols"]].dropna()
    returns = panel.pct_change().iloc[1:]
    method = request.get("expected_returns", {})
    if "exponential" in method:
        half_life = method["exponential"]["half_life_days"]
        mean = returns.ewm(halflife=half_life, adjust=True).mean().iloc[-1].to_numpy()
    else:
        mean = returns.mean().to_numpy()
    method = request.get("covariance", {"ledoit_wolf": {}})
    if "exponential" in method:
        half_life = method["exponential"]["half_life_days"]
        covariance = returns.ewm(halflife=half_life).cov().iloc[-len(panel.columns):].to_numpy()
    elif "sample" in method:
        covariance = returns.cov().to_numpy()
    else:
        covariance, _ = ledoit_wolf(returns.to_numpy())
    return mean * DAYS, covariance * DAYS, panel.index


def linear_rows(request):
    """Rows (a, low, high, is_equality) of low <= a·w <= high; the budget is row 0."""
    symbols = request["symbols"]
    n = len(symbols)
    limits = request.get("constraints", {})
    budget = limits.get("budget", 1.0)
    low = np.full(n, limits.get("default_min", 0.0))
    high = np.full(n, limits.get("default_max", max(1.0, budget)))
    for symbol, bound in limits.get("bounds", {}).items():
        i = symbols.index(symbol)
        low[i] = bound.get("min", low[i])
        high[i] = bound.get("max", high[i])
    rows = [(row, low[i], high[i]) for i, row in enumerate(np.eye(n))]
    for group in limits.get("groups", []):
        row = np.array([float(symbol in group["symbols"]) for symbol in symbols])
        rows.append((row, group.get("min", -np.inf), group.get("max", np.inf)))
    return budget, rows


def solve(covariance, linear, equalities, inequalities):
    """Minimizes ½x'Σx + linear·x with equalities a·x = b and inequalities a·x >= b, twice."""
    n = len(covariance)
    left = np.array([a for a, _ in equalities + inequalities]).T
    right = np.array([b for _, b in equalities + inequalities])
    first = quadprog.solve_qp(covariance, -linear, left, right, len(equalities))[0]
    x = cp.Variable(n)
    root = np.linalg.cholesky(covariance).T
    constraints = [a @ x == b for a, b in equalities] + [a @ x >= b for a, b in inequalities]
    cp.Problem(cp.Minimize(0.5 * cp.sum_squares(root @ x) + linear @ x), constraints).solve(
        solver=cp.CLARABEL, tol_gap_abs=1e-13, tol_gap_rel=1e-13, tol_feas=1e-13,
        tol_ktratio=1e-13, max_iter=500)
    difference = np.abs(first - x.value).max()
    objective = lambda v: 0.5 * v @ covariance @ v + linear @ v
    gap = abs(objective(first) - objective(x.value))
    assert difference < 2e-6 * max(1, np.abs(first).max()), difference
    assert gap < 1e-9 * max(1, abs(objective(first))), gap
    return first


def inequalities_of(rows):
    return ([(a, low) for a, low, _ in rows if np.isfinite(low)]
            + [(-a, -high) for a, _, high in rows if np.isfinite(high)])


def at_return(mean, covariance, budget, rows, target):
    equalities = [(np.ones(len(mean)), budget), (mean, target)]
    return solve(covariance, np.zeros(len(mean)), equalities, inequalities_of(rows))


def optimize(request):
    mean, covariance, days = estimates(request)
    budget, rows = linear_rows(request)
    ones = np.ones(len(mean))
    (goal, parameters), = request["objective"].items()
    if goal == "minimum_variance":
        weights = solve(covariance, 0 * mean, [(ones, budget)], inequalities_of(rows))
    elif goal == "maximum_utility":
        # max μ'w − γ/2 w'Σw is min ½w'Σw − μ'w/γ.
        linear = -mean / parameters["risk_aversion"]
        weights = solve(covariance, linear, [(ones, budget)], inequalities_of(rows))
    elif goal == "target_return":
        weights = at_return(mean, covariance, budget, rows, parameters["return_per_year"])
    elif goal == "target_volatility":
        target = parameters["volatility_per_year"]
        volatility = lambda r: np.sqrt(quadratic(covariance, at_return(mean, covariance, budget, rows, r)))
        lowest = mean @ solve(covariance, 0 * mean, [(ones, budget)], inequalities_of(rows))
        w = cp.Variable(len(mean))
        highest = cp.Problem(cp.Maximize(mean @ w), [ones @ w == budget]
                             + [a @ w >= b for a, b in inequalities_of(rows)]).solve(solver=cp.CLARABEL)
        best = brentq(lambda r: volatility(r) - target, lowest + 1e-9, highest - 1e-6, xtol=1e-14, rtol=1e-13)
        weights = at_return(mean, covariance, budget, rows, best)
    elif goal == "maximum_sharpe":
        # Schaible: with y = κw, minimize y'Σy subject to (μ − r)'w-excess = 1; all bounds times κ.
        weights = tangency(mean, covariance, budget, rows, request.get("risk_free_rate_per_year", 0.0))
    variance = quadratic(covariance, weights)
    expected = float(mean @ weights)
    excess = expected - budget * request.get("risk_free_rate_per_year", 0.0)
    return {
        "weights": weights.tolist(),
        "expected_return_per_year": expected,
        "variance_per_year": variance,
        "sharpe_ratio": excess / np.sqrt(variance),
        "start_date": days[0],
        "end_date": days[-1],
        "return_count": len(days) - 1,
    }


def tangency(mean, covariance, budget, rows, rate):
    """Maximizes (μ'w − r)/σ(w) as min y'Σy over (y, κ) with μ'y − rκ = 1, y = κw, κ > 0."""
    n = len(mean)
    tiny = 1e-13
    extended = np.zeros((n + 1, n + 1))
    extended[:n, :n] = covariance
    extended[n, n] = tiny
    equalities = [(np.append(mean, -rate), 1.0), (np.append(np.ones(n), -budget), 0.0)]
    inequalities = [(np.append(a, -low), 0.0) for a, low, _ in rows if np.isfinite(low)]
    inequalities += [(np.append(-a, high), 0.0) for a, _, high in rows if np.isfinite(high)]
    inequalities.append((np.append(np.zeros(n), 1.0), 0.0))
    y = cp.Variable(n + 1)
    root = np.linalg.cholesky(covariance).T
    constraints = [a @ y == b for a, b in equalities] + [a @ y >= b for a, b in inequalities]
    cp.Problem(cp.Minimize(cp.sum_squares(root @ y[:n])), constraints).solve(
        solver=cp.CLARABEL, tol_gap_abs=1e-13, tol_gap_rel=1e-13, tol_feas=1e-13, max_iter=500)
    rough = y.value[:n] / y.value[n]
    # The second solver: the best ratio along exact target-return solutions.
    ratio = lambda r: -(r - rate) / np.sqrt(quadratic(covariance, at_return(mean, covariance, budget, rows, r)))
    center = float(mean @ rough)
    low, high = center - 1e-3, center + 1e-3
    golden = (np.sqrt(5) - 1) / 2
    for _ in range(30):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if ratio(left) < ratio(right) else (left, high)
    checked = at_return(mean, covariance, budget, rows, (low + high) / 2)
    sharpe = lambda w: (mean @ w - rate) / np.sqrt(quadratic(covariance, w))
    assert abs(sharpe(rough) - sharpe(checked)) < 1e-9, (sharpe(rough), sharpe(checked))
    # The ratio is flat at its top; first-order conditions on the active set pin the weights down.
    return polish(mean, covariance, budget, rows, rate, rough)


def polish(mean, covariance, budget, rows, rate, rough):
    """Solves the optimality conditions of the active set that `rough` shows."""
    n = len(mean)
    active = []
    for a, low, high in rows:
        value = a @ rough
        if abs(value - low) < 1e-7:
            active.append((a, low))
        elif abs(value - high) < 1e-7:
            active.append((a, high))
    equalities = [(np.append(np.ones(n), -budget), 0.0)]
    equalities += [(np.append(a, -b), 0.0) for a, b in active]
    left = np.array([a for a, _ in [(np.append(mean, -rate), 1.0)] + equalities])
    m = len(left)
    system = np.zeros((n + 1 + m, n + 1 + m))
    system[:n, :n] = covariance
    system[:n + 1, n + 1:] = left.T
    system[n + 1:, :n + 1] = left
    right = np.zeros(n + 1 + m)
    right[n + 1] = 1.0
    solution = np.linalg.lstsq(system, right, rcond=None)[0]
    weights = solution[:n] / solution[n]
    assert np.abs(weights - rough).max() < 1e-5, np.abs(weights - rough).max()
    return weights


def quadratic(covariance, w):
    return float(w @ covariance @ w)


def request(objective, **fields):
    return {"symbols": STOCKS, "risk_free_rate_per_year": 0.02, "objective": objective, **fields}


CAPS = {
    "default_max": 0.15,
    "bounds": {"KO": {"min": 0.02}, "AMD": {"max": 0.05}},
    "groups": [
        {"name": "technology", "symbols": TECHNOLOGY, "max": 0.25},
        {"name": "energy", "symbols": ENERGY, "min": 0.1},
    ],
}
LONG_SHORT = {"default_min": -0.2, "default_max": 0.4}
RECENT = {"start_date": "2015-01-02", "end_date": "2022-12-28"}

CASES = {
    "minimum variance": request({"minimum_variance": {}}),
    "minimum variance, sample covariance": request({"minimum_variance": {}}, covariance={"sample": {}}),
    "minimum variance, caps and groups": request({"minimum_variance": {}}, constraints=CAPS),
    "minimum variance, long-short": request({"minimum_variance": {}}, constraints=LONG_SHORT),
    "maximum Sharpe": request({"maximum_sharpe": {}}),
    "maximum Sharpe, caps and groups": request({"maximum_sharpe": {}}, constraints=CAPS),
    "maximum Sharpe, long-short, recent": request({"maximum_sharpe": {}}, constraints=LONG_SHORT, **RECENT),
    "target return": request({"target_return": {"return_per_year": 0.2}}),
    "target return, caps and groups": request({"target_return": {"return_per_year": 0.17}}, constraints=CAPS),
    "target volatility": request({"target_volatility": {"volatility_per_year": 0.2}}),
    "target volatility, long-short, recent": request(
        {"target_volatility": {"volatility_per_year": 0.25}}, constraints=LONG_SHORT, **RECENT),
    "maximum utility": request({"maximum_utility": {"risk_aversion": 4}}),
    "maximum utility, exponential estimates": request(
        {"maximum_utility": {"risk_aversion": 8}},
        expected_returns={"exponential": {"half_life_days": 500}},
        covariance={"exponential": {"half_life_days": 250}}, **RECENT),
    "maximum utility, half invested": request(
        {"maximum_utility": {"risk_aversion": 3}}, constraints={"budget": 0.5}),
    "minimum variance, different histories": {
        "symbols": ["MTUM", "QUAL", "USMV", "AAPL", "XOM"], "risk_free_rate_per_year": 0.0,
        "objective": {"minimum_variance": {}}},
}

cases = [{"name": name, "request": each, "expected": optimize(each)} for name, each in CASES.items()]
target = pathlib.Path(__file__).with_name("optimizations.json")
target.write_text(json.dumps(cases, indent=1) + "\n")
print(f"{len(cases)} cases")
