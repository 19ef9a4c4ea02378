// SPDX-License-Identifier: Apache-2.0
// A search on a page: its best, what they are worth, and how far another history could have led.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/plot/page.h"
#include "app/sweep/sweep_doubt.h"

enum { PAGE_SIZE_MAX = 64 << 20, BINS = 40, TOP_SHOWN = 50 };

static const char *objective_name(const struct sweep *sweep) {
    return score_measures[sweep->objective].name;
}

static void add_top(const struct sweep *sweep, struct text *out) {
    static const char columns[] = ">#|parameters|>objective|>return|>sharpe|>drawdown|>trades";
    page_section(out, "Best");
    page_table_begin(out, columns);
    for (uint64_t i = 0; i < sweep->ranked && i < TOP_SHOWN; i++) {
        const struct sweep_row *row = &sweep->rows[sweep->ranking[i]];
        char cells[4096];
        struct text point;
        text_init(&point, 2048);
        sweep_point_print(sweep, row->point, &point);
        snprintf(cells, sizeof cells, "%" PRIu64 "|%s|%.6g|%.2f %%|%.3f|%.2f %%|%" PRIu64, i + 1,
                 text_string(&point), sweep_objective(sweep, &row->result),
                 100 * row->result.total_return, row->result.sharpe, 100 * row->result.max_drawdown,
                 row->result.trades);
        text_fini(&point);
        page_table_row(out, columns, cells);
    }
    page_table_end(out);
}

// How many trials have an objective in each of equal steps from the least to the largest.
static void add_histogram(const struct sweep *sweep, struct text *out) {
    double counts[BINS] = {0}, low = INFINITY, high = -INFINITY;
    for (uint64_t i = 0; i < sweep->ranked; i++) {
        double value = sweep_objective(sweep, &sweep->rows[sweep->ranking[i]].result);
        if (!isfinite(value)) continue;
        low = fmin(low, value);
        high = fmax(high, value);
    }
    if (!(low < high)) return;
    for (uint64_t i = 0; i < sweep->ranked; i++) {
        double value = sweep_objective(sweep, &sweep->rows[sweep->ranking[i]].result);
        int bin = isfinite(value) ? (int)((value - low) / (high - low) * BINS) : -1;
        if (bin >= 0) counts[bin < BINS ? bin : BINS - 1]++;
    }
    page_section(out, "All trials");
    page_say(out, "How many trials have which %s, from %.4g to %.4g.", objective_name(sweep), low,
             high);
    struct page_chart chart = {.title = "trials by objective",
                               .count = BINS,
                               .lines = {{counts, "equity", "trials", false}},
                               .line_count = 1,
                               .bars = true};
    page_chart(out, &chart);
}

static void add_worth(const struct sweep_doubt *doubt, struct text *out) {
    const struct doubt *sharpe = &doubt->sharpe;
    page_section(out, "What the best is worth");
    page_say(
        out,
        "%" PRIu64 " trials: without any skill the luckiest would show a Sharpe ratio of about "
        "%.3f. The true ratio of the best is above that with a probability of %.1f %% (deflated "
        "Sharpe ratio).",
        sharpe->trials, sharpe->expected_max, 100 * sharpe->deflated);
    if (doubt->has_cscv)
        page_say(out,
                 "Probability of backtest overfitting %.1f %%: over %u ways to halve the days, the "
                 "best of one half has a Sharpe ratio of %.3f there and %.3f in the other.",
                 100 * doubt->cscv.pbo, doubt->cscv.splits, doubt->cscv.in_sharpe,
                 doubt->cscv.out_sharpe);
    if (doubt->has_snoop)
        page_say(out, "White's reality check p = %.3f, Hansen's SPA p = %.3f.",
                 doubt->snoop.reality, doubt->snoop.spa);
    if (doubt->why_returns[0] != '\0')
        page_say(out, "Not all of overfitting and data snooping: %s.", doubt->why_returns);
    if (doubt->has_neighbours)
        page_say(out, "%u neighbours were tried: %.4g on average, %.4g at worst, against %.4g.",
                 doubt->near.count, doubt->near.mean, doubt->near.worst, doubt->near.own);
    if (doubt->has_entries)
        page_say(out, "Entries at random do as well in %.2f %% of %u schedules.",
                 100 * doubt->entries.p, doubt->entries.draws);
}

