// SPDX-License-Identifier: Apache-2.0
// A test venue: the matching engine behind order/venue.h, so that strategies trade with each other and with a
// population of orders that come at random (sim/matching_flow.h). Unlike the venues that replay what was recorded,
// everything that is sent here moves the market.
//
// An order sent at t arrives at t + entry_ns, and is looked at before what the flow sends at that instant; a report
// made at t is known at t + report_ns. Each strategy is an owner of its own, so that self-trade prevention
// keeps its orders apart; the flow's owner is nobody. Fees are none.
//
// What the order machine of the engine cannot say is refused with REASON_BAD_ORDER: groups, brackets, reduce-only. The
// phases of trading are the caller's (matching_venue_phase). DECREMENT is no mode here: the machine knows
// no order that the venue makes smaller on its way.
#ifndef FULMAR_SIM_MATCHING_VENUE_H
#define FULMAR_SIM_MATCHING_VENUE_H

#include "market/feed.h"
#include "order/venue.h"
#include "sim/matching_flow.h"

struct matching_venue_config {
    struct matching_config matching;         // owner_max and report are set here
    const struct matching_flow_config *flow; // NULL: none; its owner and first_id are set here
    uint32_t instrument;
    uint32_t strategy_count;
    uint32_t message_max; // on their way, each direction, and market data that was not taken
    uint32_t reserved;
    int64_t entry_ns; // >= 0
    int64_t report_ns;
};

struct matching_venue;

// NULL with a story: the arena is full or the configuration is faulty.
struct matching_venue *matching_venue_new(struct arena *arena,
                                          const struct matching_venue_config *config);

// The port. submit, cancel and replace return ERR_FULL (no story) when message_max are on their way, ERR_ARGUMENT (no
// story) for another instrument or a strategy that is none. poll plays up to now_ns; ERR_FULL with a story when more
// reports or records than message_max were made and not taken: the venue is then of no use any more.
struct venue matching_venue_port(struct matching_venue *venue);

// Plays up to until_ns. False when it stopped before because a report is known by then: who wants to act on it may, and
// calls again. And when the next report is known; INT64_MAX: none is on its way.
bool matching_venue_play(struct matching_venue *venue, int64_t until_ns) MUST_USE;
int64_t matching_venue_next_report_ns(const struct matching_venue *venue);

// A change of phase at now_ns, after what arrives before it.
void matching_venue_phase(struct matching_venue *venue, enum matching_phase phase, int64_t now_ns);

// Moves up to `max` records of the book and its trades that are known by now_ns out: FEED_LEVEL for each level that a
// command changed, FEED_TRADE for each trade before them; the last record of a command has FEED_LAST.
uint32_t matching_venue_feed(struct matching_venue *venue, int64_t now_ns,
                             struct feed_record *ret_records, uint32_t max);

const struct matching *matching_venue_book(const struct matching_venue *venue);

#endif
