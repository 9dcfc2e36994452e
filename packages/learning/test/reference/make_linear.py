"""Makes linear.json: linear models by scikit-learn.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 scikit-learn==1.9.1
    venv/bin/python make_linear.py

Features are correlated and differ in scale; numbers are rounded before they are used, so that the
document holds exactly what was fitted.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge

rng = np.random.default_rng(7)
N, F = 60, 6
base = rng.standard_normal((N, F))
x = base @ (np.eye(F) + 0.4 * rng.standard_normal((F, F))) * np.array([1, 2, 0.5, 1, 3, 1]) + 1.5
x = np.round(x, 4)
y = np.round(x @ np.array([0.5, -0.2, 0, 0, 0.1, 0]) + 0.7 + rng.standard_normal(N), 4)
labels = (y > np.median(y)).astype(float)
weights = np.round(rng.uniform(0.2, 2, N), 3)


def fitted(model):
    return {"intercept": float(np.ravel(model.intercept_)[0]), "coefficients": model.coef_.ravel().tolist()}


ridge = [
    {"penalty": a, **fitted(Ridge(alpha=a, solver="svd").fit(x, y, sample_weight=weights))}
    for a in [0.01, 1.0, 50.0, 1e4]
]
elastic = [
    {
        "strength": a,
        "absoluteShare": r,
        **fitted(ElasticNet(alpha=a, l1_ratio=r, tol=1e-14, max_iter=1_000_000).fit(x, y, sample_weight=weights)),
    }
    for a, r in [(1.0, 0.5), (0.3, 1.0), (0.1, 0.7), (0.01, 0.2)]
]
logistic = [
    {
        "penalty": p,
        **fitted(
            LogisticRegression(C=1 / p, solver="newton-cholesky", tol=1e-14, max_iter=10_000).fit(
                x, labels, sample_weight=weights
            )
        ),
    }
    for p in [0.1, 1.0, 20.0]
]
document = {
    "recipe": "make_linear.py",
    "versions": {name: version(name) for name in ["numpy", "scikit-learn"]},
    "features": x.ravel().tolist(),
    "featureCount": F,
    "targets": y.tolist(),
    "labels": labels.tolist(),
    "weights": weights.tolist(),
    "ridge": ridge,
    "elasticNet": elastic,
    "logistic": logistic,
}
Path(__file__).with_name("linear.json").write_text(json.dumps(document, indent=1) + "\n")
