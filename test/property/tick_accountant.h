// SPDX-License-Identifier: Apache-2.0
// Keeps an exchange with a book honest. It sees what anybody could: the feed row by row, what was sent, and the
// reports. It knows nothing of how the exchange works inside, and fails the test where a report says what the feed
// cannot have given.
//
// A step is one row of the feed, or one instant at which requests arrive. Within it:
//   - what resting orders fill is at their own price, in a row of the feed that trades at or through it, or shows
//     something at or through it on the other side; with shared fills no more in sum than that;
//   - at its own price an order fills no sooner than what stood before it has traded or left, and no more than
//     traded behind that (risk averse queue: exactly known);
//   - what takers take was shown at a price of their limit or better, the best first, and no level gives more than
//     it shows, less what it gave before and has not lost since;
//   - a fill follows its order's acceptance, and lies in a later step where the order rests;
//   - fill or kill fills whole in one step or not at all, post-only never takes, reduce-only never turns a position;
//   - a stop triggers in a trade at or beyond its price;
//   - every order ends once, fills no more than it asks for, and positions and cash are the sums of the fills;
//   - reports never go back in time, at the venue or here.
#ifndef FULMAR_TEST_PROPERTY_TICK_ACCOUNTANT_H
#define FULMAR_TEST_PROPERTY_TICK_ACCOUNTANT_H

#include "harness.h"

#include "sim/tick_exchange.h"

enum { ACCOUNTANT_STRATEGIES = 2 };

struct tick_life {
    struct order_spec spec;
    int64_t sent_ns, asked, filled;
    int64_t ahead, gone, front; // at its level since it joined
    int64_t in_step, began;     // filled in this step, and what was left before it
    bool accepted, triggered, ended, rests, fresh;
    bool reduced; // to flat: all that it may
};

struct tick_accountant {
    enum tick_fills fills;
    bool risk_averse;
    int64_t lot, tick_count; // prices above are not watched
    int64_t *shown[2], *used[2];
    struct tick_life *lives; // by order id
    uint64_t life_max;
    uint64_t *resting; // ids
    int resting_count;
    int64_t position[ACCOUNTANT_STRATEGIES];
    int128_t cash; // without fees
    int64_t fees;
    int64_t venue_ns, known_ns;
    // The step.
    const struct feed_record *record; // NULL: requests arrive
    int64_t before, best[2];          // the level's quantity before it; best prices, of side s
    int64_t had[2];                   // by resting orders
    uint64_t touched[512];
    int touched_count;
    uint64_t fill_count, maker_count, taker_count, triggers, rejected_post, killed;
};

// Ticks of 1 and prices in [0, tick_count).
void accountant_init(struct tick_accountant *accountant, const struct tick_config *config,
                     int64_t tick_count, uint64_t order_max);
void accountant_free(struct tick_accountant *accountant);

void accountant_sent(struct tick_accountant *accountant, const struct submit_event *intent);
// Before the exchange plays a row (or NULL); accountant_report for each report; then accountant_close.
void accountant_open(struct tick_accountant *accountant, const struct feed_record *record);
void accountant_report(struct tick_accountant *accountant, const struct order_event *report);
void accountant_close(struct tick_accountant *accountant);

#endif
