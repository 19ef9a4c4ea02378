// SPDX-License-Identifier: Apache-2.0
#include "report/trades.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "report/report.h"

#define NONE UINT32_MAX

// What a position stood at when the trade began, and its place in the instrument's list.
struct trades_live {
    struct trade trade;
    money_t realised;
    money_t fees;
    money_t income;
    uint32_t next;
    uint32_t prev;
};

// Units of the inverse of a price; a quantity times it fits in 128 bits.
#define INVERSE_UNIT ((int128_t)1000000000000000000)

static bool is_inverse(const struct trades *trades, const struct ledger_fill *fill);
static int128_t weighed(const struct trades *trades, const struct ledger_fill *fill, int64_t qty);
static struct trades_live *live_find(struct trades *trades, uint32_t strategy, uint32_t instrument);
static int live_take(struct trades *trades, uint32_t *ret_index);
static int open_trade(struct trades *trades, const struct ledger_fill *fill,
                      const struct position *start, money_t fee_before);
static int close_trade(struct trades *trades, struct trades_live *live, int64_t ts_ns, uint32_t end,
                       money_t fees_end);
static void settle(struct trades_live *live, const struct position *position, money_t fees);
static void add_entry(struct trades *trades, struct trade *trade, const struct ledger_fill *fill,
                      int64_t qty);
static void see_price(struct trade *trade, price_t low, price_t high);
static void add_sums(struct trades *trades, const struct trade *trade);
static int push(struct trades *trades, const struct trade *trade);

int trades_init(struct trades *trades, const struct trades_config *config) {
    size_t instruments = config->instruments->count, strategies = config->strategy_count;
    *trades = (struct trades){
        .instruments = config->instruments,
        .ledger = config->ledger,
        .strategy_count = config->strategy_count,
        .account_currency = config->account_currency,
        .live_free = NONE,
        .by_strategy = calloc(strategies + 1, sizeof(struct trade_sums)),
        .by_instrument = calloc(instruments + 1, sizeof(struct trade_sums)),
        .live_of = malloc((instruments * strategies + 1) * sizeof(uint32_t)),
        .first_of = malloc((instruments + 1) * sizeof(uint32_t)),
    };
    if (trades->by_strategy == NULL || trades->by_instrument == NULL || trades->live_of == NULL ||
        trades->first_of == NULL) {
        trades_fini(trades);
        return ERR_SET(ERR_NOMEM, "no memory for the trades of %zu instruments", instruments);
    }
    memset(trades->live_of, 0xff, (instruments * strategies + 1) * sizeof(uint32_t));
    memset(trades->first_of, 0xff, (instruments + 1) * sizeof(uint32_t));
    return 0;
}

void trades_fini(struct trades *trades) {
    arena_fini(&trades->memory);
    free(trades->by_strategy);
    free(trades->by_instrument);
    free(trades->live_of);
    free(trades->first_of);
    free(trades->live);
    memset(trades, 0, sizeof *trades);
}

static money_t to_account(const struct trades *trades, uint32_t instrument, money_t money) {
    money_t converted = MONEY(0);
    uint32_t currency = trades->instruments->items[instrument].currency;
    // Without a rate nothing is known of its worth; the ledger counts it as nothing too.
    if (ledger_convert(trades->ledger, money, currency, &converted) < 0) return MONEY(0);
    return converted;
}

static void count_fill(struct trades *trades, const struct ledger_fill *fill, money_t notional) {
    money_t traded = to_account(trades, fill->instrument, notional);
    struct trade_sums *const sums[] = {&trades->all, &trades->by_strategy[fill->strategy],
                                       &trades->by_instrument[fill->instrument]};
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        sums[i]->traded = money_add(sums[i]->traded, traded);
        sums[i]->fills++;
    }
}

