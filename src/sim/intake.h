// SPDX-License-Identifier: Apache-2.0
// What arrives at the simulated venue: orders, cancels, replaces; looked at in the order in which they
// were sent, but that of what arrives at one instant orders that open positions come last.
#ifndef FULMAR_SIM_INTAKE_H
#define FULMAR_SIM_INTAKE_H

#include "sim/exchange_state.h"

// Puts an intent on its way. ERR_FULL (no story).
int sim_intake_send(struct sim_exchange *x, const struct sim_intent *intent) MUST_USE;

// Handles the intents that have arrived by until_ns.
void sim_intake_run(struct sim_exchange *x, int64_t until_ns);
// The same, only as long as all that arrives with the next intent is of this instrument.
void sim_intake_run_of(struct sim_exchange *x, uint32_t instrument, int64_t until_ns);

#endif
