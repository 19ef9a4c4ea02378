# SPDX-License-Identifier: Apache-2.0
"""numpy_risk.py paths FILE PATHS SAMPLES: value at risk and expected shortfall by normal paths, from a covariance.
numpy_risk.py update ROWS CHANGES WEIGHTS row|weight SAMPLES: historical value at risk after each row, then after each
change.

Paths: a hundred standard normals each, times the Cholesky factor times the weights, which is multiplied out first: the
quickest form in NumPy.
"""
import json
import sys

import numpy

from stopwatch import now

LEVEL = 0.99


def paths(path, count, samples):
    covariance = numpy.loadtxt(path)
    assets = int(round(len(covariance) ** 0.5))
    covariance = covariance.reshape(assets, assets)
    weights = numpy.full(assets, 1 / assets)
    rng = numpy.random.default_rng(1)
    times = []
    for _ in range(samples + 1):
        start = now()
        loads = numpy.linalg.cholesky(covariance).T @ weights
        returns = rng.standard_normal((count, assets)) @ loads
        quantile = numpy.quantile(returns, 1 - LEVEL)
        shortfall = -returns[returns <= quantile].mean()
        times.append(now() - start)
    return {"samples": times[1:], "var": -quantile, "es": shortfall}


def update(path, changes_path, weights_path, kind, samples):
    changes, first = numpy.loadtxt(changes_path), numpy.loadtxt(weights_path)
    rows = numpy.loadtxt(path).reshape(2 * len(changes), -1)
    window, assets = len(changes), rows.shape[1]
    times = []
    for _ in range(samples + 1):
        held = numpy.asfortranarray(rows[:window])
        weights = first.copy()
        sums, total = held @ weights, 0.0
        start = now()
        for at in range(window):
            held[at] = rows[window + at]
            sums[at] = held[at] @ weights
            total -= numpy.quantile(sums, 1 - LEVEL)
        middle = now()
        for i, change in enumerate(changes):
            asset = i % assets
            sums += (change - weights[asset]) * held[:, asset]
            weights[asset] = change
            total -= numpy.quantile(sums, 1 - LEVEL)
        end = now()
        times.append(((middle - start) if kind == "row" else (end - middle)) / window)
    return {"samples": times[1:], "sum": total}


if sys.argv[1] == "paths":
    result = paths(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
else:
    result = update(*sys.argv[2:6], int(sys.argv[6]))
json.dump({"peer": "NumPy", "version": numpy.__version__, **result}, sys.stdout)
