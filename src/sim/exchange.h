// SPDX-License-Identifier: Apache-2.0
// A venue made of code: takes orders, fills them from market data, charges for it, and keeps the account as
// a broker would. It implements order/venue.h, so that the engine cannot tell it from a real one.
//
// Order of calls, for each market event in time order: sim_exchange_market(event); venue.poll until it
// returns 0, feeding what comes to the engine; then the event itself to the engine, and what the engine
// wants to venue.submit, cancel and replace. At the end sim_exchange_end_of_data and poll once more.
//
// When an order can fill
//   An order sent at t arrives at t + latency and may fill from bars that open at or after its arrival,
//   and from trades and quotes stamped at or after it. A bar that opened before is not touched: of its
//   prices none is known to be later than the arrival. What arrives between the open and the close of a bar
//   is looked at after that bar's fills. Of one instrument that has bars of several lengths, the
//   shortest ones fill.
//
// What fills, at what price (slippage is added to all but resting limit orders, then the price is rounded to
// the tick against us; a limit is never overstepped)
//   market         at the open.
//   limit          at the open if that is better than the limit (and better only: a gap); inside the bar at the
//                  limit, when the price trades through it (limit_fill = through) or reaches it (touch).
//   stop           at the open if that is at or beyond the trigger (a gap); inside the bar at the trigger.
//   stop_limit     triggers as a stop; then a limit order for what is left of the bar's path.
//   trailing_stop  a stop whose trigger follows the best price of the bars before this one, never of this bar.
//   market_on_close at the close of the bar that ends the session, or of any bar of a day and longer.
//   IOC, FOK       have one chance: the open of their first bar, or the moment a stop triggers.
//   DAY, GTD       end at the close of the session in which (or before which) they arrived, or at their time.
//                  An end inside a bar leaves only the bar's open.
//   Fees: maker for a limit order that has lived through the open of its first bar or is post-only, taker
//   for all else.
//
// The path inside a bar
//   open, one extreme, the other, close. ohlc: high first; olhc: low first; closest: the extreme nearer to the
//   open first; pessimistic: the low first when the account is long, the high first when it is short; when flat, the
//   high first if all entries are buys, low first if all are sells, else the extreme farther from the close.
//   So the stop is hit before the target. Pessimistic also means: an order that came to life inside the bar (a
//   bracket's child, the limit of a stop-limit) fills in that bar as a stop if the bar's range holds its
//   trigger, wherever on the path; as a limit only if the bar closes through it. On the other paths such an
//   order sees what is left of the path.
//
// How much fills
//   At most volume_share of the bar's volume, over all our orders on it, market orders first, then in the order in
//   which the path reaches them, better price and then earlier arrival first; the rest stays working. Where
//   volume is unknown (closes alone, bars of quotes, an instrument that never showed any) there is no cap; an
//   instrument that has shown volume does not fill from a bar of volume zero. Trades fill at most volume_share
//   of the trade, quotes at most the size shown.
//
// Groups
//   One-cancels-other: each fill takes its quantity off the other orders of the group; what is left with nothing is
//   canceled (REASON_OCO). The members are on one instrument, at most SIM_GROUP_MAX of them.
//   Bracket: a child is dormant until its parent fills and then works for what the parent has filled. A parent
//   that ends unfilled ends its children (REASON_PARENT). Parent and children are on one instrument.
//   Reduce-only: rejected when there is nothing to reduce; each fill is cut to the strategy's position; what is left
//   when that is flat is canceled.
//
// The account
//   Cash by currency, quantity by strategy and instrument; margin is of the account as a whole. An order is
//   rejected (REASON_INSUFFICIENT_MARGIN) when it adds to what margin is asked for, and initial margin x the
//   larger of all that could be long and all that could be short, live orders at their prices, exceeds
//   equity; market orders count as filled, so that what a sale brings in can be spent at the same open. Of
//   what arrives at one instant, orders that reduce the account's positions are looked at first. Margin 1 is a
//   cash account. Fees and slippage are not foreseen: a gap can leave cash a little below zero, which then
//   pays interest. When equity falls below maintenance margin x the value of positions, looked at once an
//   instant, every order is canceled and every position closed at the next open of its instrument, whatever
//   the volume.
//   Shorts pay borrow_rate a year on their value each day, cash below zero pays debit_rate, cash above zero (less
//   what shorts brought in) earns credit_rate: days of 24 h at 00:00 UTC, years of 365 days, as EVENT_CASH.
//   A dividend is paid on the quantity at the event, by shorts too. A split adjusts positions and
//   resting orders, prices rounded against us; what is less than a lot is paid at the price before the split.
//   A delisted instrument's positions are closed at the last price without a fee.
//   What the venue does by itself (liquidation, delisting) comes as fills of orders of its own: see
//   order_id_is_venue in order/order.h.
//
// Memory: state (in the arena of that name) is plain bytes: hashing and copying it is hashing and copying
// the venue. Nothing is allocated after sim_exchange_new.
#ifndef FULMAR_SIM_EXCHANGE_H
#define FULMAR_SIM_EXCHANGE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "market/event.h"
#include "market/instrument.h"
#include "order/venue.h"
#include "sim/funding.h"
#include "sim/model.h"

struct sim_exchange;

enum { SIM_GROUP_MAX = 8 };

