"""Times one task of optimization.mjs with one peer.

Usage: python optimization.py TASK PEER FILE ROWS COLS, where FILE holds ROWS x COLS returns as
float64, or, for the frontiers, expected returns of COLS assets and their covariance; through factors,
their specific variances and their loadings on factors of variance 1.
Prints one JSON object: CPU milliseconds and the objective of the answer, by its definition.
"""

import json
import sys
import time
import warnings

import numpy as np

warnings.simplefilter("ignore")
LEVEL = 0.95
TRAIN, STEP = 252, 21


def least_cpu_ms(work):
    """The least CPU time of up to four runs, as many as fit in ten seconds after the first."""
    best, spent = None, 0.0
    for _ in range(4):
        start = time.process_time()
        result = work()
        elapsed = (time.process_time() - start) * 1000
        best = elapsed if best is None else min(best, elapsed)
        spent += elapsed
        if spent > 10_000:
            break
    return best, result


def tail_mean(losses):
    count = round(len(losses) * (1 - LEVEL))
    return float(np.sort(losses)[::-1][:count].mean())


def drawdowns(series):
    path = np.concatenate([[0.0], np.cumsum(series)])
    return (np.maximum.accumulate(path) - path)[1:]


def mean_difference(series):
    count = len(series)
    ranks = 2 * np.arange(1, count + 1) - 1 - count
    return float(2 * (ranks @ np.sort(series)) / (count * (count - 1)))


RISKS = {
    "cvar": lambda series: tail_mean(-series),
    "cdar": lambda series: tail_mean(drawdowns(series)),
    "maximum-drawdown": lambda series: float(drawdowns(series).max()),
    "mean-difference": mean_difference,
}


def frame(returns):
    import pandas as pd

    days = pd.date_range("2000-01-03", periods=len(returns), freq="B")
    return pd.DataFrame(returns, index=days, columns=[f"A{i}" for i in range(returns.shape[1])])


def scikit_learn(task, returns):
    from sklearn.covariance import ledoit_wolf

    return (lambda: ledoit_wolf(returns)), lambda found: float(found[1])


def numpy_peer(task, returns):
    return (lambda: np.cov(returns, rowvar=False)), lambda found: float(np.trace(found))


def pypfopt(task, returns):
    import pypfopt

    data, count = frame(returns), returns.shape[1]
    mean, covariance = data.mean(), data.cov()
    weights = lambda found: np.array([found[name] for name in data.columns])
    if task == "covariance":
        shrink = lambda: pypfopt.CovarianceShrinkage(data, returns_data=True, frequency=1)

        def work():
            model = shrink()
            model.ledoit_wolf()
            return model

        return work, lambda model: float(model.delta)
    if task == "minimum-variance":
        work = lambda: pypfopt.EfficientFrontier(mean, covariance).min_volatility()
        return work, lambda found: variance(weights(found), returns)
    if task == "cvar":
        work = lambda: pypfopt.EfficientCVaR(mean, data, beta=LEVEL).min_cvar()
        return work, lambda found: RISKS[task](returns @ weights(found))
    if task == "cdar":
        work = lambda: pypfopt.EfficientCDaR(mean, data, beta=LEVEL).min_cdar()
        return work, lambda found: RISKS[task](returns @ weights(found))
    if task == "hierarchical":
        return (lambda: pypfopt.HRPOpt(data).optimize()), lambda found: variance(weights(found), returns)
    if task == "frontier":
        raise NotImplementedError
    raise NotImplementedError(f"{task} of {count} assets")


def variance(weights, returns):
    return float(np.var(returns @ weights, ddof=1))


def skfolio(task, returns):
    from skfolio import RiskMeasure
    from skfolio.moments import LedoitWolf
    from skfolio.optimization import HierarchicalRiskParity, MeanRisk, RiskBudgeting

    measures = {"minimum-variance": RiskMeasure.VARIANCE, "cvar": RiskMeasure.CVAR,
                "cdar": RiskMeasure.CDAR, "maximum-drawdown": RiskMeasure.MAX_DRAWDOWN,
                "mean-difference": RiskMeasure.GINI_MEAN_DIFFERENCE}
    data = frame(returns)
    if task == "covariance":
        return (lambda: LedoitWolf().fit(data)), lambda model: float(model.shrinkage_)
    if task.startswith("walk-forward"):
        models = {"minimum-variance": lambda: MeanRisk(risk_measure=RiskMeasure.VARIANCE),
                  "hierarchical": HierarchicalRiskParity,
                  "cvar": lambda: MeanRisk(risk_measure=RiskMeasure.CVAR)}
        return walk_forward(data, models[task.removeprefix("walk-forward-")])
    if task == "entropy-pooling":
        return entropy_pooling(data, returns)
    if task == "risk-parity":
        return (lambda: RiskBudgeting().fit(data)), lambda model: variance(model.weights_, returns)
    if task == "hierarchical":
        work = lambda: HierarchicalRiskParity().fit(data)
        return work, lambda model: variance(model.weights_, returns)
    if task == "frontier-30-points":
        work = lambda: MeanRisk(efficient_frontier_size=30).fit(data)
        return work, lambda model: min(variance(w, returns) for w in model.weights_)
    work = lambda: MeanRisk(risk_measure=measures[task]).fit(data)
    risk = RISKS.get(task)
    return work, lambda model: (variance(model.weights_, returns) if risk is None
                                else risk(returns @ model.weights_))


