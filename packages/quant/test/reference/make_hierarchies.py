"""Makes hierarchies.json: trees of assets and allocation by them, by other programs.

Usage: python make_hierarchies.py data/sample.csv.gz OUTPUT_FOLDER

The last 300 days of 20 stocks. Trees are SciPy's, distances those of pandas and Riskfolio-Lib, the
number of clusters Riskfolio-Lib's. Hierarchical risk parity with other risks and with bounds and
Schur allocation are skfolio's, hierarchical equal risk contribution Riskfolio-Lib's. Risk budgets,
relaxed and factor risk parity and maximum decorrelation are programs solved through cvxpy.
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
import riskfolio.src.AuxFunctions as af
import scipy.cluster.hierarchy as sch
from scipy.spatial.distance import squareform
from skfolio import RiskMeasure
from skfolio.optimization import HierarchicalRiskParity
from skfolio.optimization.hierarchical._seriation import _schur
from skfolio.prior import EmpiricalPrior

PACKAGES = ["numpy", "scipy", "pandas", "cvxpy", "clarabel", "Riskfolio-Lib", "skfolio"]
DAYS, RATE = 300, 0.02 / 252
CLARABEL = dict(solver=cp.CLARABEL, tol_gap_abs=1e-12, tol_gap_rel=1e-12, tol_feas=1e-12)
SCS = dict(solver=cp.SCS, eps_abs=1e-10, eps_rel=1e-10, max_iters=1_000_000)
METHODS = ["single", "complete", "average", "weighted", "ward", "centroid", "median"]


def numbers(values):
    return np.asarray(values, dtype=float).ravel().tolist()


def neighbor_sum(distance, order):
    return float(sum(distance[a, b] for a, b in zip(order[:-1], order[1:])))


def trees(distance):
    found = []
    for method in METHODS:
        condensed = squareform(distance, checks=False)
        tree = sch.linkage(condensed, method=method)
        turned = sch.leaves_list(sch.optimal_leaf_ordering(tree, condensed))
        frame = pd.DataFrame(distance)
        found.append({
            "linkage": method,
            "merges": numbers(tree[:, :2]), "distances": numbers(tree[:, 2]),
            "order": sch.leaves_list(tree).tolist(),
            "optimalNeighborSum": neighbor_sum(distance, turned),
            "labels": sch.cut_tree(tree, 4).ravel().tolist(),
            "gapCount": int(af.two_diff_gap_stat(frame, tree)[0])
            if method not in ("centroid", "median") else None,
        })
    return found


def distances(frame):
    half = lambda c: np.sqrt(np.clip((1 - c.to_numpy()) / 2, 0, 1))
    return {
        "pearson": numbers(half(frame.corr())),
        "absolute-pearson": numbers(np.sqrt(np.clip(1 - np.abs(frame.corr()), 0, 1))),
        "spearman": numbers(half(frame.corr("spearman"))),
        "kendall": numbers(half(frame.corr("kendall"))),
        "distance-correlation": numbers(np.sqrt(np.clip(1 - distance_correlations(frame), 0, 1))),
        "variation-of-information": numbers(information(frame)),
        "lower-tail-dependence": numbers(np.sqrt(1 - np.clip(af.ltdi_matrix(frame, 0.05), 0, 1))),
    }


def information(frame):
    """Riskfolio-Lib's own "HGR" asks for billions of bins of a series with itself."""
    n = frame.shape[1]
    found = np.zeros((n, n))
    corr = frame.corr().to_numpy()
    for i in range(n):
        for j in range(i):
            bins = int(af.numBins(len(frame), corr[i, j]))
            found[i, j] = found[j, i] = af.var_info_matrix(frame.iloc[:, [i, j]].to_numpy(), bins)[0, 1]
    return found


def distance_correlations(frame):
    """Székely, Rizzo & Bakirov 2007, definition 4, from doubly centered distances."""
    centered = []
    for column in frame.to_numpy().T:
        d = np.abs(column[:, None] - column[None, :])
        centered.append(d - d.mean(0) - d.mean(1)[:, None] + d.mean())
    n = len(centered)
    squares = np.array([[(centered[i] * centered[j]).mean() for j in range(n)] for i in range(n)])
    own = np.sqrt(np.diag(squares))
    return np.sqrt(squares / np.outer(own, own))


def hierarchical_risk_parity(frame, measure, linkage, low, high):
    """skfolio's split of SciPy's leaves; skfolio itself turns branches before."""
    leaves = sch.leaves_list(sch.linkage(squareform(half_distance(frame), checks=False), linkage))
    model = HierarchicalRiskParity(risk_measure=RiskMeasure[measure])
    scenarios = EmpiricalPrior().fit(frame).return_distribution_
    return numbers(model._compute_weights(scenarios, leaves, np.full(20, low), np.full(20, high)))


