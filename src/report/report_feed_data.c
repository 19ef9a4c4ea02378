// SPDX-License-Identifier: Apache-2.0
// What the page's script reads of a run over recorded feeds: the book's path, fills, mark-outs, times by position.
// Times are milliseconds, each less the one before.
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "report/print.h"
#include "report/report_state.h"

enum { FILLS_SHOWN = 4000, GROUPS = 4 };

static void add_number(struct text *out, double value, int digits) {
    if (isfinite(value))
        text_printf(out, "%.*g", digits, value);
    else
        text_add(out, "null");
}

static void add_price(struct text *out, price_t price, int32_t decimals) {
    text_add_char(out, ',');
    add_number(out, price.m == 0 ? NAN : decimal_to_double(price.m, decimals), 12);
}

static int64_t to_ms(int64_t ns) {
    return ns / NS_PER_MS - (ns % NS_PER_MS < 0);
}

// t, bid, ask, lowest bid, highest ask, our bid, our ask, position; one after the other.
static void add_path(const struct report *report, uint32_t i, struct text *out) {
    const struct book_path *path = &report->venue_side->instruments[i].path;
    const struct instrument *instrument = &report->config.instruments->items[i];
    int32_t decimals = instrument->price_decimals;
    int64_t before = 0;
    text_add(out, "\"path\":[");
    for (size_t k = 0; k < path->count; k++) {
        const struct book_point *point = &path->points[k];
        int64_t ms = to_ms(point->ts_ns);
        text_printf(out, "%s%lld", k > 0 ? "," : "", (long long)(ms - before));
        before = ms;
        const price_t prices[] = {point->bid,      point->ask,     point->bid_low,
                                  point->ask_high, point->own_bid, point->own_ask};
        for (size_t p = 0; p < sizeof prices / sizeof prices[0]; p++)
            add_price(out, prices[p], decimals);
        text_add_char(out, ',');
        add_number(out, decimal_to_double(point->position, instrument->qty_decimals), 9);
    }
    text_add(out, "],\n");
}

static size_t column_of(const struct fold *fold, const char *name) {
    size_t column = 0;
    while (column < fold->column_count && strcmp(fold->columns[column].name, name) != 0) column++;
    CHECK(column < fold->column_count);
    return column;
}

static void add_cell(const struct fold *fold, const void *self, size_t row, const char *name,
                     struct text *out) {
    struct fold_cell cell;
    size_t column = column_of(fold, name);
    fold->cell(self, row, column, &cell);
    text_add_char(out, ',');
    double value = fold->columns[column].unit == FOLD_NUMBER
                       ? cell.number
                       : money_to_double(MONEY(cell.exact), cell.decimals);
    add_number(out, cell.missing ? NAN : value, 12);
}

// t, side, 1 where it rested, quantity, price, bid, ask, basis points better than the middle, position; those of the
// instrument among the latest.
static void add_fills(const struct report *report, uint32_t i, struct text *out) {
    static const char *const numbers[] = {"qty", "price", "bid", "ask", "better_bps", "position"};
    int index = fold_find("fills");
    const struct fold *fold = fold_at((size_t)index);
    const void *self = report->folds[index];
    size_t count = fold->rows(self), time = column_of(fold, "time");
    size_t side = column_of(fold, "side"), liquidity = column_of(fold, "liquidity");
    size_t instrument = column_of(fold, "instrument"), shown = 0;
    int64_t before = 0;
    text_add(out, "\"fills\":[");
    for (size_t row = count > FILLS_SHOWN ? count - FILLS_SHOWN : 0; row < count; row++) {
        struct fold_cell cell;
        fold->cell(self, row, instrument, &cell);
        if (strcmp(cell.text, report->name_of[i]) != 0) continue;
        fold->cell(self, row, time, &cell);
        int64_t ms = to_ms(cell.integer);
        text_printf(out, "%s%lld", shown++ > 0 ? "," : "", (long long)(ms - before));
        before = ms;
        fold->cell(self, row, side, &cell);
        text_add(out, strcmp(cell.text, "buy") == 0 ? ",1" : ",-1");
        fold->cell(self, row, liquidity, &cell);
        text_add(out, strcmp(cell.text, "maker") == 0 ? ",1" : ",0");
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
            add_cell(fold, self, row, numbers[k], out);
    }
    text_printf(out, "],\"fills_all\":%llu,\n",
                (unsigned long long)report->venue_side->instruments[i].markouts.fills);
}

// Of each group: fills, mean and standard error at each horizon.
static void add_markouts(const struct report *report, uint32_t i, struct text *out) {
    const struct markouts *markouts = &report->venue_side->instruments[i].markouts;
    text_add(out, "\"markouts\":[");
    for (int g = 0; g < MARKOUT_GROUPS; g++) {
        text_add(out, g > 0 ? ",[" : "[");
        for (int h = 0; h < MARKOUT_HORIZONS; h++) {
            const struct markout_sum *sum = &markouts->sums[g][h];
            text_printf(out, "%s%llu,", h > 0 ? "," : "", (unsigned long long)sum->count);
            add_number(out, sum->count > 0 ? sum->mean : NAN, 6);
            text_add_char(out, ',');
            add_number(out, markout_error(sum), 4);
        }
        text_add_char(out, ']');
    }
    text_add(out, "],\n");
}

// From, to, share of the run's time; of all strategies that held it, one after the other.
static void add_holdings(const struct report *report, uint32_t i, struct text *out) {
    const struct venue_side *side = report->venue_side;
    int32_t decimals = report->config.instruments->items[i].qty_decimals;
    size_t shown = 0;
    text_add(out, "\"holdings\":[");
    for (uint32_t s = 0; s < report->config.strategy_count; s++) {
        const struct holding *holding = venue_side_holding(side, s, i);
        double all = (double)(holding->since_ns - holding->start_ns);
        for (int b = -HOLDING_BUCKETS; holding->fills > 0 && b <= HOLDING_BUCKETS; b++) {
            int64_t time = holding->times[HOLDING_BUCKETS + b];
            if (time == 0) continue;
            text_printf(out, "%s[%u,", shown++ > 0 ? "," : "", s);
            add_number(out, decimal_to_double(holding->width * (b > 0 ? b - 1 : b), decimals), 9);
            text_add_char(out, ',');
            add_number(out, decimal_to_double(holding->width * (b < 0 ? b + 1 : b), decimals), 9);
            text_add_char(out, ',');
            add_number(out, (double)time / all, 6);
            text_add_char(out, ']');
        }
    }
    text_add(out, "]");
}

void report_feed_data(const struct report *report, struct text *out) {
    text_add(out, ",\n\"horizons\":[");
    for (int h = 0; h < MARKOUT_HORIZONS; h++)
        text_printf(out, "%s%.6g", h > 0 ? "," : "", (double)markout_horizon_ns(h) / 1e9);
    text_add(out, "],\n\"feeds\":[");
    for (uint32_t i = 0, shown = 0; i < report->config.instruments->count; i++) {
        if (report->venue_side->instruments[i].path.count == 0) continue;
        text_printf(out, "%s{\"i\":%u,\n", shown++ > 0 ? "," : "", i);
        add_path(report, i, out);
        add_fills(report, i, out);
        add_markouts(report, i, out);
        add_holdings(report, i, out);
        text_add(out, "}\n");
    }
    text_add(out, "]");
}
