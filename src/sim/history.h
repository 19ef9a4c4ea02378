// SPDX-License-Identifier: Apache-2.0
// Daily returns and volumes of the days that are over, for slippage models that read them. Days are UTC.
#ifndef FULMAR_SIM_HISTORY_H
#define FULMAR_SIM_HISTORY_H

#include "sim/exchange_state.h"

int sim_history_init(struct sim_exchange *x, struct arena *state) MUST_USE;

// Takes a bar (or a trade as a bar of one price) that ended at ts_ns. Nothing without a model that reads it.
void sim_history_add(struct sim_exchange *x, uint32_t instrument, int64_t ts_ns, price_t close,
                     qty_t volume);
// A split: earlier prices x denominator / numerator, volumes the other way.
void sim_history_split(struct sim_exchange *x, uint32_t instrument, int64_t numerator,
                       int64_t denominator);

// Standard deviation (n - 1) of the remembered daily returns and mean of the daily volumes; 0 when not known.
void sim_history_read(const struct sim_exchange *x, uint32_t instrument, double *ret_sigma,
                      double *ret_volume);

#endif
