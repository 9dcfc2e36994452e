"""Makes risk-programs.json: portfolios of least risk for each measure, by two solvers each.

Usage: python make_risk_programs.py data/sample.csv.gz OUTPUT_FOLDER

20 stocks, weights from 0 to 0.25 of sum 1. Each measure is minimized, is a limit (most return at
1.2 times the least risk) and divides the return (greatest ratio). Values are objectives per day.
"""

import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import cvxpy as cp
import numpy as np
import pandas as pd

PACKAGES = ["numpy", "cvxpy", "clarabel", "highspy", "scs", "ecos"]
KAPPA, ALPHA, CAP = 0.3, 0.05, 0.25
# A daily return in percent: ratios are solved at this return.
TYPICAL = 0.05
LP = dict(solver=cp.HIGHS)
ECOS = dict(solver=cp.ECOS, abstol=1e-12, reltol=1e-12, feastol=1e-12, max_iters=500)
SCS = dict(solver=cp.SCS, eps_abs=1e-9, eps_rel=1e-9, max_iters=300_000)


def tail_mean(losses, alpha):
    """CVaR as a program; returns an expression and constraints."""
    edge, excess = cp.Variable(), cp.Variable(losses.shape[0], nonneg=True)
    return edge + cp.sum(excess) / (alpha * losses.shape[0]), [excess >= losses - edge]


def entropic(losses, alpha):
    count = losses.shape[0]
    t, z, u = cp.Variable(), cp.Variable(nonneg=True), cp.Variable(count)
    rows = [cp.sum(u) <= z, cp.ExpCone(losses - t, np.ones(count) * z, u)]
    return t - z * np.log(alpha * count), rows


def relativistic(losses, alpha):
    count = losses.shape[0]
    t, z = cp.Variable(), cp.Variable(nonneg=True)
    omega, psi, theta, nu = (cp.Variable(count) for _ in range(4))
    ones = np.ones(count)
    limit = ((1 / (alpha * count)) ** KAPPA - (alpha * count) ** KAPPA) / (2 * KAPPA)
    rows = [cp.PowCone3D(z * (1 + KAPPA) / (2 * KAPPA) * ones, psi * (1 + KAPPA) / KAPPA, nu,
                         1 / (1 + KAPPA)),
            cp.PowCone3D(omega / (1 - KAPPA), theta / KAPPA, -z / (2 * KAPPA) * ones, 1 - KAPPA),
            losses - t + nu + omega <= 0]
    return t + limit * z + cp.sum(psi + theta), rows


def drawdowns(y):
    falls = cp.Variable(y.shape[0] + 1)
    return falls[1:], [falls[0] == 0, falls[1:] >= falls[:-1] - y, falls >= 0]


def ordered(y, weights):
    """Sum of weights times ascending y, through sums of the k largest losses."""
    total = weights[-1] * cp.sum(y)
    rows = []
    for k in range(1, len(weights)):
        step = weights[k] - weights[k - 1]
        if step > 1e-12:
            mean, more = tail_mean(-y, k / len(weights))
            total, rows = total + step * k * mean, rows + more
    return total, rows


def gini(y):
    count = y.shape[0]
    first, second = np.triu_indices(count, 1)
    return 2 * cp.norm1(y[first] - y[second]) / (count * (count - 1)), []


def tail_gini_weights(count, alpha, pieces):
    levels = np.linspace(1e-4, alpha, pieces)
    shares = np.r_[levels[1] * levels[0], (levels[2:] - levels[:-2]) * levels[1:-1],
                   (levels[-1] - levels[-2]) * alpha] / alpha ** 2
    upto = [shares @ np.minimum(k / count / levels, 1) for k in range(count + 1)]
    return -np.diff(upto)


