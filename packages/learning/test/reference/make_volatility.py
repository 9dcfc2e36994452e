"""Makes volatility.json: GARCH(1,1) by arch, and heterogeneous autoregressions by statsmodels.

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 arch==8.0.0 statsmodels==0.15.0
    venv/bin/python make_volatility.py

Returns are simulated, in percent, and rounded before they are fitted.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from arch import arch_model

rng = np.random.default_rng(5)
N = 1500
variance, returns = 1.0, []
for _ in range(N):
    shock = np.sqrt(variance) * rng.standard_normal()
    returns.append(0.04 + shock)
    variance = 0.02 + 0.09 * shock**2 + 0.89 * variance
returns = np.round(returns, 3)
fit = arch_model(returns, mean="Constant", vol="GARCH", p=1, q=1, rescale=False).fit(
    disp="off", tol=1e-12, options={"maxiter": 2000}
)
forecast = fit.forecast(horizon=5).variance.to_numpy()[-1]

level = np.zeros(300)
for t in range(1, 300):
    level[t] = 0.97 * level[t - 1] + 0.25 * rng.standard_normal()
variances = np.round(np.exp(level), 4)


def har(h, logarithmic):
    rows = range(22, len(variances) - h + 1)
    f = np.log if logarithmic else (lambda v: v)
    x = np.array([[f(variances[t - w : t].mean()) for w in (1, 5, 22)] for t in rows])
    y = np.array([f(variances[t : t + h].mean()) for t in rows])
    model = sm.OLS(y, sm.add_constant(x)).fit()
    return {
        "horizonDays": h,
        "logarithmic": logarithmic,
        "coefficients": model.params.tolist(),
        "residualVariance": float(model.mse_resid),
    }


document = {
    "recipe": "make_volatility.py",
    "versions": {name: version(name) for name in ["numpy", "arch", "statsmodels"]},
    "returns": returns.tolist(),
    "garch": fit.params.tolist(),
    "logLikelihood": float(fit.loglikelihood),
    "forecast": forecast.tolist(),
    "variances": variances.tolist(),
    "heterogeneous": [har(1, False), har(1, True), har(5, True)],
}
Path(__file__).with_name("volatility.json").write_text(json.dumps(document) + "\n")
