// SPDX-License-Identifier: Apache-2.0
// The venue contract: what a simulator (sim/) and every exchange adapter (edge/venue/) implement, so
// that they are interchangeable.
//
// A venue takes intents and answers with events, never at once: submit() and friends return 0 as soon as
// the intent is taken, and every consequence comes out of poll(). An error from them means that the intent
// did not leave; the caller then feeds EVENT_ORDER_REJECTED. When it may have left, the venue reports
// EVENT_ORDER_UNKNOWN and goes on asking by client order id until it knows.
#ifndef FULMAR_ORDER_VENUE_H
#define FULMAR_ORDER_VENUE_H

#include "order/order.h"

struct venue {
    const char *name;
    int (*submit)(void *self, const struct submit_event *intent);
    int (*cancel)(void *self, const struct cancel_event *intent);
    int (*replace)(void *self, const struct replace_event *intent);
    // Writes up to `max` reports due at now_ns, oldest first (seq 0; ts_ns and venue_ts_ns set; the
    // sequencer may raise ts_ns). Returns how many, or a negative error.
    int (*poll)(void *self, int64_t now_ns, union event *ret_events, int max);
    // Whose a part of a fill is that the account's order had: venues that keep positions by strategy take it at once.
    // NULL: it keeps none.
    int (*allocate)(void *self, const struct allocation_event *allocation);
    void *self;
};

#endif