def measures():
    mean = lambda y: cp.sum(y) / y.shape[0]
    n = lambda y: y.shape[0]
    with_falls = lambda f: lambda y: (lambda d, rows: (lambda v, more: (v, rows + more))(*f(d)))(
        *drawdowns(y))
    tail = {"level": 1 - ALPHA}
    deformed = {**tail, "deformation": KAPPA}
    wide = {"level": 0.8}
    return [
        ({"kind": "standard-deviation"}, 300, ECOS,
         lambda y: (cp.norm(y - mean(y)) / np.sqrt(n(y) - 1), [])),
        ({"kind": "semideviation"}, 300, ECOS,
         lambda y: (cp.norm(cp.pos(mean(y) - y)) / np.sqrt(n(y) - 1), [])),
        ({"kind": "mean-absolute-deviation"}, 300, LP,
         lambda y: (cp.norm1(y - mean(y)) / n(y), [])),
        ({"kind": "lower-partial-moment", "order": 1, "threshold": 0}, 300, LP,
         lambda y: (cp.sum(cp.pos(-y)) / n(y), [])),
        ({"kind": "lower-partial-moment", "order": 2, "threshold": 0}, 300, ECOS,
         lambda y: (cp.norm(cp.pos(-y)) / np.sqrt(n(y) - 1), [])),
        ({"kind": "kurtosis"}, 200, ECOS,
         lambda y: (cp.norm(cp.square(y - mean(y))) / np.sqrt(n(y)), [])),
        ({"kind": "semi-kurtosis"}, 200, ECOS,
         lambda y: (cp.norm(cp.square(cp.pos(mean(y) - y))) / np.sqrt(n(y)), [])),
        ({"kind": "even-moment", "order": 6}, 200, ECOS,
         lambda y: (cp.square(cp.pnorm(y - mean(y), 6)) / n(y) ** (1 / 3), [])),
        ({"kind": "even-semi-moment", "order": 6}, 200, ECOS,
         lambda y: (cp.square(cp.pnorm(cp.pos(mean(y) - y), 6)) / n(y) ** (1 / 3), [])),
        ({"kind": "worst-realization"}, 300, LP, lambda y: (cp.max(-y), [])),
        ({"kind": "cvar", **tail}, 300, LP, lambda y: tail_mean(-y, ALPHA)),
        ({"kind": "evar", **tail}, 200, ECOS, lambda y: entropic(-y, ALPHA)),
        ({"kind": "rlvar", **deformed}, 200, SCS, lambda y: relativistic(-y, ALPHA)),
        ({"kind": "range"}, 300, LP, lambda y: (cp.max(-y) + cp.max(y), [])),
        ({"kind": "cvar-range", **tail, "gainLevel": 0.9}, 300, LP,
         lambda y: (lambda a, b: (a[0] + b[0], a[1] + b[1]))(tail_mean(-y, ALPHA),
                                                            tail_mean(y, 0.1))),
        ({"kind": "evar-range", **tail}, 200, ECOS,
         lambda y: (lambda a, b: (a[0] + b[0], a[1] + b[1]))(entropic(-y, ALPHA),
                                                            entropic(y, ALPHA))),
        ({"kind": "average-drawdown"}, 300, LP, with_falls(lambda d: (mean(d), []))),
        ({"kind": "maximum-drawdown"}, 300, LP, with_falls(lambda d: (cp.max(d), []))),
        ({"kind": "ulcer-index"}, 300, ECOS,
         with_falls(lambda d: (cp.norm(d) / np.sqrt(n(d)), []))),
        ({"kind": "cdar", **tail}, 300, LP, with_falls(lambda d: tail_mean(d, ALPHA))),
        ({"kind": "edar", **tail}, 200, ECOS, with_falls(lambda d: entropic(d, ALPHA))),
        ({"kind": "rldar", **deformed}, 200, SCS, with_falls(lambda d: relativistic(d, ALPHA))),
        ({"kind": "gini-mean-difference"}, 120, LP, gini),
        ({"kind": "tail-gini", **wide, "pieces": 100}, 60, LP,
         lambda y: ordered(y, tail_gini_weights(n(y), 0.2, 100))),
        ({"kind": "tail-gini-range", **wide, "pieces": 100}, 60, LP,
         lambda y: ordered(y, tail_gini_weights(n(y), 0.2, 100)
                           - tail_gini_weights(n(y), 0.2, 100)[::-1])),
    ]


