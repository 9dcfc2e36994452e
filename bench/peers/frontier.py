"""Times cvxcla, and PyPortfolioOpt on small problems, on the data of frontier.mjs.

Usage: python frontier.py FILE ASSET_COUNT, where FILE holds means and covariance as float64.
Prints one JSON object: CPU milliseconds, turning points and least variance of each.
"""

import json
import sys
import time

import numpy as np
from cvxcla import CLA


def least_cpu_ms(work, runs):
    best = None
    for _ in range(runs):
        start = time.process_time()
        result = work()
        elapsed = (time.process_time() - start) * 1000
        best = elapsed if best is None else min(best, elapsed)
    return best, result


def main():
    count = int(sys.argv[2])
    data = np.fromfile(sys.argv[1], dtype="<f8")
    mean, covariance = data[:count], data[count:].reshape(count, count)
    problem = dict(mean=mean, covariance=covariance, lower_bounds=np.zeros(count),
                   upper_bounds=np.ones(count), a=np.ones((1, count)), b=np.ones(1))
    milliseconds, frontier = least_cpu_ms(lambda: CLA(**problem), 3)
    points = [point for point in frontier.turning_points if np.isfinite(point.lamb)]
    last = points[-1].weights
    answers = {"cvxcla": {"ms": milliseconds, "turningPoints": len(points),
                          "variance": float(last @ covariance @ last)}}
    if count <= 100:
        answers["PyPortfolioOpt"] = portfolio_opt(mean, covariance)
    print(json.dumps(answers))


def portfolio_opt(mean, covariance):
    from pypfopt import CLA as PortfolioOptCLA

    def work():
        frontier = PortfolioOptCLA(mean, covariance)
        frontier.min_volatility()
        return frontier

    try:
        milliseconds, frontier = least_cpu_ms(work, 1)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    weights = np.asarray(frontier.weights).ravel()
    return {"ms": milliseconds, "turningPoints": len(frontier.w),
            "variance": float(weights @ covariance @ weights)}


main()
