# SPDX-License-Identifier: Apache-2.0
"""clarabel_portfolio.py FILE SAMPLES ASSETS AVERSION: the quadratic programme of mean_variance by Clarabel.

FILE holds means and the covariance as doubles. Timed is the solver from its matrices to weights, called directly and
not through a modelling layer; its tolerances are the tightest that it meets here.
"""
import json
import sys

import clarabel
import numpy
from scipy import sparse

from stopwatch import now

CAP, LOW, HIGH, GROUPS = 0.03, 0.15, 0.25, 5


def programme(mean, covariance, aversion):
    n = len(mean)
    groups = sparse.kron(sparse.identity(GROUPS), numpy.ones((1, n // GROUPS)))
    identity = sparse.identity(n)
    rows = sparse.vstack([sparse.csc_matrix(numpy.ones((1, n))), -identity, identity, -groups, groups]).tocsc()
    limits = numpy.concatenate([[1.0], numpy.zeros(n), numpy.full(n, CAP), numpy.full(GROUPS, -LOW),
                                numpy.full(GROUPS, HIGH)])
    cones = [clarabel.ZeroConeT(1), clarabel.NonnegativeConeT(2 * n + 2 * GROUPS)]
    hessian = sparse.triu(sparse.csc_matrix(aversion * covariance)).tocsc()
    return hessian, -mean, rows, limits, cones


def solve(parts):
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
    return clarabel.DefaultSolver(*parts, settings).solve()


def main():
    path, count, assets, aversion = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    data = numpy.fromfile(path)
    mean, covariance = data[:assets], data[assets:].reshape(assets, assets)
    parts = programme(mean, covariance, aversion)
    solution = solve(parts)
    samples = []
    for _ in range(count):
        start = now()
        solve(parts)
        samples.append(now() - start)
    weights = numpy.array(solution.x)
    value = float(mean @ weights - aversion / 2 * weights @ covariance @ weights)
    json.dump({"peer": "Clarabel", "version": clarabel.__version__, "samples": samples, "value": value,
               "weights": weights.tolist()}, sys.stdout)


main()