int trades_fill(struct trades *trades, const struct ledger_fill *fill,
                const struct ledger_result *result, money_t fees, uint32_t end) {
    const struct position *after =
        ledger_position(trades->ledger, fill->strategy, fill->instrument);
    count_fill(trades, fill, result->notional);
    int64_t closed = result->closed_qty.m;
    int64_t opened = fill->qty.m - closed;
    // The fee as the ledger took it, in the instrument's currency; the closing part's share of it.
    int128_t fee = after->fees.m - fees.m;
    int128_t fee_closing =
        opened == 0 ? fee : decimal_div_round(fee * closed, fill->qty.m, ROUND_HALF_EVEN);
    money_t fees_between = MONEY(fees.m + fee_closing);
    struct trades_live *live = live_find(trades, fill->strategy, fill->instrument);
    if (closed > 0) {
        CHECK(live != NULL);
        live->trade.exit_sum += weighed(trades, fill, closed);
        live->trade.exit_qty.m += closed;
        live->trade.fills++;
        see_price(&live->trade, fill->price, fill->price);
        if (after->qty.m == 0 || opened > 0)
            TRY(close_trade(trades, live, fill->ts_ns, end, fees_between));
    }
    if (opened == 0) return 0;
    if (closed > 0 || live == NULL) return open_trade(trades, fill, after, fees_between);
    live->trade.fills++;
    add_entry(trades, &live->trade, fill, opened);
    int64_t size = after->qty.m < 0 ? -after->qty.m : after->qty.m;
    if (size > live->trade.peak_qty.m) live->trade.peak_qty.m = size;
    return 0;
}

static int64_t split_scaled(int64_t value, int64_t numerator, int64_t denominator) {
    return (int64_t)decimal_div_round((int128_t)value * numerator, denominator, ROUND_HALF_EVEN);
}

int trades_split(struct trades *trades, const struct split_event *split) {
    uint32_t instrument = split->header.instrument;
    int64_t n = split->numerator, d = split->denominator;
    if (n <= 0 || d <= 0 || instrument >= trades->instruments->count) return 0;
    double factor = (double)d / (double)n;
    for (size_t i = 0; i < trades->count; i++)
        if (trades->items[i].instrument == instrument) trades->items[i].chart_factor *= factor;
    for (uint32_t i = trades->first_of[instrument], next; i != NONE; i = next) {
        struct trade *trade = &trades->live[i].trade;
        next = trades->live[i].next;
        // Price times quantity stays; the new quantities stand for the same money.
        trade->entry_qty.m = split_scaled(trade->entry_qty.m, n, d);
        trade->exit_qty.m = split_scaled(trade->exit_qty.m, n, d);
        trade->peak_qty.m = split_scaled(trade->peak_qty.m, n, d);
        trade->lowest.m = split_scaled(trade->lowest.m, d, n);
        trade->highest.m = split_scaled(trade->highest.m, d, n);
        const struct position *position =
            ledger_position(trades->ledger, trade->strategy, instrument);
        if (position->qty.m == 0)
            TRY(close_trade(trades, &trades->live[i], split->header.ts_ns, TRADE_END_SPLIT,
                            position->fees));
    }
    return 0;
}

void trades_bar(struct trades *trades, uint32_t instrument, const struct bar *bar) {
    for (uint32_t i = trades->first_of[instrument]; i != NONE; i = trades->live[i].next) {
        struct trade *trade = &trades->live[i].trade;
        trade->seen = 1;
        see_price(trade, bar->low, bar->high);
    }
}

void trades_run(struct trades *trades, uint32_t instrument, const union event *bars, int count) {
    for (uint32_t i = trades->first_of[instrument]; i != NONE; i = trades->live[i].next) {
        struct trade *trade = &trades->live[i].trade;
        trade->seen = 1;
        event_bar_range(bars, count, &trade->lowest, &trade->highest);
    }
}

static int by_entry(const void *left, const void *right) {
    const struct trade *a = left, *b = right;
    if (a->entry_ns != b->entry_ns) return a->entry_ns < b->entry_ns ? -1 : 1;
    if (a->instrument != b->instrument) return a->instrument < b->instrument ? -1 : 1;
    return a->strategy < b->strategy ? -1 : a->strategy > b->strategy;
}

int trades_end(struct trades *trades) {
    size_t closed = trades->count;
    for (uint32_t k = 0; k < trades->instruments->count; k++)
        for (uint32_t i = trades->first_of[k]; i != NONE; i = trades->live[i].next) {
            struct trades_live *live = &trades->live[i];
            const struct position *position =
                ledger_position(trades->ledger, live->trade.strategy, k);
            settle(live, position, position->fees);
            live->trade.open = money_sub(position->value, position->cost);
            live->trade.net = money_add(live->trade.net, live->trade.open);
            TRY(push(trades, &live->trade));
        }
    trades->open_count = trades->count - closed;
    if (trades->open_count > 0)
        qsort(trades->items + closed, trades->open_count, sizeof *trades->items, by_entry);
    return 0;
}

