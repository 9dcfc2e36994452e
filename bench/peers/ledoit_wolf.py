"""Times scikit-learn's Ledoit-Wolf on the data of ledoit-wolf.mjs.

Usage: python ledoit_wolf.py FILE ASSET_COUNT, where FILE holds returns as float64, row by row.
Prints one JSON object: CPU milliseconds, shrinkage and trace.
"""

import json
import sys
import time

import numpy as np
from sklearn.covariance import ledoit_wolf


def main():
    returns = np.fromfile(sys.argv[1], dtype="<f8").reshape(-1, int(sys.argv[2]))
    best = None
    for _ in range(6):
        start = time.process_time()
        covariance, shrinkage = ledoit_wolf(returns)
        elapsed = (time.process_time() - start) * 1000
        best = elapsed if best is None else min(best, elapsed)
    print(json.dumps({"scikit-learn": {"ms": best, "shrinkage": float(shrinkage),
                                       "trace": float(np.trace(covariance))}}))


main()
