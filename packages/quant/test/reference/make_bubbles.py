"""Directed bubble hierarchical trees by Riskfolio-Lib: python make_bubbles.py > bubbles.json

Distances are those of the correlations of factor models with a given seed.
"""

import json

import numpy as np
from riskfolio.src.DBHT import DBHTs


def case(seed, n, factors):
    rng = np.random.default_rng(seed)
    loadings = rng.normal(size=(n, factors))
    groups = rng.integers(0, factors, n)
    loadings[np.arange(n), groups] += 2
    returns = rng.normal(size=(150, factors)) @ loadings.T + 2 * rng.normal(size=(150, n))
    # Rounded before use, so that both sides see the same numbers.
    correlation = np.round(np.corrcoef(returns.T), 6)
    distance = np.sqrt((1 - correlation) / 2)
    clusters, _, _, paths, _, merges = DBHTs(distance, 1 - distance**2, leaf_order=False)
    return {
        "correlation": correlation[np.tril_indices(n, -1)].tolist(),
        "clusters": clusters.astype(int).tolist(),
        "paths": np.round(paths[0], 12).tolist(),
        "merges": merges[:, :3].tolist(),
    }


cases = [case(1, 9, 2), case(2, 20, 4), case(3, 35, 5), case(4, 60, 6)]
print(json.dumps(cases, separators=(",", ":")))