def walk_forward(data, make):
    from skfolio.model_selection import WalkForward, cross_val_predict

    plan = WalkForward(train_size=TRAIN, test_size=STEP)
    work = lambda: cross_val_predict(make(), data, cv=plan)
    return work, lambda found: float(np.var(found.returns, ddof=1))


def entropy_pooling(data, returns):
    from skfolio.prior import EntropyPooling

    means, deviations = returns.mean(axis=0), returns.std(axis=0)
    values = means + 0.1 * deviations
    views = [f"{name} == {value:.17g}" for name, value in zip(data.columns, values)]

    def relative_entropy(model):
        p = model.return_distribution_.sample_weight
        return float(np.sum(p[p > 0] * np.log(p[p > 0] * len(p))))

    return (lambda: EntropyPooling(mean_views=views).fit(data)), relative_entropy


def riskfolio(task, returns):
    import riskfolio as rp

    data = frame(returns)
    names = {"minimum-variance": "MV", "cvar": "CVaR", "cdar": "CDaR", "maximum-drawdown": "MDD",
             "mean-difference": "GMD", "tail-gini": "TG"}
    if task == "hierarchical":
        work = lambda: rp.HCPortfolio(returns=data).optimization(
            model="HRP", codependence="pearson", rm="MV", linkage="single", leaf_order=True)
        return work, lambda found: variance(np.asarray(found).ravel(), returns)
    model = rp.Portfolio(returns=data)
    model.assets_stats(method_mu="hist", method_cov="hist")
    if task == "risk-parity":
        work = lambda: model.rp_optimization(model="Classic", rm="MV", hist=True)
        return work, lambda found: variance(np.asarray(found).ravel(), returns)
    work = lambda: model.optimization(model="Classic", rm=names[task], obj="MinRisk", hist=True)
    risk = RISKS.get(task)

    def objective(found):
        weights = np.asarray(found).ravel()
        if task == "tail-gini":
            return float(rp.TG(returns @ weights, alpha=1 - LEVEL))
        return variance(weights, returns) if risk is None else risk(returns @ weights)

    return work, objective


def cvxcla(task, mean, numbers):
    from cvxcla import CLA
    from cvxcla.operators import factor_covariance

    count = len(mean)
    if task == "factor-frontier":
        specific, loadings = numbers[:count], numbers[count:].reshape(count, -1)
        covariance = np.diag(specific) + loadings @ loadings.T
        operator = factor_covariance(d=specific, u=loadings, delta=np.ones(loadings.shape[1]))
    else:
        operator = covariance = numbers.reshape(count, count)
    problem = dict(mean=mean, covariance=operator, lower_bounds=np.zeros(count),
                   upper_bounds=np.ones(count), a=np.ones((1, count)), b=np.ones(1))
    last = lambda found: found.turning_points[-1].weights
    return (lambda: CLA(**problem)), lambda found: float(last(found) @ covariance @ last(found))


PEERS = {"scikit-learn": scikit_learn, "NumPy": numpy_peer, "PyPortfolioOpt": pypfopt,
         "skfolio": skfolio, "Riskfolio-Lib": riskfolio}


def main():
    task, peer, file, rows, cols = sys.argv[1:]
    rows, cols = int(rows), int(cols)
    data = np.fromfile(file, dtype="<f8")
    if peer == "cvxcla":
        work, objective = cvxcla(task, data[:cols], data[cols:])
    else:
        work, objective = PEERS[peer](task, data.reshape(rows, cols))
    milliseconds, found = least_cpu_ms(work)
    print(json.dumps({"ms": milliseconds, "objective": objective(found)}))


if __name__ == "__main__":
    try:
        main()
    except ImportError as error:
        print(json.dumps({"error": f"not installed: {error.name}"}))
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"[:120]}))
