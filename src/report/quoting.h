// SPDX-License-Identifier: Apache-2.0
// Orders as the venue had them: how long they took to get there, how far from the best price they came to rest, where
// they stood in the queue, how long until they filled, and how they ended.
//
// What is counted from events alone: latencies, ends, cancels. From the venue's best prices: distances. From the
// venue's notes (report_queue): what was ahead. What is not told stays missing.
#ifndef FULMAR_REPORT_QUOTING_H
#define FULMAR_REPORT_QUOTING_H

#include "order/order.h"
#include "report/report.h"
#include "report/samples.h"
#include "report/touch.h"

// By distance behind the best price of its own side when the order came to the venue: 0 better than it, 1 at it, then
// 1, 2 to 3, 4 to 7, ... ticks behind it; the last holds all that is farther.
enum { QUOTING_DISTANCES = 16 };

enum quoting_end {
    QUOTING_FILLED,
    QUOTING_CANCELED_PART, // some of it had filled
    QUOTING_CANCELED,
    QUOTING_REJECTED,
    QUOTING_EXPIRED,
    QUOTING_WORKING, // at the end of the run
    QUOTING_ENDS
};

enum quoting_latency {
    QUOTING_ENTRY,      // an order's way to the venue
    QUOTING_CANCEL,     // a cancel's
    QUOTING_REPLACE,    // a replace's
    QUOTING_REPORT,     // a report's way back
    QUOTING_ROUND_TRIP, // from sending an order to knowing what became of it
    QUOTING_FEED,       // a record's way from the venue to us
    QUOTING_LATENCIES
};

// Quantities of several instruments add up in units: sums are at the most decimals that any has (`qty_decimals`).
struct quoting_distance {
    struct samples waits; // from arrival to the first fill
    uint64_t orders;      // limit orders that rested
    uint64_t touched;     // that filled, at least in part
    uint64_t filled;      // whole
    uint64_t canceled;    // unfilled
    int128_t qty;
    int128_t qty_filled;
    int128_t ahead; // of those whose queue is known: sum of what was ahead when they joined
    uint64_t queued;
};

struct quoting_ended {
    uint64_t orders;
    uint64_t queued;  // whose place in the queue is known
    int128_t joined;  // sum over them: ahead when they joined
    int128_t left;    // ahead at the end, or at the last fill
    int128_t passed;  // traded at their price meanwhile
    int128_t time_ns; // from arrival to the end, of those that arrived
    uint64_t arrived;
};

struct quoting_counts {
    uint64_t sent;
    uint64_t post_only; // refused because they would have taken
    uint64_t
        limits; // orders and replaces refused by the venue's limits: how many, how far off, how small
    uint64_t margin; // for want of margin, or of what was sold
    uint64_t cancels;
    uint64_t cancels_done;
    uint64_t cancels_late; // the order had ended before they came
    uint64_t replaces;
    uint64_t replaces_late;
    uint64_t fills;
    uint64_t fills_in_cancel; // fills of orders whose cancel was on its way
};

// One live order, by its handle.
struct quote {
    int64_t sent_ns;
    int64_t arrived_ns; // at the venue; 0: not yet
    int64_t request_ns; // when the latest cancel or replace was sent
    qty_t ahead;        // when it joined
    qty_t left;         // when it filled or left
    qty_t passed;
    int32_t distance; // of enum QUOTING_DISTANCES; -1: did not rest, or not known
    bool queued;
    bool touched;
};

// A fill's place in the queue, told by the venue before the fill is known.
struct quoting_fill {
    uint64_t trade_id;
    qty_t ahead; // when the order joined
    qty_t passed;
    uint32_t instrument;
    bool known;
};
enum { QUOTING_FILLS_MAX = 1 << 12 }; // on their way to us, a power of two

struct quoting {
    const struct orders *orders;
    const struct instruments *instruments;
    int32_t qty_decimals; // of the sums
    struct quote *quotes; // [order handle]
    struct quoting_fill *fills;
    uint64_t fill_first, fill_end;
    struct quoting_distance distances[QUOTING_DISTANCES];
    struct quoting_ended ends[QUOTING_ENDS];
    struct samples latencies[QUOTING_LATENCIES];
    struct samples waits; // from arrival to the first fill, of all
    struct quoting_counts counts;
};

int quoting_init(struct quoting *quoting, const struct orders *orders,
                 const struct instruments *instruments, uint32_t order_max) MUST_USE; // ERR_NOMEM
void quoting_fini(struct quoting *quoting);

void quoting_note(struct quoting *quoting, const struct report_queue *note);
void quoting_submit(struct quoting *quoting, uint32_t handle, int64_t ts_ns);
void quoting_request(struct quoting *quoting, uint32_t handle, const struct event_header *event);

// A venue's report, before the order machine takes it: latencies. ERR_NOMEM.
int quoting_report(struct quoting *quoting, const struct order_event *event) MUST_USE;
// The same report after it: what came of the order. `venue` are the best prices there. ERR_NOMEM.
int quoting_apply(struct quoting *quoting, const struct order_event *event,
                  const struct order_change *change, const struct touches *venue) MUST_USE;
// What the venue of the instrument told of the fill, which is on its way; else `known` is false.
struct quoting_fill quoting_take_fill(struct quoting *quoting, uint32_t instrument,
                                      uint64_t trade_id);

int quoting_delay(struct quoting *quoting, int64_t delay_ns) MUST_USE; // of a record of the feed
void quoting_end(struct quoting *quoting);

// The first and the last tick of a distance, behind the best price; the last of all is INT64_MAX.
void quoting_distance_range(int distance, int64_t *ret_first, int64_t *ret_last);
const char *quoting_distance_name(int distance);
const char *quoting_end_name(enum quoting_end end);

#endif
