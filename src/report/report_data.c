// SPDX-License-Identifier: Apache-2.0
// What the page's script reads: points of the curves, candles, trades. Numbers are short: a screen shows no
// more. Times are seconds.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "report/print.h"
#include "report/report_state.h"

enum {
    CHARTS_MAX = 40,
    CANDLES_TOTAL = 20000,
    CANDLES_OF_ONE = 1500,
    TRADES_SHOWN = 5000,
    HALTS_SHOWN = 20
};

static void add_points(const struct report *report, const struct points *points, struct text *out);
static void add_halts(const struct report *report, struct text *out);
static void add_charts(const struct report *report, struct text *out);
static void add_trades(const struct report *report, struct text *out);

void report_page_data(const struct report *report, const struct points *points, struct text *out) {
    text_add(out, "{\"currency\":");
    print_json_string(out, report_currency(report));
    text_printf(out, ",\"money_digits\":%d", report_money_digits(report));
    text_add(out, ",\"benchmark\":");
    if (report->config.benchmark != NULL)
        print_json_string(out, report->config.benchmark);
    else
        text_add(out, "null");
    text_add(out, ",\n\"strategies\":[");
    for (uint32_t s = 0; s < report->config.strategy_count; s++) {
        if (s > 0) text_add_char(out, ',');
        print_json_string(out, report->config.strategies[s].name);
    }
    text_add(out, "],\n\"instruments\":[");
    for (uint32_t i = 0; i < report->config.instruments->count; i++) {
        if (i > 0) text_add_char(out, ',');
        print_json_string(out, report->name_of[i]);
    }
    text_add(out, "],\n");
    add_points(report, points, out);
    add_halts(report, out);
    add_charts(report, out);
    add_trades(report, out);
    report_daily_data(report, out);
    if (report->venue_side != NULL) report_feed_data(report, out);
    text_add_char(out, '}');
}

static void add_number(struct text *out, double value, int digits) {
    if (isfinite(value))
        text_printf(out, "%.*g", digits, value);
    else
        text_add(out, "null");
}

static void add_series(struct text *out, const char *name, const double *values, size_t count,
                       int digits) {
    text_printf(out, "\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) text_add_char(out, ',');
        add_number(out, values[i], digits);
    }
    text_add_char(out, ']');
}

// The first time as it is, then the steps.
static void add_times(struct text *out, const char *name, const int64_t *times, size_t count) {
    int64_t before = 0;
    text_printf(out, "\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        int64_t seconds = times[i] / NS_PER_S;
        text_printf(out, "%s%lld", i > 0 ? "," : "", (long long)(seconds - before));
        before = seconds;
    }
    text_add_char(out, ']');
}

static void add_points(const struct report *report, const struct points *points, struct text *out) {
    text_add(out, "\"curve\":{");
    add_times(out, "t", points->times, points->count);
    text_add_char(out, ',');
    add_series(out, "equity", points->equity, points->count, 9);
    text_add_char(out, ',');
    add_series(out, "drawdown", points->drawdown, points->count, 5);
    if (report->config.benchmark != NULL) {
        text_add_char(out, ',');
        add_series(out, "benchmark", points->benchmark, points->count, 9);
    }
    text_add(out, "},\n\"rolling\":{");
    add_times(out, "t", points->sharpe_times, points->sharpe_count);
    text_add_char(out, ',');
    add_series(out, "sharpe", points->sharpe, points->sharpe_count, 4);
    text_add(out, "},\n");
}

// What stopped trading or let it go on.
static bool is_step(const struct report_note *note) {
    static const char *const words[] = {"halt", "reduce", "pause", "kill", "resume"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(note->verdict, words[i]) == 0) return true;
    return false;
}

static void add_halts(const struct report *report, struct text *out) {
    size_t count = 0;
    text_add(out, "\"halts\":[");
    for (size_t i = 0; i < report->notes.count && count < HALTS_SHOWN; i++) {
        const struct report_note *note = &report->notes.items[i];
        if (!is_step(note)) continue;
        text_printf(out, "%s[%lld,", count++ > 0 ? "," : "", (long long)(note->ts_ns / NS_PER_S));
        print_json_string(out, note->verdict);
        text_add_char(out, ']');
    }
    text_add(out, "],\n");
}

static struct candle merged(const struct candle *items, uint32_t count) {
    struct candle all = items[0];
    for (uint32_t i = 1; i < count; i++) {
        if (items[i].high.m > all.high.m) all.high = items[i].high;
        if (items[i].low.m < all.low.m) all.low = items[i].low;
    }
    all.close = items[count - 1].close;
    all.close_ns = items[count - 1].close_ns;
    return all;
}

