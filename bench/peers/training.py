"""Boosted trees and their contributions by xgboost: file, rows, rows held out, features."""

import json
import sys
import time

import numpy as np
import xgboost as xgb

path, rows, test_rows, features = sys.argv[1], *map(int, sys.argv[2:5])
numbers = np.fromfile(path)
x = numbers[: (rows + test_rows) * features].reshape(-1, features).astype(np.float32)
y = numbers[(rows + test_rows) * features :]
params = {
    "tree_method": "hist",
    "max_depth": 6,
    "eta": 0.1,
    "lambda": 1,
    "min_child_weight": 20,
    "nthread": 1,
}


def timed(work):
    start = time.process_time()
    result = work()
    return 1000 * (time.process_time() - start), result


training, booster = timed(
    lambda: xgb.train(params, xgb.DMatrix(x[:rows], y[:rows], nthread=1), num_boost_round=100)
)
forecasts = booster.predict(xgb.DMatrix(x[rows:], nthread=1))
held = y[rows:]
some = xgb.DMatrix(x[:1000], nthread=1)
contributions, _ = timed(lambda: booster.predict(some, pred_contribs=True))
print(
    json.dumps(
        {
            "training": {"ms": training},
            "contributions": {"ms": contributions},
            "rSquared": float(1 - ((held - forecasts) ** 2).sum() / ((held - held.mean()) ** 2).sum()),
        }
    )
)
