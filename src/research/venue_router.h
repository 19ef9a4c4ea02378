// SPDX-License-Identifier: Apache-2.0
// Several venues as one: what is asked goes to the venue of its instrument, and their reports are polled one venue
// after the other, in the order they were added. It implements order/venue.h. Who wants reports of several venues in
// order of time polls when the first of them is known.
#ifndef FULMAR_RESEARCH_VENUE_ROUTER_H
#define FULMAR_RESEARCH_VENUE_ROUTER_H

#include "base/arena.h"
#include "order/venue.h"

struct venue_route {
    struct venue venue;
    uint32_t instrument;
};

struct venue_router {
    struct venue_route *routes; // [max]
    uint32_t count, max;
};

// ERR_NOMEM.
int venue_router_init(struct venue_router *router, struct arena *arena, uint32_t max) MUST_USE;
// ERR_ARGUMENT with a story: the instrument has a venue. At most `max`.
int venue_router_add(struct venue_router *router, uint32_t instrument, struct venue venue) MUST_USE;
// Of one venue it is that one. Orders of an instrument without a venue: ERR_ARGUMENT (no story).
struct venue venue_router_port(struct venue_router *router);

#endif