static price_t average(const struct trade *trade, int128_t sum, qty_t qty) {
    if (qty.m == 0 || sum == 0) return PRICE(0);
    if (trade->inverse)
        return PRICE((int64_t)decimal_div_round(qty.m * INVERSE_UNIT, sum, ROUND_HALF_EVEN));
    return PRICE((int64_t)decimal_div_round(sum, qty.m, ROUND_HALF_EVEN));
}

price_t trade_entry_price(const struct trade *trade) {
    return average(trade, trade->entry_sum, trade->entry_qty);
}

price_t trade_exit_price(const struct trade *trade) {
    return average(trade, trade->exit_sum, trade->exit_qty);
}

static double excursion(const struct trade *trade, int sign) {
    price_t entry = trade_entry_price(trade);
    if (!trade->seen || entry.m == 0) return NAN;
    price_t price = sign * trade->side < 0 ? trade->lowest : trade->highest;
    double move = (double)trade->side * ((double)price.m / (double)entry.m - 1);
    return sign < 0 ? fmin(move, 0) : fmax(move, 0);
}

double trade_adverse(const struct trade *trade) {
    return excursion(trade, -1);
}

double trade_favourable(const struct trade *trade) {
    return excursion(trade, 1);
}

const char *trade_end_name(uint32_t end) {
    switch (end) {
    case TRADE_END_SPLIT:
        return "split";
    case TRADE_END_VENUE:
        return "venue";
    case TRADE_END_OPEN:
        return "open";
    default:
        return order_purpose_name(end);
    }
}

static struct trades_live *live_find(struct trades *trades, uint32_t strategy,
                                     uint32_t instrument) {
    uint32_t index = trades->live_of[(size_t)instrument * trades->strategy_count + strategy];
    return index == NONE ? NULL : &trades->live[index];
}

static int live_take(struct trades *trades, uint32_t *ret_index) {
    if (trades->live_free == NONE) {
        uint32_t from = trades->live_capacity;
        uint32_t capacity = from == 0 ? 16 : from * 2;
        CHECK(capacity > from);
        struct trades_live *live = realloc(trades->live, capacity * sizeof *live);
        if (live == NULL) return ERR_SET(ERR_NOMEM, "no memory for %u open trades", capacity);
        for (uint32_t i = from; i < capacity; i++) live[i].next = i + 1 < capacity ? i + 1 : NONE;
        trades->live = live;
        trades->live_capacity = capacity;
        trades->live_free = from;
    }
    CHECK(trades->live != NULL);
    *ret_index = trades->live_free;
    trades->live_free = trades->live[*ret_index].next;
    return 0;
}

// `after` is the position with the whole fill booked: what it realised belongs to the trade before.
static int open_trade(struct trades *trades, const struct ledger_fill *fill,
                      const struct position *after, money_t fees) {
    uint32_t index;
    TRY(live_take(trades, &index));
    int64_t qty = after->qty.m < 0 ? -after->qty.m : after->qty.m;
    struct trades_live *live = &trades->live[index];
    *live = (struct trades_live){
        .trade = {.peak_qty = QTY(qty),
                  .entry_ns = fill->ts_ns,
                  .chart_factor = 1,
                  .lowest = fill->price,
                  .highest = fill->price,
                  .strategy = fill->strategy,
                  .instrument = fill->instrument,
                  .side = fill->side,
                  .end = TRADE_END_OPEN,
                  .fills = 1,
                  .inverse = is_inverse(trades, fill)},
        .realised = after->realised,
        .fees = fees,
        .income = after->income,
        .next = trades->first_of[fill->instrument],
        .prev = NONE,
    };
    add_entry(trades, &live->trade, fill, qty);
    if (live->next != NONE) trades->live[live->next].prev = index;
    trades->first_of[fill->instrument] = index;
    trades->live_of[(size_t)fill->instrument * trades->strategy_count + fill->strategy] = index;
    return 0;
}