def half_distance(frame):
    found = np.sqrt((1 - frame.corr().to_numpy()) / 2)
    np.fill_diagonal(found, 0)
    return found


def equal_risk(frame, model, rm, linkage, k):
    portfolio = rp.HCPortfolio(returns=frame)
    weights = portfolio.optimization(model=model, codependence="pearson", rm=rm, rf=0,
                                     linkage=linkage, k=k, leaf_order=False)
    return numbers(weights)


def nested(frame, inner, outer, k):
    """Long-only programs within clusters and among them, each by two solvers."""
    corr = frame.corr().to_numpy()
    tree = sch.linkage(squareform(np.sqrt((1 - corr) / 2), checks=False), "ward")
    labels = sch.cut_tree(tree, k).ravel()
    mu, sigma = frame.mean().to_numpy(), frame.cov().to_numpy()
    parts = np.zeros((len(mu), k))
    for c in range(k):
        own = np.flatnonzero(labels == c)
        parts[own, c] = small(inner, mu[own], sigma[np.ix_(own, own)])
    return numbers(parts @ small(outer, parts.T @ mu, parts.T @ sigma @ parts))


def small(goal, mu, sigma):
    sigma = sigma * 1e4
    if len(mu) == 1:
        return np.ones(1)
    if goal == "minimum-variance":
        return least_variance(sigma, [])
    if goal == "maximum-sharpe":
        y = cp.Variable(len(mu), nonneg=True)
        cp.Problem(cp.Minimize(cp.quad_form(y, cp.psd_wrap(sigma))),
                   [(mu - RATE) @ y * 1e3 == 1]).solve(**CLARABEL)
        return y.value / y.value.sum()
    y = cp.Variable(len(mu))
    cp.Problem(cp.Minimize(0.5 * cp.quad_form(y, cp.psd_wrap(sigma))
                           - cp.sum(cp.log(y)) / len(mu))).solve(**CLARABEL)
    return y.value / y.value.sum()


def least_variance(sigma, rows_of):
    w = cp.Variable(len(sigma), nonneg=True)
    rows = [cp.sum(w) == 1] + [row(w) for row in rows_of]
    cp.Problem(cp.Minimize(cp.quad_form(w, cp.psd_wrap(sigma))), rows).solve(**CLARABEL)
    return w.value


def risk_of(measure, x, returns):
    count = len(returns)
    if measure == "cvar":
        edge, excess = cp.Variable(), cp.Variable(count, nonneg=True)
        return edge + cp.sum(excess) / (0.05 * count), [excess >= -returns @ x - edge]
    centered = returns - returns.mean(0)
    if measure == "semideviation":
        fall = cp.Variable(count, nonneg=True)
        return cp.norm(fall) / np.sqrt(count - 1), [fall >= -centered @ x]
    if measure == "mean-absolute-deviation":
        return cp.sum(cp.abs(centered @ x)) / count, []
    level = cp.Variable(count + 1)
    depth = [level[1:] >= level[:-1] - returns @ x, level >= 0, level[0] == 0]
    edge, excess = cp.Variable(), cp.Variable(count, nonneg=True)
    return edge + cp.sum(excess) / (0.05 * count), depth + [excess >= level[1:] - edge]


def budgeted(measure, returns, budgets, cap, group):
    """Riskfolio-Lib's program: least risk within b'log(y) >= 1 and limits on y over its sum."""
    y = cp.Variable(returns.shape[1])
    risk, rows = risk_of(measure, y, 100 * returns)
    if cap is not None:
        total = cp.sum(y)
        rows += [y <= cap * total, cp.sum(y[:5]) <= group * total]
    cp.Problem(cp.Minimize(risk), rows + [budgets @ cp.log(y) >= 0]).solve(**CLARABEL)
    return numbers(y.value / y.value.sum())


def relaxed(frame, penalty, return_min):
    mu, sigma = frame.mean().to_numpy() * 252, frame.cov().to_numpy() * 252
    n = len(mu)
    w, gamma, psi = cp.Variable(n, nonneg=True), cp.Variable(nonneg=True), cp.Variable()
    root = np.linalg.cholesky(sigma).T
    theta = np.sqrt(penalty * np.diag(sigma))
    rows = [cp.sum(w) == 1, cp.norm(cp.hstack([root @ w, cp.multiply(theta, w)])) <= psi]
    zeta = sigma @ w * 10
    rows += [cp.SOC(w[i] + zeta[i], cp.hstack([2 * gamma * np.sqrt(10 / n), w[i] - zeta[i]]))
             for i in range(n)]
    rows += [] if return_min is None else [mu @ w >= return_min]
    cp.Problem(cp.Minimize(10 * (psi - gamma)), rows).solve(**CLARABEL)
    return {"weights": numbers(w.value), "objective": float(psi.value - gamma.value)}


