// SPDX-License-Identifier: Apache-2.0
// What the terminal's summary adds for a run over recorded feeds: fills, queues, spreads, profit by cause.
#include <math.h>
#include <string.h>

#include "report/captured.h"
#include "report/print.h"
#include "report/report_state.h"

enum { NAME_WIDTH = 28, VALUE_WIDTH = 18, ONE_SECOND = 10, FIVE_SECONDS = 11, ONE_MINUTE = 14 };

// Two names and values on a line, as the rest of the summary has them.
struct pairs {
    const struct report *report;
    struct text *out;
    struct text value;
    bool second;
};

static int width_of(const char *text) {
    int width = 0;
    for (; *text != '\0'; text++) width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static void add(struct pairs *pairs, const char *name) {
    const char *value = text_string(&pairs->value);
    int room = NAME_WIDTH + VALUE_WIDTH - width_of(name) - width_of(value);
    if (text_error(&pairs->value) < 0) pairs->out->error = text_error(&pairs->value);
    text_printf(pairs->out, "%s%*s%s%s", name, room > 1 ? room : 1, "", value,
                pairs->second ? "\n" : "    ");
    pairs->second = !pairs->second;
    text_clear(&pairs->value);
}

static void add_cell(struct pairs *pairs, const char *name, enum fold_unit unit,
                     const struct fold_cell *cell, const char *suffix) {
    print_human_cell(&pairs->value, unit, cell, report_money_digits(pairs->report), false);
    text_add(&pairs->value, suffix);
    add(pairs, name);
}

static void add_count(struct pairs *pairs, const char *name, uint64_t count) {
    add_cell(pairs, name, FOLD_COUNT, &(struct fold_cell){.integer = (int64_t)count}, "");
}

static void add_ratio(struct pairs *pairs, const char *name, enum fold_unit unit, double number,
                      const char *suffix) {
    add_cell(pairs, name, unit, &(struct fold_cell){.number = number},
             isfinite(number) ? suffix : "");
}

// Over all instruments and groups.
static struct markout_sum sum_at(const struct report *report, int horizon) {
    struct markout_sum sum = {0};
    for (uint32_t i = 0; i < report->config.instruments->count; i++)
        for (int g = 0; g < MARKOUT_GROUPS; g++)
            markout_merge(&sum, &report->venue_side->instruments[i].markouts.sums[g][horizon]);
    return sum;
}

static void add_markout(struct pairs *pairs, const struct report *report, const char *name,
                        int horizon) {
    struct markout_sum sum = sum_at(report, horizon);
    print_human_cell(&pairs->value, FOLD_NUMBER,
                     &(struct fold_cell){.number = sum.mean, .missing = sum.count == 0}, 0, false);
    double error = markout_error(&sum);
    if (isfinite(error)) text_printf(&pairs->value, " \u00b1 %.2f bp", error);
    add(pairs, name);
}

static void add_orders(struct pairs *pairs, const struct report *report) {
    const struct quoting *quoting = &report->venue_side->quoting;
    const struct quoting_counts *counts = &quoting->counts;
    uint64_t makers = 0, fills = 0, rested = 0, touched = 0;
    for (uint32_t i = 0; i < report->config.instruments->count; i++) {
        fills += report->venue_side->instruments[i].markouts.fills;
        makers += report->venue_side->instruments[i].markouts.makers;
    }
    for (int d = 0; d < QUOTING_DISTANCES; d++) {
        rested += quoting->distances[d].orders;
        touched += quoting->distances[d].touched;
    }
    add_count(pairs, "Fills", fills);
    add_ratio(pairs, "Of them resting", FOLD_RATIO, (double)makers / (double)fills, "");
    add_ratio(pairs, "Resting orders with a fill", FOLD_RATIO, (double)touched / (double)rested,
              "");
    struct fold_cell wait = {.missing = quoting->waits.count == 0};
    if (!wait.missing) wait.integer = samples_rank(&quoting->waits, 500);
    add_cell(pairs, "Median wait for it", FOLD_SECONDS, &wait, "");
    add_ratio(pairs, "Cancels per fill", FOLD_NUMBER,
              (double)counts->cancels / (double)counts->fills, "");
    add_count(pairs, "Cancels too late", counts->cancels_late);
}

static void add_causes(struct pairs *pairs, const struct report *report, uint32_t currency) {
    const struct currency *row = &report->config.instruments->currencies[currency];
    struct captured captured =
        captured_of(report->venue_side, currency, FIVE_SECONDS - MARKOUT_AFTER);
    const money_t *parts = captured.parts;
    const struct {
        const char *name;
        int128_t amount;
    } causes[] = {
        {"Spread captured", parts[CAPTURED_SPREAD_MAKER].m + parts[CAPTURED_SPREAD_TAKER].m},
        {"Selection within 5 s",
         parts[CAPTURED_SELECTION_MAKER].m + parts[CAPTURED_SELECTION_TAKER].m},
        {"Inventory beyond 5 s", parts[CAPTURED_INVENTORY].m},
        {"Fees, rebates, other",
         parts[CAPTURED_FEES].m + parts[CAPTURED_REBATES].m + parts[CAPTURED_OTHER].m},
    };
    char suffix[CURRENCY_CODE_SIZE + 2] = " ";
    memcpy(suffix + 1, row->code, CURRENCY_CODE_SIZE);
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        add_cell(pairs, causes[i].name, FOLD_MONEY,
                 &(struct fold_cell){.exact = causes[i].amount, .decimals = row->decimals}, suffix);
}

void report_feed_summary(const struct report *report, struct text *out) {
    struct pairs pairs = {.report = report, .out = out};
    struct markout_sum sum = sum_at(report, FIVE_SECONDS);
    double n = (double)sum.count;
    text_init(&pairs.value, 4096);
    text_add_char(out, '\n');
    add_orders(&pairs, report);
    add_ratio(&pairs, "Effective spread", FOLD_NUMBER, sum.effective / n, " bp");
    add_ratio(&pairs, "Realised spread after 5 s", FOLD_NUMBER, (sum.effective - sum.impact) / n,
              " bp");
    add_markout(&pairs, report, "Mark-out after 1 s", ONE_SECOND);
    add_markout(&pairs, report, "Mark-out after 1 min", ONE_MINUTE);
    for (uint32_t c = 0; c < report->config.instruments->currency_count; c++)
        if (captured_any(report->venue_side, c)) add_causes(&pairs, report, c);
    text_fini(&pairs.value);
}
