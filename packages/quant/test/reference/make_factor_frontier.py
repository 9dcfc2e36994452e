"""Makes factor-frontier.json: the turning points of a factor model, by cvxcla's factor backend.

Usage: python make_factor_frontier.py OUTPUT_FOLDER

48 assets, 3 correlated factors, weights up to 15 %, the first 12 assets 20 to 35 % of the whole. cvxcla
takes limits of one side as rows, so the lower limit of the group is one of its negative.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from cvxcla import CLA
from cvxcla.operators import factor_covariance

N, K, GROUP = 48, 3, 12


def main():
    rng = np.random.default_rng(48)
    loadings = np.round(rng.standard_normal((N, K)) + np.array([1.0, 0.0, 0.0]), 3)
    root = np.array([[0.15, 0.0, 0.0], [0.02, 0.06, 0.0], [-0.01, 0.03, 0.05]])
    factors = np.round(root @ root.T, 6)
    specific = np.round((0.1 + 0.2 * rng.random(N)) ** 2, 6)
    mean = np.round(0.03 + 0.05 * loadings[:, 0] + 0.02 * rng.standard_normal(N), 5)
    group = (np.arange(N) < GROUP).astype(float)
    cla = CLA(mean=mean, covariance=factor_covariance(d=specific, u=loadings, delta=factors),
              lower_bounds=np.zeros(N), upper_bounds=np.full(N, 0.15), a=np.ones((1, N)), b=np.ones(1),
              g=np.vstack([group, -group]), h=np.array([0.35, -0.2]))
    points = [dict(lambda_=float(p.lamb), weights=np.round(p.weights, 14).tolist())
              for p in cla.turning_points if np.isfinite(p.lamb)]
    document = dict(
        versions={name: version(name) for name in ["cvxcla", "numpy"]},
        expectedReturns=mean.tolist(), loadings=loadings.ravel().tolist(),
        factorCovariance=factors.ravel().tolist(), specificVariances=specific.tolist(),
        points=[dict(weights=p["weights"], **{"lambda": p["lambda_"]}) for p in points])
    (Path(sys.argv[1]) / "factor-frontier.json").write_text(json.dumps(document) + "\n")
    print(len(points))


if __name__ == "__main__":
    main()
