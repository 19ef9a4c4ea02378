// SPDX-License-Identifier: Apache-2.0
// The corporate actions of one instrument as input events: EVENT_DIVIDEND and EVENT_SPLIT at the open of
// their ex-date's session, EVENT_DELIST at the open of the session after the last one traded. In a merge
// its rank is before the data's, so that an action precedes the first price that knows of it.
#ifndef FULMAR_MARKET_ACTION_SOURCE_H
#define FULMAR_MARKET_ACTION_SOURCE_H

#include "market/action.h"
#include "market/source.h"

struct action_source {
    const struct actions *actions;
    uint32_t instrument;
    int32_t price_decimals;
    uint32_t next; // index into items; item_count stands for the delisting
    uint32_t end;
};

// Events with from_ns <= ts_ns < to_ns. A split's price is rounded half to even to the instrument's price
// decimals. `actions` outlives the source.
void action_source_init(struct action_source *source, const struct actions *actions,
                        uint32_t instrument, int32_t price_decimals, int64_t from_ns,
                        int64_t to_ns);

struct event_source action_source_port(struct action_source *source);

#endif
