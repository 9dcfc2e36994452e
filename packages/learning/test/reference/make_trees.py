"""Makes trees.json: boosted trees and their SHAP values by xgboost.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 xgboost==3.2.0
    venv/bin/python make_trees.py

Features have few different values, so that a search over bins is an exact one; features and
targets are exact in single precision. Models start from base_score and are grown by
tree_method=exact. `model` is the one with missing values, node by node; `contributions` are its
pred_contribs, which are path dependent, for the first 20 rows.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import xgboost as xgb

rng = np.random.default_rng(11)
N, F = 120, 5
x = np.round(rng.standard_normal((N, F)) * 4) / 4
y = np.round(256 * (np.sin(x[:, 0]) + x[:, 1] * x[:, 2] + 0.3 * x[:, 3] + 0.2 * rng.standard_normal(N))) / 256
holes = rng.uniform(size=(N, F)) < 0.1
holes[:, 0] = False
with_holes = np.where(holes, np.nan, x)
BASE = 0.25


def fit(features, rounds, **extra):
    data = xgb.DMatrix(features, label=y)
    params = {
        "objective": "reg:squarederror",
        "tree_method": "exact",
        "base_score": BASE,
        "max_depth": 3,
        "eta": 0.3,
        "lambda": 1.5,
        "min_child_weight": 4,
        "nthread": 1,
        **extra,
    }
    return xgb.train(params, data, num_boost_round=rounds), data


def nodes(booster):
    trees = []
    for text in booster.get_dump(with_stats=True, dump_format="json"):
        flat = []

        def walk(node):
            at = len(flat)
            flat.append(None)
            if "leaf" in node:
                flat[at] = {"value": node["leaf"], "cover": node["cover"]}
            else:
                children = {child["nodeid"]: child for child in node["children"]}
                left = walk(children[node["yes"]])
                right = walk(children[node["no"]])
                flat[at] = {
                    "feature": int(node["split"][1:]),
                    "threshold": node["split_condition"],
                    "left": left,
                    "right": right,
                    "missingLeft": node["missing"] == node["yes"],
                    "cover": node["cover"],
                }
            return at

        walk(json.loads(text))
        trees.append(flat)
    return trees


def numbers(values):
    return [None if np.isnan(v) else float(v) for v in np.ravel(values)]


plain, plain_data = fit(x, 5)
holed, holed_data = fit(with_holes, 5)
explained = holed.predict(holed_data, pred_contribs=True)[:20]
document = {
    "recipe": "make_trees.py",
    "versions": {name: version(name) for name in ["numpy", "xgboost"]},
    "featureCount": F,
    "base": BASE,
    "features": numbers(x),
    "featuresWithHoles": numbers(with_holes),
    "targets": numbers(y),
    "forecasts": numbers(plain.predict(plain_data)),
    "forecastsWithHoles": numbers(holed.predict(holed_data)),
    "model": nodes(holed),
    "contributions": numbers(explained[:, :F]),
    "expectation": float(explained[0, F]),
}
Path(__file__).with_name("trees.json").write_text(json.dumps(document) + "\n")
