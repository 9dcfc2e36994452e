"""Makes online-learning.json: weights by universal-portfolios.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pandas==3.1.1
    venv/bin/pip download --no-deps universal-portfolios==0.4.17 && unzip universal_portfolios-*.whl -d wheel
    venv/bin/python make_online_learning.py ../../../../data/sample.csv.gz wheel

Closes are the last 121 of the first six stocks of the sample. Of the wheel only the three algorithms and
the projection are loaded, because the rest needs programs for charts; each day calls the algorithm's own
step. Moving averages begin with the first day that has a whole window of closes.
"""

import ast
import importlib.util
import json
import sys
import types
from pathlib import Path

import numpy as np
import pandas as pd

ROWS, STOCKS = 121, 6
FOLDER = Path(__file__).parent


def algorithms(wheel):
    source = (Path(wheel) / "universal/tools.py").read_text()
    projection = next(node for node in ast.parse(source).body
                      if isinstance(node, ast.FunctionDef) and node.name == "simplex_proj")
    tools = types.ModuleType("universal.tools")
    tools.np = np
    exec(ast.unparse(projection), tools.__dict__)
    base = types.ModuleType("universal.algo")
    base.Algo = type("Algo", (), {"__init__": lambda self, **_: None})
    package = types.ModuleType("universal")
    package.__path__, package.tools = [], tools
    folder = types.ModuleType("universal.algos")
    folder.__path__ = []
    sys.modules |= {"universal": package, "universal.tools": tools, "universal.algo": base,
                    "universal.algos": folder}
    found = []
    for name, kind in [("eg", "EG"), ("pamr", "PAMR"), ("olmar", "OLMAR")]:
        spec = importlib.util.spec_from_file_location(
            f"universal.algos.{name}", Path(wheel) / f"universal/algos/{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.append(getattr(module, kind))
    return found


def main(path, wheel):
    EG, PAMR, OLMAR = algorithms(wheel)
    closes = pd.read_csv(path, index_col=0).iloc[-ROWS:, :STOCKS]
    relatives = (closes / closes.shift()).iloc[1:].to_numpy()

    def relative(algorithm):
        b = np.full(STOCKS, 1 / STOCKS)
        for x in relatives:
            b = algorithm.step(x, b, None)
        return [float(f"{v:.15g}") for v in b]

    def average(window, eps):
        algorithm = OLMAR(window, eps)
        b = np.full(STOCKS, 1 / STOCKS)
        for t in range(window, ROWS + 1):
            b = np.asarray(algorithm.update(b, algorithm.predict(None, closes.iloc[t - window:t]), eps))
        return [float(f"{v:.15g}") for v in b]

    answers = [
        *({"rule": {"kind": "exponentiated-gradient", "rate": r}, "weights": relative(EG(r))}
          for r in [0.05, 2.0]),
        *({"rule": {"kind": "passive-aggressive", "sensitivity": e}, "weights": relative(PAMR(e))}
          for e in [0.5, 0.99, 1.0]),
        *({"rule": {"kind": "moving-average-reversion", "window": w, "threshold": e},
           "weights": average(w, e)} for w, e in [(5, 10), (5, 1.01), (21, 1.02)]),
    ]
    document = {"made_by": "universal-portfolios 0.4.17", "answers": answers}
    (FOLDER / "online-learning.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