static int close_trade(struct trades *trades, struct trades_live *live, int64_t ts_ns, uint32_t end,
                       money_t fees_end) {
    struct trade *trade = &live->trade;
    settle(live, ledger_position(trades->ledger, trade->strategy, trade->instrument), fees_end);
    trade->exit_ns = ts_ns;
    trade->end = end;
    TRY(push(trades, trade));
    add_sums(trades, trade);
    uint32_t index = (uint32_t)(live - trades->live);
    if (live->prev != NONE)
        trades->live[live->prev].next = live->next;
    else
        trades->first_of[trade->instrument] = live->next;
    if (live->next != NONE) trades->live[live->next].prev = live->prev;
    trades->live_of[(size_t)trade->instrument * trades->strategy_count + trade->strategy] = NONE;
    live->next = trades->live_free;
    trades->live_free = index;
    return 0;
}

static bool is_inverse(const struct trades *trades, const struct ledger_fill *fill) {
    return instrument_is_inverse(&trades->instruments->items[fill->instrument]);
}

// A quantity's part of the sum whose mean is a trade's price: the arithmetic mean of prices, of inverse contracts the
// harmonic one, which is that of the coins.
static int128_t weighed(const struct trades *trades, const struct ledger_fill *fill, int64_t qty) {
    if (!is_inverse(trades, fill)) return (int128_t)fill->price.m * qty;
    return decimal_div_round(qty * INVERSE_UNIT, fill->price.m, ROUND_HALF_EVEN);
}

// A closing fill's realised amount is the old trade's whole: what opens realises nothing.
static void settle(struct trades_live *live, const struct position *position, money_t fees) {
    struct trade *trade = &live->trade;
    trade->gross = money_sub(position->realised, live->realised);
    trade->fees = money_sub(fees, live->fees);
    trade->income = money_sub(position->income, live->income);
    trade->net = money_add(money_sub(trade->gross, trade->fees), trade->income);
}

static void add_entry(struct trades *trades, struct trade *trade, const struct ledger_fill *fill,
                      int64_t qty) {
    money_t notional;
    // The ledger has booked more than this: it fits.
    CHECK(ledger_size(trades->ledger, fill->instrument, fill->price, QTY(qty), &notional) == 0);
    trade->entered = money_add(trade->entered, notional);
    trade->entry_sum += weighed(trades, fill, qty);
    trade->entry_qty.m += qty;
    see_price(trade, fill->price, fill->price);
}

static void see_price(struct trade *trade, price_t low, price_t high) {
    if (low.m < trade->lowest.m) trade->lowest = low;
    if (high.m > trade->highest.m) trade->highest = high;
}

static void add_to(struct trade_sums *sums, const struct trade *trade, const money_t amounts[4]) {
    money_t net = amounts[0];
    sums->net = money_add(sums->net, net);
    sums->gross = money_add(sums->gross, amounts[1]);
    sums->fees = money_add(sums->fees, amounts[2]);
    sums->income = money_add(sums->income, amounts[3]);
    sums->count++;
    sums->longs += trade->side > 0;
    sums->held_ns += (uint64_t)(trade->exit_ns - trade->entry_ns);
    if (net.m > 0) {
        sums->wins++;
        sums->profit = money_add(sums->profit, net);
        if (net.m > sums->best.m) sums->best = net;
    }
    sums->streak = net.m < 0 ? sums->streak + 1 : 0;
    if (sums->streak > sums->streak_max) sums->streak_max = sums->streak;
    if (net.m >= 0) return;
    sums->losses++;
    sums->loss = money_add(sums->loss, net);
    if (net.m < sums->worst.m) sums->worst = net;
}

static void add_sums(struct trades *trades, const struct trade *trade) {
    const money_t amounts[4] = {to_account(trades, trade->instrument, trade->net),
                                to_account(trades, trade->instrument, trade->gross),
                                to_account(trades, trade->instrument, trade->fees),
                                to_account(trades, trade->instrument, trade->income)};
    add_to(&trades->all, trade, amounts);
    add_to(&trades->by_strategy[trade->strategy], trade, amounts);
    add_to(&trades->by_instrument[trade->instrument], trade, amounts);
}

// Reserved for the most there can be: a page is taken when it is touched, and nothing is copied as the table grows.
static int push(struct trades *trades, const struct trade *trade) {
    if (trades->count == REPORT_TRADES_MAX) {
        trades->left_out++;
        return 0;
    }
    if (UNLIKELY(trades->items == NULL)) {
        TRY(arena_init(&trades->memory, REPORT_TRADES_MAX * sizeof *trades->items));
        trades->items = ARENA_NEW(&trades->memory, struct trade, REPORT_TRADES_MAX);
    }
    trades->items[trades->count++] = *trade;
    return 0;
}
