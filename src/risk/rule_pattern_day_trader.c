// SPDX-License-Identifier: Apache-2.0
// After FINRA Rule 4210(f)(8)(B): who makes four day trades or more within five business days has to keep equity of
// $25,000, until June 4, 2026, when rule intraday_margin took its place. A day trade is one security bought and sold,
// or sold and bought, on one day. What is here is stricter: the exception for those whose day trades are at most 6 % of
// all trades is left out, and a business day without an event of the account does not count as one.
//
// Below that equity nothing is opened that could become the fourth: every stock opened today and still held counts as a
// day trade to come. What is held can always be closed. Closings of one stock that follow each other are one day trade.
#include <math.h>
#include <string.h>

#include "market/calendar.h"
#include "risk/share.h"

enum { MIN_EQUITY, MAX_TRADES, UNTIL, PARAMS, DAYS = 5 };

static const struct param params[PARAMS] = {
    {.name = "min_equity",
     .type = PARAM_REAL,
     .unit = "account money",
     .def = 25000,
     .min = 0,
     .max = 1e15,
     .help = "Equity from which on day trades are not counted."},
    {.name = "max_day_trades",
     .type = PARAM_INT,
     .unit = "day trades",
     .def = 3,
     .min = 0,
     .max = 1000000,
     .help = "Most day trades in five business days."},
    {.name = "until",
     .type = PARAM_INT,
     .unit = "yyyymmdd",
     .def = 20260604,
     .min = 19700101,
     .max = 22611231,
     .help = "First day on which it no longer holds: intraday_margin does."},
};

struct stock {        // of a day
    int64_t opened;   // quantity that is still held
    uint64_t closing; // 1: its latest fill closed some of that
};

struct tally {
    uint64_t days[DAYS]; // day trades of business days, the first is today's
    struct stock stocks[];
};

static size_t state_more(const double *values, uint32_t instruments, uint32_t strategies) {
    return sizeof(struct tally) + instruments * sizeof(struct stock);
}

static bool is_stock(const struct risk_view *view, uint32_t instrument) {
    return view->instruments->items[instrument].asset == ASSET_EQUITY;
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct tally *tally = state;
    if (!is_stock(view, order->spec->instrument)) return RISK_ALLOW;
    if (view->now_ns >= risk_day_ns(values[UNTIL])) return RISK_ALLOW;
    double least = values[MIN_EQUITY] * (double)decimal_pow10(view->money_decimals);
    if ((double)view->equity.m >= least) return RISK_ALLOW;
    uint64_t count = 0;
    for (int i = 0; i < DAYS; i++) count += tally->days[i];
    for (uint32_t i = 0; i < view->instruments->count; i++)
        count += i == order->spec->instrument || tally->stocks[i].opened > 0;
    ret_result->limit = values[MAX_TRADES];
    ret_result->value = (double)count;
    return ret_result->value > values[MAX_TRADES] ? RISK_VETO : RISK_ALLOW;
}

static void begin_day(const struct risk_view *view, struct tally *tally) {
    struct session session;
    for (uint32_t i = 0; i < view->instruments->count; i++) tally->stocks[i] = (struct stock){0};
    if (!calendar_session(CALENDAR_XNYS, (int32_t)(view->day_ns / (86400 * INT64_C(1000000000))),
                          &session))
        return;
    memmove(tally->days + 1, tally->days, (DAYS - 1) * sizeof *tally->days);
    tally->days[0] = 0;
}

// The fill is not booked yet: the position is the one before it.
static void executed(const struct risk_view *view, struct tally *tally,
                     const struct risk_fact *fact) {
    struct stock *stock = &tally->stocks[fact->instrument];
    int64_t held = ledger_quantity(view->ledger, fact->instrument).m;
    int64_t against = fact->side > 0 ? -held : held;
    int64_t closes = against < fact->qty.m ? against : fact->qty.m;
    closes = closes > 0 ? closes : 0;
    if (closes > 0 && stock->opened > 0) {
        if (!stock->closing) tally->days[0]++;
        stock->closing = 1;
        stock->opened -= closes < stock->opened ? closes : stock->opened;
    }
    if (closes == fact->qty.m) return;
    stock->opened += fact->qty.m - closes;
    stock->closing = 0;
}

static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    if (fact->kind == RISK_FACT_DAY) begin_day(view, state);
    if (fact->kind == RISK_FACT_EXECUTED && is_stock(view, fact->instrument))
        executed(view, state, fact);
}

const struct risk_rule risk_rule_pattern_day_trader = {
    .name = "pattern_day_trader",
    .summary = "Refuses to open a stock when it could become more than max_day_trades day trades "
               "in five business days, below min_equity.",
    .params = params,
    .param_count = PARAMS,
    .state_more = state_more,
    .notes = 1u << RISK_FACT_DAY | 1u << RISK_FACT_EXECUTED,
    .rank = RISK_RANK_PATTERN_DAY_TRADER,
    .check = check,
    .note = note,
};
