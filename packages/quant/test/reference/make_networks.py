"""Networks of assets and their centralities by Riskfolio-Lib and NetworkX: python make_networks.py > networks.json

Returns are those of factor models with a given seed.
"""

import json
import sys
from contextlib import redirect_stdout

import numpy as np
import pandas as pd
import riskfolio.src.ConstraintsFunctions as rp

MEASURES = {
    "degree": "Degree",
    "eigenvector": "Eigenvector",
    "katz": "Katz",
    "closeness": "Closeness",
    "betweenness": "Betweeness",
    "subgraph": "Subgraph",
    "laplacian": "Laplacian",
}


def case(seed, n, factors):
    rng = np.random.default_rng(seed)
    loadings = rng.normal(size=(n, factors))
    groups = rng.integers(0, factors, n)
    loadings[np.arange(n), groups] += 2
    returns = rng.normal(size=(150, factors)) @ loadings.T + 2 * rng.normal(size=(150, n))
    frame = pd.DataFrame(returns)
    correlation = frame.corr().to_numpy()
    networks = {}
    for name, graph in {"minimum-spanning-tree": "MST", "planar": "TMFG"}.items():
        ties = rp.connection_matrix(frame, graph=graph, walk_size=1)
        within_two = rp.connection_matrix(frame, graph=graph, walk_size=2)
        networks[name] = {
            "ties": [[int(i), int(j)] for i, j in zip(*np.nonzero(np.triu(ties)))],
            "withinTwo": [[int(i), int(j)] for i, j in zip(*np.nonzero(np.triu(within_two)))],
            "centrality": {
                ours: np.round(
                    rp.centrality_vector(frame, measure=theirs, graph=graph)[0], 12
                ).tolist()
                for ours, theirs in MEASURES.items()
            },
        }
    return {"correlation": correlation[np.tril_indices(n, -1)].tolist(), "networks": networks}


# Riskfolio-Lib prints what it does.
with redirect_stdout(sys.stderr):
    cases = [case(1, 8, 2), case(2, 20, 4), case(3, 35, 5)]
print(json.dumps(cases, separators=(",", ":")))
