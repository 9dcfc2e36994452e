"""Makes integer.json: quadratic programs with all-or-nothing choices, by SCIP.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 pyscipopt==6.3.0
    venv/bin/python make_integer_reference.py

Covariance and expected returns are those of frontier.json (20 stocks). Objectives are
half the variance less what the case says of returns, proven to a gap of 1e-8.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pyscipopt import Model, quicksum

FOLDER = Path(__file__).parent
SCALE = 1000.0
CASES = {
    "cardinality": dict(most=[(range(20), 0, 5)], least=0.05),
    "groupCounts": dict(most=[(range(k, 20, 4), 1, 2) for k in range(4)], least=0.03),
    "longShort": dict(most=[(range(20), 0, 6)], least=0.05, low=-0.2, high=0.4, reward=0.3),
    "trades": dict(most=[(range(20), 0, 4)], least=0.02, center=0.05, reward=0.1),
    "lots": dict(most=[(range(20), 0, 6)], least=0.0, lot=0.05),
}


def solve(covariance, mean, most, least, low=0.0, high=1.0, center=0.0, reward=0.0, lot=0.0):
    model = Model()
    model.hideOutput()
    model.setParam("limits/gap", 1e-8)
    model.setParam("numerics/feastol", 1e-9)
    w = [model.addVar(lb=low, ub=high) for _ in range(20)]
    above = [model.addVar(vtype="B") for _ in range(20)]
    below = [model.addVar(vtype="B") for _ in range(20)]
    model.addCons(quicksum(w) == 1)
    for i in range(20):
        up, down = high - center, center - low
        model.addCons(above[i] + below[i] <= 1)
        model.addCons(w[i] - center <= up * above[i] - least * below[i])
        model.addCons(w[i] - center >= least * above[i] - down * below[i])
        if lot > 0:
            count = model.addVar(vtype="I", lb=0, ub=round(high / lot))
            model.addCons(w[i] == lot * count)
    for members, fewest, largest in most:
        active = quicksum(above[i] + below[i] for i in members)
        model.addCons(active <= largest)
        model.addCons(active >= fewest)
    risk = model.addVar(lb=0)
    factor = np.linalg.cholesky(covariance * SCALE)
    parts = []
    for k in range(20):
        part = model.addVar(lb=None)
        model.addCons(part == quicksum(factor[i, k] * w[i] for i in range(20)))
        parts.append(part)
    model.addCons(quicksum(part * part for part in parts) <= risk)
    model.setObjective(0.5 * risk - SCALE * reward * quicksum(mean[i] * w[i] for i in range(20)))
    model.optimize()
    assert model.getStatus() in ("optimal", "gaplimit"), model.getStatus()
    x = np.array([model.getVal(v) for v in w])
    return {"objective": float(0.5 * x @ covariance @ x - reward * mean @ x), "x": x.tolist()}


def main():
    frontier = json.loads((FOLDER / "frontier.json").read_text())
    mean = np.array(frontier["expectedReturns"])
    covariance = np.array(frontier["covariance"]).reshape(20, 20)
    document = {"versions": {name: version(name) for name in ("numpy", "pyscipopt")}}
    document |= {name: solve(covariance, mean, **case) for name, case in CASES.items()}
    (FOLDER / "integer.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