def factor_parity(frame, count, budgets):
    corr, sigma = frame.corr().to_numpy(), frame.cov().to_numpy() * 252
    vectors = np.linalg.eigh(corr)[1][:, ::-1][:, :count]
    loadings = np.sqrt(np.diag(sigma))[:, None] * vectors
    mimicking = np.linalg.pinv(loadings.T)
    mimicking = mimicking * np.sign(mimicking.sum(0))
    y = cp.Variable(count)
    inner = mimicking.T @ sigma @ mimicking
    cp.Problem(cp.Minimize(0.5 * cp.quad_form(y, cp.psd_wrap(inner)) - budgets @ cp.log(y))).solve(
        **CLARABEL)
    w = mimicking @ y.value
    return numbers(w / w.sum())


def main():
    warnings.simplefilter("ignore")
    prices = pd.read_csv(sys.argv[1], index_col=0).iloc[-DAYS - 1:, :20]
    frame = prices.pct_change().iloc[1:]
    returns, sigma, corr = frame.to_numpy(), frame.cov().to_numpy(), frame.corr().to_numpy()
    distance = half_distance(frame)
    ward = sch.leaves_list(sch.linkage(squareform(distance, checks=False), "ward"))
    low, high = np.full(20, 0.02), np.full(20, 0.08)
    budgets = np.arange(1, 21) / 210
    mean = float(frame.mean().mean() * 252)
    document = {
        "source": "make_hierarchies.py on the last 300 days of data/sample.csv.gz",
        "versions": {package: version(package) for package in PACKAGES},
        "trees": trees(distance),
        "distances": distances(frame),
        "hierarchicalRiskParity": [
            {"measure": m, "linkage": l, "lower": lo, "upper": hi,
             "weights": hierarchical_risk_parity(frame, s, l, lo, hi)}
            for m, s, l, lo, hi in [
                ("variance", "VARIANCE", "ward", 0, 1), ("cvar", "CVAR", "single", 0, 1),
                ("standard-deviation", "STANDARD_DEVIATION", "average", 0, 1),
                ("variance", "VARIANCE", "ward", 0.02, 0.08), ("cdar", "CDAR", "complete", 0.01, 1)]],
        "equalRisk": [
            {"measure": m, "linkage": l, "count": k, "equalWithin": h == "HERC2",
             "weights": equal_risk(frame, h, r, l, k)}
            for h, m, r, l, k in [
                ("HERC", "variance", "MV", "ward", 4), ("HERC2", "variance", "MV", "ward", 5),
                ("HERC", "cvar", "CVaR", "average", 3), ("HERC", "cdar", "CDaR", "complete", 6)]],
        "nested": [{"inner": i, "outer": o, "count": 4, "weights": nested(frame, i, o, 4)}
                   for i, o in [("minimum-variance", "minimum-variance"),
                                ("minimum-variance", "maximum-sharpe"), ("risk-parity", "minimum-variance"),
                                ("minimum-variance", "risk-parity")]],
        "schur": [{"gamma": g, "weights": numbers(_schur._compute_weights(
                      g, ward, sigma, np.ones(20), np.zeros(20)))} for g in (0, 0.2, 0.5)],
        "budgeted": [
            {"measure": m, "budgets": numbers(b), "cap": c, "group": g,
             "weights": budgeted(m, returns, b, c, g)}
            for m, b, c, g in [
                ("cvar", np.full(20, 0.05), None, None), ("cdar", budgets, None, None),
                ("semideviation", budgets, None, None),
                ("mean-absolute-deviation", np.full(20, 0.05), 0.06, 0.2),
                ("cvar", budgets, 0.07, 0.15)]],
        "relaxed": [{"penalty": p, "returnMin": r, **relaxed(frame, p, r)}
                    for p, r in [(0, None), (1, None), (0, mean * 1.2), (5, mean * 1.2)]],
        "factor": [{"count": k, "budgets": numbers(b), "weights": factor_parity(frame, k, b)}
                   for k, b in [(1, np.ones(1)), (3, np.full(3, 1 / 3)), (6, np.arange(1, 7) / 21)]],
        "decorrelation": [
            {"cap": 1, "weights": numbers(least_variance(corr, []))},
            {"cap": 0.1, "weights": numbers(least_variance(corr, [lambda w: w <= 0.1]))}],
    }
    Path(sys.argv[2], "hierarchies.json").write_text(json.dumps(document) + "\n")


main()