static void add_candles(const struct report *report, uint32_t instrument, uint32_t max,
                        struct text *out) {
    const struct candles *candles = &report->candles[instrument];
    int decimals = report->config.instruments->items[instrument].price_decimals;
    uint32_t step = candles->count / max + (candles->count % max != 0);
    int64_t before = 0;
    text_printf(out, "{\"i\":%u,\"bars\":%llu,\"stride\":%llu,\"c\":[", instrument,
                (unsigned long long)candles->bars, (unsigned long long)candles->stride * step);
    for (uint32_t i = 0; i < candles->count; i += step) {
        uint32_t left = candles->count - i;
        struct candle candle = merged(&candles->items[i], left < step ? left : step);
        const price_t prices[] = {candle.open, candle.high, candle.low, candle.close};
        int64_t seconds = candle.close_ns / NS_PER_S;
        text_printf(out, "%s%lld", i > 0 ? "," : "", (long long)(seconds - before));
        before = seconds;
        for (size_t k = 0; k < sizeof prices / sizeof prices[0]; k++) {
            text_add_char(out, ',');
            add_number(out, decimal_to_double(prices[k].m, decimals), 6);
        }
    }
    text_add(out, "]}");
}

struct chosen {
    uint32_t instrument;
    uint64_t fills;
};

static int by_fills(const void *left, const void *right) {
    const struct chosen *a = left, *b = right;
    if (a->fills != b->fills) return a->fills > b->fills ? -1 : 1;
    return a->instrument < b->instrument ? -1 : a->instrument > b->instrument;
}

static int by_instrument(const void *left, const void *right) {
    const struct chosen *a = left, *b = right;
    return a->instrument < b->instrument ? -1 : a->instrument > b->instrument;
}

// The instruments traded most, in the run's order.
static void add_charts(const struct report *report, struct text *out) {
    uint32_t count = 0, all = report->config.instruments->count;
    struct chosen *chosen = calloc(all + 1, sizeof *chosen);
    if (chosen == NULL) {
        out->error = ERR_NOMEM;
        return;
    }
    for (uint32_t i = 0; i < all; i++)
        if (report->trades.by_instrument[i].fills > 0 && report->candles[i].count > 0)
            chosen[count++] = (struct chosen){i, report->trades.by_instrument[i].fills};
    if (count > 0) qsort(chosen, count, sizeof *chosen, by_fills);
    text_printf(out, "\"charts_left_out\":%u,\"charts\":[",
                count > CHARTS_MAX ? count - CHARTS_MAX : 0);
    if (count > CHARTS_MAX) count = CHARTS_MAX;
    if (count > 0) qsort(chosen, count, sizeof *chosen, by_instrument);
    uint32_t max = count > 0 ? CANDLES_TOTAL / count : 0;
    if (max > CANDLES_OF_ONE) max = CANDLES_OF_ONE;
    for (uint32_t k = 0; k < count; k++) {
        text_add(out, k > 0 ? ",\n" : "\n");
        add_candles(report, chosen[k].instrument, max, out);
    }
    free(chosen);
    text_add(out, "],\n");
}

// strategy, instrument, side, entry, exit, quantity, prices, net, return, excursions, end, fees; the prices of
// the chart stand in the units after the last split.
static void add_trade(const struct report *report, const struct trade *trade, struct text *out) {
    const struct instrument *instrument = &report->config.instruments->items[trade->instrument];
    const struct currency *currency = &report->config.instruments->currencies[instrument->currency];
    bool open = trade->exit_ns == 0;
    text_printf(out, "[%u,%u,%d,%lld,", trade->strategy, trade->instrument, trade->side,
                (long long)(trade->entry_ns / NS_PER_S));
    if (open)
        text_add(out, "null");
    else
        text_printf(out, "%lld", (long long)(trade->exit_ns / NS_PER_S));
    const double values[] = {
        decimal_to_double(trade->peak_qty.m, instrument->qty_decimals),
        decimal_to_double(trade_entry_price(trade).m, instrument->price_decimals),
        trade->exit_qty.m == 0
            ? NAN
            : decimal_to_double(trade_exit_price(trade).m, instrument->price_decimals),
        money_to_double(trade->net, currency->decimals),
        (double)trade->net.m / (double)trade->entered.m,
        trade_adverse(trade),
        trade_favourable(trade),
        money_to_double(trade->fees, currency->decimals),
        trade->chart_factor,
    };
    static const int digits[] = {8, 8, 8, 14, 6, 5, 5, 8, 8};
    for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
        text_add_char(out, ',');
        add_number(out, values[k], digits[k]);
    }
    text_printf(out, ",%u]", trade->end);
}

// The latest ones: those before are in the CSV file.
static void add_trades(const struct report *report, struct text *out) {
    const struct trades *trades = &report->trades;
    size_t from = trades->count > TRADES_SHOWN ? trades->count - TRADES_SHOWN : 0;
    text_add(out, "\"ends\":[");
    for (uint32_t end = 0; end <= TRADE_END_OPEN; end++) {
        if (end > 0) text_add_char(out, ',');
        print_json_string(out, trade_end_name(end));
    }
    text_printf(out, "],\"trades_all\":%llu,\"trades\":[",
                (unsigned long long)trades->count + trades->left_out);
    for (size_t i = from; i < trades->count; i++) {
        text_add(out, i > from ? ",\n" : "\n");
        add_trade(report, &trades->items[i], out);
    }
    text_add(out, "]");
}
