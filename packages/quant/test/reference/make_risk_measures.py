"""Makes risk-measures.json: measures of risk by Riskfolio-Lib, skfolio and cvxpy on real prices.

Usage: python make_risk_measures.py data/sample.csv.gz OUTPUT_FOLDER

Two portfolios of the 20 stocks over the last 750 days: equal weights, and a long-short one.
Where two programs have a measure they must agree; relativistic measures are cone programs, solved
through cvxpy by two solvers.
"""

import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import cvxpy as cp
import numpy as np
import pandas as pd
import riskfolio as rp
import skfolio.measures as sk
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

PACKAGES = ["numpy", "scipy", "cvxpy", "clarabel", "scs", "skfolio", "riskfolio-lib"]
TOLERANCES = (1e-11, 1e-10, 1e-9, 1e-8)
SCS = dict(solver=cp.SCS, eps_abs=1e-8, eps_rel=1e-8, max_iters=100_000)
ALPHA, KAPPA, DAYS = 0.05, 0.3, 750


def clarabel(problem):
    """Solves to the tightest tolerance that Clarabel reaches."""
    for tolerance in TOLERANCES:
        try:
            problem.solve(solver=cp.CLARABEL, tol_gap_abs=tolerance, tol_gap_rel=tolerance,
                          tol_feas=tolerance)
        except cp.SolverError:
            continue
        if problem.status == "optimal":
            return problem.value
    raise ArithmeticError("Clarabel fails at every tolerance")


def solve_twice(goal, rows):
    value = clarabel(cp.Problem(goal, rows))
    other = cp.Problem(goal, rows)
    other.solve(**SCS)
    assert abs(value - other.value) < 1e-6 * abs(value), (value, other.value)
    return value


def evar(losses, p, alpha):
    """Ahmadi-Javid's formula minimized by Brent's method; skfolio's function must agree."""
    scale = np.max(np.abs(losses))
    found = minimize_scalar(
        lambda u: np.exp(u) * (logsumexp(losses / scale / np.exp(u), b=p) - np.log(alpha)),
        bounds=(-8, 8), method="bounded", options=dict(xatol=1e-12))
    other = sk.evar(-losses, 1 - alpha, sample_weight=p)
    assert abs(scale * found.fun - other) < 1e-10 * other, (scale * found.fun, other)
    return scale * found.fun


def rlvar(losses, alpha, kappa):
    """Riskfolio-Lib's dual program, with tight tolerances."""
    count = len(losses)
    q, up, down = cp.Variable(count), cp.Variable(count), cp.Variable(count)
    ones = np.ones(count)
    limit = ((1 / (alpha * count)) ** kappa - (alpha * count) ** kappa) / (2 * kappa)
    scale = np.max(np.abs(losses))
    rows = [cp.sum(q) == 1, cp.sum(up - down) / (2 * kappa) <= limit,
            cp.PowCone3D(up, ones, q, 1 / (1 + kappa)), cp.PowCone3D(q, ones, down, 1 - kappa)]
    return scale * solve_twice(cp.Maximize(q @ (losses / scale)), rows)


def drawdowns(y, compounded):
    return -sk.get_drawdowns(y, compounded=compounded)


