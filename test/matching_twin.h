// SPDX-License-Identifier: Apache-2.0
// The matching engine once more, as plainly as it can be said: an array of orders that is searched from end to end for
// every question. Whether an order can be taken whole is found by trying it on a copy.
#ifndef FULMAR_TEST_MATCHING_TWIN_H
#define FULMAR_TEST_MATCHING_TWIN_H

#include "sim/matching/matching.h"

enum { TWIN_ORDERS = 2048, TWIN_EVENTS = 1 << 14 };

enum twin_place { TWIN_BOOK, TWIN_STOPS, TWIN_CLOSE, TWIN_WAITING, TWIN_TRIGGERED };

struct twin_order {
    uint64_t id;
    int64_t leaves, shown, filled, display, limit, stop, trail, expire_ns;
    int64_t time; // of its place
    int64_t born;
    uint32_t owner, type, tif, flags, stp;
    int32_t side;
    bool priced; // limit counts
    enum twin_place place;
};

struct matching_twin {
    struct matching_config config;
    struct twin_order orders[TWIN_ORDERS];
    uint32_t count;
    uint32_t phase;
    int64_t now_ns, last, clock;
    bool has_last;
    uint64_t trades;
    uint64_t top[2]; // ids: buyer, seller
    struct matching_auction told;
    struct matching_event *events; // [TWIN_EVENTS]; NULL: a trial
    uint32_t event_count;
};

void matching_twin_init(struct matching_twin *twin, const struct matching_config *config,
                        struct matching_event *events);
// The events of the command alone are in twin->events.
void matching_twin_apply(struct matching_twin *twin, const struct matching_command *command);
uint64_t matching_twin_hash(const struct matching_twin *twin); // as matching_hash

#endif