// Rows of sim_params: one table for configuration, help and report.
enum sim_param {
    SIM_PATH,         // enum sim_path
    SIM_LIMIT_FILL,   // enum sim_limit_fill
    SIM_VOLUME_SHARE, // of a bar's volume; 0 = no cap
    SIM_ALLOW_SHORT,
    SIM_ALLOW_INDEX,
    SIM_MARGIN_INITIAL,
    SIM_MARGIN_MAINTENANCE,
    SIM_BORROW_RATE,
    SIM_CREDIT_RATE,
    SIM_DEBIT_RATE,
    SIM_FAULT_REJECT,
    SIM_FAULT_DISCONNECT,
    SIM_FAULT_DISCONNECT_TIME,
    SIM_PARAM_COUNT
};
enum sim_path { SIM_PATH_PESSIMISTIC, SIM_PATH_OHLC, SIM_PATH_OLHC, SIM_PATH_CLOSEST };
enum sim_limit_fill { SIM_LIMIT_THROUGH, SIM_LIMIT_TOUCH };

extern const struct param sim_params[SIM_PARAM_COUNT];

struct sim_config {
    const struct instruments *instruments; // outlives the venue
    uint32_t strategy_count;
    uint32_t account_currency;
    uint32_t order_max; // live orders
    uint32_t reserved;
    const struct funding *funding; // [funding_count], sim/funding.h; outlives the venue
    uint32_t funding_count;
    uint32_t reserved_too;
    money_t cash;  // in the account at the start, account currency
    uint64_t seed; // of latencies and faults
    double params[SIM_PARAM_COUNT];
    const struct fee_model *fee;
    const struct slip_model *slip;
    const struct latency_model *latency;
    double fee_params[PARAMS_MAX];
    double slip_params[PARAMS_MAX];
    double latency_params[PARAMS_MAX];
};

// Everything at its default: maker_taker at 0, no slippage, no latency, a cash account. The caller fills in
// instruments, counts and cash.
void sim_config_defaults(struct sim_config *ret_config);
// Picks a model by name and sets its parameters to their defaults. ERR_NOT_FOUND; the story names the nearest.
int sim_config_set_fee(struct sim_config *config, const char *name) MUST_USE;
int sim_config_set_slip(struct sim_config *config, const char *name) MUST_USE;
int sim_config_set_latency(struct sim_config *config, const char *name) MUST_USE;

// NULL with a story: an arena is full, or the configuration is wrong.
struct sim_exchange *sim_exchange_new(struct arena *wiring, struct arena *state,
                                      const struct sim_config *config);

// The port. submit, cancel and replace return ERR_FULL when order_max orders live or too many reports
// wait for poll, ERR_EXISTS for an order id that lives, ERR_ARGUMENT for what names no instrument or strategy,
// ERR_STATE after the end of data; none of them with a story.
struct venue sim_exchange_port(struct sim_exchange *exchange);

// Takes the next market event, before the engine does: bars, trades, quotes, EVENT_CLOCK, EVENT_SPLIT,
// EVENT_DIVIDEND, EVENT_RATE, EVENT_DELIST, and EVENT_CASH of others (deposits, withdrawals; not the ones that poll
// gave). Time never goes back. 1 when poll may have something to give, else 0. ERR_STATE: reports wait, call poll
// until it returns 0.
int sim_exchange_market(struct sim_exchange *exchange, const union event *event) MUST_USE;

// How many of the coming events, in order, are bars at which nothing can happen here: no order works on their
// instrument, nothing is on its way, nothing falls due. 0 when the first is none. As long as nothing is sent to the
// venue, an engine may take such bars before the venue does, which hears of them by sim_exchange_pass() in place of
// sim_exchange_market(): of all that were taken, and of the rest of the last one's instant, before anything is sent.
int sim_exchange_quiet(const struct sim_exchange *exchange, const union event *events, int count);
void sim_exchange_pass(struct sim_exchange *exchange, const union event *events, int count);

// No more market data: what lives is canceled with REASON_END_OF_DATA; poll then gives all reports.
void sim_exchange_end_of_data(struct sim_exchange *exchange);

// The account as the broker knows it.
money_t sim_exchange_cash(const struct sim_exchange *exchange, uint32_t currency);
qty_t sim_exchange_quantity(const struct sim_exchange *exchange, uint32_t instrument);
qty_t sim_exchange_strategy_quantity(const struct sim_exchange *exchange, uint32_t strategy,
                                     uint32_t instrument);
// Account currency, at the last prices and rates.
money_t sim_exchange_equity(struct sim_exchange *exchange);

// What happened, since the start.
struct sim_counts {
    uint64_t accepted, rejected, fills, canceled, expired, replaced, triggered;
    uint64_t partial_fills;  // fills that left something
    uint64_t volume_capped;  // fills cut by volume_share
    uint64_t uncapped_fills; // fills from data without volume
    uint64_t gap_fills;      // limits and stops filled at an open beyond their price
    uint64_t ambiguous_bars; // bars that reached orders on both sides of the open
    uint64_t margin_calls;
    uint64_t funded;       // payments of funding
    uint64_t forced_fills; // liquidation and delisting
    uint64_t faults;       // injected
};
const struct sim_counts *sim_exchange_counts(const struct sim_exchange *exchange);

// Every assumption in plain English with its value, one a line: "name<TAB>sentence".
void sim_exchange_describe(const struct sim_exchange *exchange, struct text *out);

// CHECKs the venue's own books: lists, counts, account totals. For tests.
void sim_exchange_check(const struct sim_exchange *exchange);

#endif