def unweighted(y):
    p = np.full(len(y), 1 / len(y))
    falls, relative = drawdowns(y, False), drawdowns(y, True)
    tail = {"level": 1 - ALPHA}
    deformed = {**tail, "deformation": KAPPA}
    both = [
        ({"kind": "variance"}, sk.variance(y)),
        ({"kind": "semivariance"}, sk.semi_variance(y)),
        ({"kind": "skewness"}, sk.skew(y)),
        ({"kind": "standardized-kurtosis"}, sk.kurtosis(y)),
        ({"kind": "mean-absolute-deviation"}, rp.MAD(y)),
        ({"kind": "semideviation"}, rp.SemiDeviation(y)),
        ({"kind": "kurtosis"}, rp.Kurtosis(y)),
        ({"kind": "semi-kurtosis"}, rp.SemiKurtosis(y)),
        ({"kind": "even-moment", "order": 6}, rp.EvenMoment(y, 3)),
        ({"kind": "even-semi-moment", "order": 6}, rp.EvenSemiMoment(y, 3)),
        ({"kind": "lower-partial-moment", "order": 1, "threshold": 0.001}, rp.LPM(y, 0.001, 1)),
        ({"kind": "lower-partial-moment", "order": 2, "threshold": 0.001}, rp.LPM(y, 0.001, 2)),
        ({"kind": "var", **tail}, rp.VaR_Hist(y, ALPHA)),
        ({"kind": "cvar", **tail}, rp.CVaR_Hist(y, ALPHA)),
        ({"kind": "evar", **tail}, evar(-y, p, ALPHA)),
        ({"kind": "rlvar", **deformed}, rlvar(-y, ALPHA, KAPPA)),
        ({"kind": "worst-realization"}, rp.WR(y)),
        ({"kind": "gini-mean-difference"}, rp.GMD(y)),
        ({"kind": "tail-gini", "pieces": 100, **tail}, rp.TG(y, ALPHA, 100)),
        ({"kind": "range"}, rp.RG(y)),
        ({"kind": "var-range", **tail, "gainLevel": 0.9},
         sk.value_at_risk(y, 1 - ALPHA) + sk.value_at_risk(-y, 0.9)),
        ({"kind": "cvar-range", **tail, "gainLevel": 0.9}, rp.CVRG(y, ALPHA, 0.1)),
        ({"kind": "tail-gini-range", "pieces": 100, **tail, "gainLevel": 0.9},
         rp.TGRG(y, ALPHA, 100, 0.1, 100)),
        ({"kind": "evar-range", **tail}, evar(-y, p, ALPHA) + evar(y, p, ALPHA)),
        ({"kind": "average-drawdown"}, rp.ADD_Abs(y)),
        ({"kind": "maximum-drawdown"}, rp.MDD_Abs(y)),
        ({"kind": "ulcer-index"}, rp.UCI_Abs(y)),
        ({"kind": "dar", **tail}, rp.DaR_Abs(y, ALPHA)),
        ({"kind": "cdar", **tail}, rp.CDaR_Abs(y, ALPHA)),
        ({"kind": "edar", **tail}, evar(falls, p, ALPHA)),
        ({"kind": "rldar", **deformed}, rlvar(falls, ALPHA, KAPPA)),
        ({"kind": "average-drawdown", "compounded": True}, rp.ADD_Rel(y)),
        ({"kind": "maximum-drawdown", "compounded": True}, rp.MDD_Rel(y)),
        ({"kind": "ulcer-index", "compounded": True}, rp.UCI_Rel(y)),
        ({"kind": "dar", **tail, "compounded": True}, rp.DaR_Rel(y, ALPHA)),
        ({"kind": "cdar", **tail, "compounded": True}, rp.CDaR_Rel(y, ALPHA)),
        ({"kind": "edar", **tail, "compounded": True}, evar(relative, p, ALPHA)),
    ]
    again = [sk.cvar(y, 1 - ALPHA), sk.value_at_risk(y, 1 - ALPHA), sk.gini_mean_difference(y),
             sk.cdar(-falls, 1 - ALPHA), sk.ulcer_index(-falls), sk.max_drawdown(-falls)]
    kinds = ["cvar", "var", "gini-mean-difference", "cdar", "ulcer-index", "maximum-drawdown"]
    for kind, value in zip(kinds, again):
        first = next(v for m, v in both if m["kind"] == kind)
        assert abs(first - value) < 1e-12, (kind, first, value)
    return both


def weighted(y, p):
    tail = {"level": 1 - ALPHA}
    return [
        ({"kind": "variance"}, sk.variance(y, sample_weight=p)),
        ({"kind": "semivariance"}, sk.semi_variance(y, sample_weight=p)),
        ({"kind": "mean-absolute-deviation"}, sk.mean_absolute_deviation(y, sample_weight=p)),
        ({"kind": "skewness"}, sk.skew(y, sample_weight=p)),
        ({"kind": "standardized-kurtosis"}, sk.kurtosis(y, sample_weight=p)),
        ({"kind": "lower-partial-moment", "order": 1, "threshold": 0.001},
         sk.first_lower_partial_moment(y, min_acceptable_return=0.001, sample_weight=p)),
        ({"kind": "var", **tail}, sk.value_at_risk(y, 1 - ALPHA, sample_weight=p)),
        ({"kind": "cvar", **tail}, sk.cvar(y, 1 - ALPHA, sample_weight=p)),
        ({"kind": "evar", **tail}, evar(-y, p, ALPHA)),
    ]


def as_list(cases):
    return [{"measure": measure, "value": float(value)} for measure, value in cases]


def main():
    warnings.filterwarnings("ignore")
    prices = pd.read_csv(sys.argv[1], index_col=0).iloc[-DAYS - 1:, :20]
    returns = prices.pct_change().iloc[1:].values
    equal = np.full(20, 1 / 20)
    hedged = np.linspace(0.2, -0.1, 20)
    p = np.exp(np.arange(DAYS) / 200)
    p[::7] = 0
    p /= p.sum()
    document = {
        "source": "make_risk_measures.py on data/sample.csv.gz",
        "versions": {package: version(package) for package in PACKAGES},
        "days": DAYS,
        "portfolios": [{"weights": w.tolist(), "cases": as_list(unweighted(returns @ w))}
                       for w in (equal, hedged)],
        "weighted": {"weights": equal.tolist(), "probabilities": p.tolist(),
                     "cases": as_list(weighted(returns @ equal, p))},
    }
    Path(sys.argv[2], "risk-measures.json").write_text(json.dumps(document) + "\n")


main()
