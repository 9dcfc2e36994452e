"""Makes pre-selection.json: which assets skfolio leaves.

    python3 make_pre_selection.py sample.csv.gz > pre-selection.json

Needs pandas and skfolio 1.12.2. Returns are those of the last 253 closes of the sample's 20 stocks. Assets are named by their column.
"""

import json
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd
from skfolio.measures import PerfMeasure, RatioMeasure, RiskMeasure
from skfolio.pre_selection import DropCorrelated, SelectKExtremes, SelectNonDominated

prices = pd.read_csv(sys.argv[1], index_col=0).tail(253).iloc[:, :20]
returns = prices.pct_change().iloc[1:]
kept = lambda selector: np.flatnonzero(selector.fit(returns).get_support()).tolist()
MEASURES = {
    "mean": PerfMeasure.MEAN,
    "volatility": RiskMeasure.STANDARD_DEVIATION,
    "sharpe": RatioMeasure.SHARPE_RATIO,
}
json.dump(
    {
        "made_by": f"skfolio {version('skfolio')}",
        "symbols": list(prices.columns),
        "correlated": [
            {"threshold": x, "absolute": a, "kept": kept(DropCorrelated(threshold=x, absolute=a))}
            for x in [0.2, 0.35, 0.5, 0.7, 0.95]
            for a in [False, True]
        ],
        "extremes": [
            {"figure": f, "lowest": low, "count": k, "kept": kept(SelectKExtremes(k=k, measure=m, highest=not low))}
            for f, m in MEASURES.items()
            for low in [False, True]
            for k in [1, 5, 12]
        ],
        "nonDominated": [
            {"count": k, "kept": kept(SelectNonDominated(min_n_assets=k, threshold=-1))} for k in [1, 6, 15]
        ],
    },
    sys.stdout,
    separators=(",", ":"),
)
