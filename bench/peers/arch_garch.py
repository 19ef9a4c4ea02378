# SPDX-License-Identifier: Apache-2.0
"""arch_garch.py FILE SAMPLES: a constant mean with GARCH(1,1), fitted to a file of returns by arch.

Timed is what the benchmark times: from the returns to the parameters and their standard errors, of the Hessian and
robust. The optimiser goes on to a tolerance of 1e-12.
"""
import json
import sys

import arch
import numpy

from stopwatch import now


def fit(returns):
    model = arch.arch_model(returns, mean="Constant", vol="GARCH", p=1, q=1, rescale=False)
    result = model.fit(disp="off", cov_type="robust", options={"ftol": 1e-12})
    result.std_err
    return result


def main():
    path, count = sys.argv[1], int(sys.argv[2])
    returns = numpy.loadtxt(path)
    result = fit(returns)
    samples = []
    for _ in range(count):
        start = now()
        fit(returns)
        samples.append(now() - start)
    mu, omega, alpha, beta = (float(value) for value in result.params)
    json.dump({"peer": "arch", "version": arch.__version__, "samples": samples, "loglik": float(result.loglikelihood),
               "mu": mu, "omega": omega, "alpha": alpha, "beta": beta}, sys.stdout)


main()
