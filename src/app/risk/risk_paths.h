// SPDX-License-Identifier: Apache-2.0
// Paths of a Monte Carlo model drawn by several threads; the numbers do not depend on how many.
#ifndef FULMAR_APP_RISK_RISK_PATHS_H
#define FULMAR_APP_RISK_RISK_PATHS_H

#include "quant/risk/monte_carlo.h"

enum { RISK_THREADS_MAX = 256 };

// Returns of the paths 0 .. paths - 1. threads 0: as many as there are processors for this process. ERR_NOMEM.
int risk_paths_draw(const struct monte_carlo *mc, size_t paths, size_t threads,
                    double *ret_returns) MUST_USE;

#endif
