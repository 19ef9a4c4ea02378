// SPDX-License-Identifier: Apache-2.0
// An exchange with a book: it replays the recorded feed of one instrument and lets our orders wait in the queues of
// its levels. It implements order/venue.h. What the feed shows is what others did; our orders change nothing of it.
//
// Time
//   A record happens at its venue_ns. An order sent at t arrives at t + entry latency and is looked at after what
//   the feed has for that instant. A report made at t is known at t + report latency. Neither overtakes what was
//   sent before.
//
// Resting orders (limit; market and stop orders never rest in the book)
//   An order that arrives crosses nothing (post-only: REASON_POST_ONLY_WOULD_TAKE if it would) and waits behind all
//   that its level shows: sim/queue.h.
//   level    changes the queue of our orders there (queue model). When the best price of a side improves to or
//            through the price of ours on the other side, these fill: somebody was willing to trade there.
//   trade    at a price worse for the aggressor than ours: ours fills, it was first. At our price: the queue moves
//            on, and ours fills when its turn comes.
//   How much: SHARED (default): what is traded, or shown beyond our price, is there once for all our orders
//   together, in whole lots. PART: at our price each has what trades, for itself; what is traded or shown beyond it
//   fills it whole (hftbacktest's PartialFillExchange). WHOLE: an order that has its turn fills whole (its
//   NoPartialFillExchange).
//
// A feed by order (other_max > 0) makes the levels from its orders; all of the above holds for these, with any queue
// model. Queue model fifo, for feeds that tell executions: the place of ours is exact. Orders at its price that were
// there when it arrived, or was last moved to the end, stand before it until they leave; what comes later is behind.
//   execution of an order behind ours at our price, or of one at a price worse for the aggressor: it would have been
//   ours. Ours fills out of its quantity, once for all of ours (SHARED).
//   execution of an order before ours: nothing; the aggressor's next one may be ours.
//   execution of a hidden order at our price or worse: ours was shown and went first. Where a feed tells trades beside
//   executions these are the same ones, and only trigger stops.
//   After FEED_CLEAR ours stand behind all that the picture tells: the FEED_ADDs up to an order record of another kind.
//
// Orders that take walk the levels of the other side from the best, up to their limit. What ours have taken of a
// level, these or resting ones, is gone for us until the level shows less by itself or vanishes. IOC ends what is
// left, FOK takes all (reduce-only: all that may reduce) or nothing, the others rest it. DAY ends at the close of the
// session in which (or before which) it arrived, GTD at its time, after what the feed has for that instant and before
// what arrives then. Stop orders wait for a trade at or
// beyond their trigger, and are market or limit orders from that instant on. A replace that keeps the price and asks
// for no more keeps its place; any other joins the end of its queue. A post-only order that was accepted and would take
// when it triggers or is moved ends as canceled, REASON_POST_ONLY_WOULD_TAKE.
//
// With `resilience_ns` a level that ours took from is whole again so long after they last did, whatever it showed
// meanwhile: others came back. What ours add to a level changes nothing for others, and nothing of the feed.
//
// What the venue refuses beforehand: sim/tick_limits.h.
//
// Funding is paid at its instant, after what the feed has for it and before the orders that arrive then, on the mark
// price of its rate, or else the middle of the book (where a side is empty, the price of the other; where both are,
// nothing is paid, and it is counted).
//
// What the account may owe: sim/tick_margin.h. Several exchanges may share one account (`account`); who runs them then
// plays each no further than to the next instant of another where the account decides anything (tick_exchange_shares).
//
// Memory: state (in the arena of that name) is plain bytes. Nothing is allocated after tick_exchange_new.
#ifndef FULMAR_SIM_TICK_EXCHANGE_H
#define FULMAR_SIM_TICK_EXCHANGE_H

#include "market/book_l2.h"
#include "market/feed.h"
#include "market/instrument.h"
#include "order/venue.h"
#include "sim/account.h"
#include "sim/funding.h"
#include "sim/lag_series.h"
#include "sim/model.h"
#include "sim/tick_limits.h"
#include "sim/tick_margin.h"

struct tick_exchange;

enum tick_fills { TICK_FILLS_SHARED, TICK_FILLS_PART, TICK_FILLS_WHOLE };

struct tick_config {
    const struct instruments *instruments; // outlives the venue
    uint32_t instrument;                   // that the feed is of
    uint32_t strategy_count;
    uint32_t account_currency;
    uint32_t order_max;                // resting and stop orders
    uint32_t message_max;              // on their way, each direction
    uint32_t fills;                    // enum tick_fills
    uint64_t seed;                     // of latencies
    const struct sim_account *account; // shared with other exchanges; NULL: its own
    money_t cash;                      // of its own one at the start
    struct tick_margin margin;
    const struct funding *funding; // of the instrument; NULL: none. Outlives the venue
    uint32_t other_max; // orders of others at once, of a feed by order; 0: of a feed by price
    bool
        executions; // trades are told by FEED_EXECUTE; FEED_TRADE tells the same once more, or hidden ones
    struct book_l2_config book;
    struct tick_limits limits;
    int64_t
        resilience_ns; // what ours took of a level is back after so long without more; 0: see above
    const struct fee_model *fee;
    const struct latency_model *latency;
    const struct lag_series *series; // of latency model recorded; outlives the venue
    const struct queue_model *queue;
    double fee_params[PARAMS_MAX];
    double latency_params[PARAMS_MAX];
    double queue_params[PARAMS_MAX];
};

