// SPDX-License-Identifier: Apache-2.0
#include "research/venue_router.h"

#include "base/check.h"
#include "base/err.h"

int venue_router_init(struct venue_router *router, struct arena *arena, uint32_t max) {
    *router =
        (struct venue_router){.routes = ARENA_NEW(arena, struct venue_route, max), .max = max};
    return router->routes != NULL ? 0 : ERR_APPEND(ERR_NOMEM, "for the venues of a run");
}

// Few venues: a look at each is quicker than a table.
static const struct venue *venue_of(const struct venue_router *router, uint32_t instrument) {
    for (uint32_t i = 0; i < router->count; i++)
        if (router->routes[i].instrument == instrument) return &router->routes[i].venue;
    return NULL;
}

int venue_router_add(struct venue_router *router, uint32_t instrument, struct venue venue) {
    CHECK(router->count < router->max);
    if (venue_of(router, instrument) != NULL)
        return ERR_SET(ERR_ARGUMENT, "instrument %u has two venues", instrument);
    router->routes[router->count++] = (struct venue_route){venue, instrument};
    return 0;
}

static int port_submit(void *self, const struct submit_event *intent) {
    const struct venue *venue = venue_of(self, intent->spec.instrument);
    return venue != NULL ? venue->submit(venue->self, intent) : ERR_ARGUMENT;
}

static int port_cancel(void *self, const struct cancel_event *intent) {
    const struct venue *venue = venue_of(self, intent->header.instrument);
    return venue != NULL ? venue->cancel(venue->self, intent) : ERR_ARGUMENT;
}

static int port_replace(void *self, const struct replace_event *intent) {
    const struct venue *venue = venue_of(self, intent->header.instrument);
    return venue != NULL ? venue->replace(venue->self, intent) : ERR_ARGUMENT;
}

static int port_poll(void *self, int64_t now_ns, union event *ret_events, int max) {
    const struct venue_router *router = self;
    int count = 0;
    for (uint32_t i = 0; i < router->count && count < max; i++) {
        const struct venue *venue = &router->routes[i].venue;
        int told = venue->poll(venue->self, now_ns, ret_events + count, max - count);
        if (told < 0) return told;
        count += told;
    }
    return count;
}

static int port_allocate(void *self, const struct allocation_event *allocation) {
    const struct venue *venue = venue_of(self, allocation->header.instrument);
    if (venue == NULL) return ERR_ARGUMENT;
    return venue->allocate != NULL ? venue->allocate(venue->self, allocation) : 0;
}

struct venue venue_router_port(struct venue_router *router) {
    if (router->count == 1) return router->routes[0].venue;
    return (struct venue){.name = "router",
                          .submit = port_submit,
                          .cancel = port_cancel,
                          .replace = port_replace,
                          .poll = port_poll,
                          .allocate = port_allocate,
                          .self = router};
}