def clarabel(problem):
    for tolerance in (1e-11, 1e-10, 1e-9, 1e-8):
        try:
            problem.solve(solver=cp.CLARABEL, tol_gap_abs=tolerance, tol_gap_rel=tolerance,
                          tol_feas=tolerance, max_iter=500)
        except cp.SolverError:
            continue
        if problem.status == "optimal":
            return problem.value
    return None


def other(problem, options):
    try:
        problem.solve(**options)
    except cp.SolverError:
        return None
    return problem.value if problem.status in ("optimal", "optimal_inaccurate") else None


def agreed(make, options):
    """Both solvers' objective; None where either fails or they differ by 1e-6."""
    values = [clarabel(make()), other(make(), options)]
    if values[1] is None:
        values[1] = other(make(), SCS)
    if None in values or abs(values[0] - values[1]) > 1e-6 * max(abs(values[0]), 1e-3):
        print("  no agreement", values, file=sys.stderr)
        return None
    difference = abs(values[0] - values[1]) / abs(values[0])
    # The simplex method is exact to rounding; interior points stop at their tolerance.
    exact = values[1] if options is LP else values[0]
    return {"value": float(exact), "agreement": float(f"{difference:.1e}")}


def solve(measure, returns, options, build):
    # In percent: solvers stop at absolute tolerances.
    scaled = 100 * returns
    size = 100 ** (2 if "kurt" in measure["kind"] or "moment" == measure["kind"][-6:]
                   and "even" in measure["kind"] else 1)
    mu = scaled.mean(axis=0)

    def minimum():
        w = cp.Variable(20, nonneg=True)
        risk, rows = build(scaled @ w)
        return cp.Problem(cp.Minimize(risk), [*rows, cp.sum(w) == 1, w <= CAP])

    least = agreed(minimum, options)
    if least is None:
        return None
    limit = 1.2 * least["value"]

    def capped():
        w = cp.Variable(20, nonneg=True)
        risk, rows = build(scaled @ w)
        return cp.Problem(cp.Maximize(mu @ w), [*rows, cp.sum(w) == 1, w <= CAP, risk <= limit])

    def ratio():
        y, scale = cp.Variable(20, nonneg=True), cp.Variable(nonneg=True)
        risk, rows = build(scaled @ y)
        return cp.Problem(cp.Minimize(risk), [*rows, cp.sum(y) == scale, y <= CAP * scale,
                                              mu @ y == TYPICAL])

    most, inverse = agreed(capped, options), agreed(ratio, options)
    root = 2 if size == 10_000 else 1
    return {
        "measure": measure,
        "days": len(returns),
        "minimum": {**least, "value": least["value"] / size},
        "limit": limit / size,
        "maximumReturn": most and {**most, "value": most["value"] / 100},
        "maximumRatio": inverse and {**inverse, "value": TYPICAL * inverse["value"] ** (-1 / root)},
    }


def main():
    warnings.filterwarnings("ignore")
    prices = pd.read_csv(sys.argv[1], index_col=0).iloc[:, :20]
    returns = prices.pct_change().iloc[1:].values
    cases = []
    for measure, days, options, build in measures():
        print(measure, file=sys.stderr)
        case = solve(measure, returns[-days:], options, build)
        if case is not None:
            cases.append(case)
    document = {"source": "make_risk_programs.py on data/sample.csv.gz", "cap": CAP,
                "versions": {package: version(package) for package in PACKAGES}, "cases": cases}
    Path(sys.argv[2], "risk-programs.json").write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