// maker_taker at 0, no latency, power3; 1,024 orders, 4,096 messages, a window of 32,768 ticks, 65,536 levels a side.
void tick_config_defaults(struct tick_config *ret_config);
// Picks a model by name and sets its parameters to their defaults. ERR_NOT_FOUND; the story names the nearest.
int tick_config_set_fee(struct tick_config *config, const char *name) MUST_USE;
int tick_config_set_latency(struct tick_config *config, const char *name) MUST_USE;
int tick_config_set_queue(struct tick_config *config, const char *name) MUST_USE;

// NULL with a story: an arena is full, or the configuration is wrong.
struct tick_exchange *tick_exchange_new(struct arena *wiring, struct arena *state,
                                        const struct tick_config *config);

// The port. submit, cancel and replace return ERR_FULL (no story) when too many messages are on their way,
// ERR_ARGUMENT (no story) for what names no instrument or strategy of ours.
struct venue tick_exchange_port(struct tick_exchange *exchange);

// What happens at the venue that no report tells: for who looks back at a run, never for who trades in it. Members may
// be NULL. All are called within tick_exchange_play, in order of venue_ns.
enum tick_queue_kind {
    TICK_QUEUE_JOINED, // an order rests, or rests anew: `ahead` is all that its level shows
    TICK_QUEUE_FILLED, // just before a fill, `ahead` by the queue model after what filled it has passed
    TICK_QUEUE_LEFT, // an order ended by something else than a fill
};
struct tick_queue_note {
    int64_t venue_ns;
    uint64_t order_id;
    uint64_t trade_id; // FILLED: that of the report
    qty_t ahead;   // quantity in front of it at its price, as far as the queue model knows; >= 0
    qty_t passed;  // traded at its price since it joined
    uint32_t kind; // enum tick_queue_kind
    uint32_t instrument;
};
struct tick_watch {
    // The best prices from venue_ns on, 0: none. Of several at one instant the last one stands.
    void (*touch)(void *self, uint32_t instrument, int64_t venue_ns, price_t bid, price_t ask);
    void (*queue)(void *self, const struct tick_queue_note *note);
    void *self;
};
void tick_exchange_watch(struct tick_exchange *exchange, const struct tick_watch *watch);
int64_t
tick_exchange_now_ns(const struct tick_exchange *exchange); // of the latest record or arrival

// Plays the rows from *row on that happen by until_ns, and in their places the orders that arrive by then; *row
// becomes the first that is still to come. What comes by until_ns and is not of these rows would be late: of a feed in
// parts, a part is played to its own end. venue_ns never goes back from row to row. True when all of it was
// played; false when it stopped because a report is known before until_ns: who wants to act on it may, and calls
// again.
bool tick_exchange_play(struct tick_exchange *exchange, const struct feed_rows *rows, uint64_t *row,
                        int64_t until_ns) MUST_USE;

// When the next order arrives, and when the next report is known; INT64_MAX: none is on its way.
int64_t tick_exchange_next_arrival_ns(const struct tick_exchange *exchange);
int64_t tick_exchange_next_report_ns(const struct tick_exchange *exchange);

// When the next order arrives or ends by itself, or funding is paid; INT64_MAX: none of these is to come.
int64_t tick_exchange_next_event_ns(const struct tick_exchange *exchange);
// Whether the feed alone can make no report: no order of ours is there or on its way, and no funding is to come.
bool tick_exchange_is_idle(const struct tick_exchange *exchange);
// Whether what happens at other exchanges that share its account matters here: margin, or fees by volume.
bool tick_exchange_shares(const struct tick_exchange *exchange);
// No request arrives sooner after it was sent than this; 0 where the latency model does not say.
int64_t tick_exchange_entry_least_ns(const struct tick_exchange *exchange);
// What a currency is worth in the account's from now on.
void tick_exchange_set_rate(struct tick_exchange *exchange, const struct rate_event *event);
// From now on new orders and replaces that arrive are rejected with REASON_MARKET_CLOSED; cancels are taken.
void tick_exchange_close(struct tick_exchange *exchange);

price_t tick_exchange_tick(const struct tick_exchange *exchange);
const struct book_l2 *tick_exchange_book(const struct tick_exchange *exchange);
uint32_t tick_exchange_resting(const struct tick_exchange *exchange); // orders

struct tick_counts {
    uint64_t records, trades;
    uint64_t levels_refused; // records that found the book full
    uint64_t accepted, rejected, canceled, cancel_rejected, replaced, triggered;
    uint64_t fills, partial_fills;
    uint64_t maker_fills, taker_fills;
    uint64_t funded, funding_missed; // payments, and those for which there was no price
    uint64_t orders_unknown;         // records of orders of others that are not known
    uint64_t orders_refused;         // orders of others that were there already, or found no room
    uint64_t rate_limited;           // requests
    uint64_t expired;
    uint64_t margin_calls, forced_fills; // that began here; fills of the venue's own orders
};
const struct tick_counts *tick_exchange_counts(const struct tick_exchange *exchange);

// Every assumption in plain English with its value, one a line: "name<TAB>sentence".
void tick_exchange_describe(const struct tick_exchange *exchange, struct text *out);

// CHECKs the venue's own books. For tests.
void tick_exchange_check(const struct tick_exchange *exchange);

#endif
