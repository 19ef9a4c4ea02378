// SPDX-License-Identifier: Apache-2.0
// What happens to the account without an order: interest and borrow fees, funding, dividends, splits, delistings.
#ifndef FULMAR_SIM_UPKEEP_H
#define FULMAR_SIM_UPKEEP_H

#include "sim/exchange_state.h"

// Charges and pays for the days that ended up to ts_ns, on the account as it stands, and the fundings before ts_ns, at
// the prices and positions of the data that ended by then.
void sim_upkeep_accrue(struct sim_exchange *x, int64_t ts_ns);
// The instant at which sim_upkeep_accrue has something to do next; TIME_NEVER without rates.
int64_t sim_upkeep_next(const struct sim_exchange *x);

// No more data: the fundings of the last instant, which there is nothing later to be paid at.
void sim_upkeep_end(struct sim_exchange *x);

void sim_upkeep_split(struct sim_exchange *x, const struct split_event *event);
void sim_upkeep_dividend(struct sim_exchange *x, const struct dividend_event *event);
void sim_upkeep_delist(struct sim_exchange *x, const struct event_header *header);

#endif