static void add_variants(const struct sweep *sweep, const struct sweep_doubt *doubt,
                         struct text *out) {
    static const char columns[] = "the best with|>objective|>return|>drawdown|>trades";
    if (doubt->variant_count == 0) return;
    page_section(out, "Other costs");
    page_table_begin(out, columns);
    for (uint32_t i = 0; i < doubt->variant_count; i++) {
        const struct score_result *result = &doubt->variants[i].result;
        char cells[512];
        snprintf(cells, sizeof cells, "%s|%.4g|%.2f %%|%.2f %%|%" PRIu64, doubt->variants[i].name,
                 sweep_objective(sweep, result), 100 * result->total_return,
                 100 * result->max_drawdown, result->trades);
        page_table_row(out, columns, cells);
    }
    page_table_end(out);
}

// Bands of 5 to 95 and 25 to 75 of 100 around the median.
static void add_bands(const struct sweep_doubt *doubt, enum redraw_method method, const char *title,
                      struct text *out) {
    static const char *const css[REDRAW_LEVELS] = {"benchmark", "s2", "s2",       "equity",
                                                   "s2",        "s2", "benchmark"};
    static const char *const names[REDRAW_LEVELS] = {
        "1 and 99 of 100", "5, 25, 75 and 95", NULL, "median", NULL, NULL, NULL};
    double columns[REDRAW_LEVELS][REDRAW_POINTS + 1], xs[REDRAW_POINTS + 1];
    const struct redraw_spread *spread = &doubt->spreads[method];
    if (!doubt->has_spread[method]) return;
    struct page_chart chart = {
        .title = title, .xs = xs, .count = REDRAW_POINTS + 1, .band_from = 5, .band_to = 1};
    for (int p = 0; p <= REDRAW_POINTS; p++) {
        xs[p] = (double)doubt->spread_count[method] * p / REDRAW_POINTS;
        for (int level = 0; level < REDRAW_LEVELS; level++)
            columns[level][p] = spread->bands[p][level];
    }
    for (int level = 0; level < REDRAW_LEVELS; level++)
        chart.lines[chart.line_count++] = (struct page_line){
            .values = columns[level], .css = css[level], .name = names[level], .thin = level != 3};
    page_section(out, title);
    page_say(
        out,
        "Wealth on %d paths. Deepest drawdown: %.1f %% at the median, %.1f %% in the worst 5 of "
        "100, %.1f %% in the worst of 100. %.1f %% of paths lose.",
        REDRAW_PATHS, 100 * spread->drawdowns[3], 100 * spread->drawdowns[1],
        100 * spread->drawdowns[0], 100 * spread->loss);
    page_chart(out, &chart);
}

int sweep_page(const struct sweep *sweep, const struct sweep_doubt *doubt, const char *path) {
    char title[256], subtitle[256];
    struct text out;
    text_init(&out, PAGE_SIZE_MAX);
    snprintf(title, sizeof title, "Search of %s", sweep->run->strategies[0].strategy->name);
    snprintf(subtitle, sizeof subtitle, "%" PRIu64 " trials over %" PRIu64 " bars, best by %s",
             sweep->done, sweep->log.bars, objective_name(sweep));
    page_begin(&out, title, subtitle);
    add_top(sweep, &out);
    add_histogram(sweep, &out);
    if (doubt->level != SWEEP_DOUBT_OFF && sweep->ranked > 0) {
        add_worth(doubt, &out);
        add_variants(sweep, doubt, &out);
        add_bands(doubt, REDRAW_BLOCKS, "Days drawn again in blocks", &out);
        add_bands(doubt, REDRAW_GARCH, "Its days in the market by GARCH", &out);
        add_bands(doubt, REDRAW_BOOTSTRAP, "Trades drawn again", &out);
        add_bands(doubt, REDRAW_SHUFFLE, "Trades in another order", &out);
    }
    page_end(&out);
    int rc = page_write(&out, path);
    text_fini(&out);
    return rc;
}
