# SPDX-License-Identifier: Apache-2.0
"""hmmlearn_fit.py FILE SAMPLES: a Gaussian HMM of two states by EM, without priors, over a CSV of one column.

As it is meant to be used: one random start, to a gain of 1e-4 in the log-likelihood where the fit is timed. The
log-likelihood that is compared is that of the best of several fits to a gain of 1e-9.
"""
import json
import logging
import sys

import hmmlearn
import numpy
from hmmlearn.hmm import GaussianHMM

from stopwatch import now

STARTS = 5


def fit(rows, tolerance, seed):
    model = GaussianHMM(2, covariance_type="diag", min_covar=0, covars_prior=0, covars_weight=1, n_iter=2000,
                        tol=tolerance, random_state=seed)
    return model.fit(rows)


def main():
    logging.getLogger("hmmlearn").setLevel(logging.ERROR)
    rows = numpy.loadtxt(sys.argv[1], skiprows=1)[:, None]
    samples = []
    fit(rows, 1e-4, 0)
    for seed in range(int(sys.argv[2])):
        start = now()
        fit(rows, 1e-4, seed)
        samples.append(now() - start)
    best = max((fit(rows, 1e-9, seed) for seed in range(STARTS)), key=lambda model: model.score(rows))
    json.dump({"peer": "hmmlearn", "version": hmmlearn.__version__, "samples": samples,
               "loglik": best.score(rows), "sigma": sorted(float(x) ** 0.5 for x in best.covars_.ravel())}, sys.stdout)


main()
