// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/plot/page.h"
#include "app/walkforward/walkforward.h"
#include "base/check.h"
#include "base/timestamp.h"

enum { PAGE_SIZE_MAX = 64 << 20 };

// Numbers of a page, freed together.
struct sheet {
    double *values;
    int64_t *times;
    size_t count;
};

static int sheet_of(const struct walkforward *walkforward, const struct account *account,
                    struct sheet *ret_sheet) {
    double unit = exp10(-sweep_money_decimals(&walkforward->sweep));
    struct sheet sheet = {.values = calloc(account->point_count + 1, sizeof(double)),
                          .times = calloc(account->point_count + 1, sizeof(int64_t)),
                          .count = account->point_count};
    if (sheet.values == NULL || sheet.times == NULL) {
        free(sheet.values);
        free(sheet.times);
        return ERR_SET(ERR_NOMEM, "no memory for a page");
    }
    for (size_t i = 0; i < account->point_count; i++) {
        sheet.values[i] = account->points[i].equity * unit;
        sheet.times[i] = account->points[i].ts_ns;
    }
    *ret_sheet = sheet;
    return 0;
}

static void sheet_free(struct sheet *sheet) {
    free(sheet->values);
    free(sheet->times);
}

static const char *date_of(char buffer[TIMESTAMP_TEXT_SIZE], int64_t ts_ns) {
    timestamp_print(buffer, TIMESTAMP_TEXT_SIZE, ts_ns);
    buffer[10] = '\0';
    return buffer;
}

static int add_equity(const struct walkforward *walkforward, struct text *out) {
    struct sheet sheet;
    int64_t bounds[WINDOWS_MAX];
    for (uint32_t p = 0; p < walkforward->phase_count; p++)
        bounds[p] = walkforward->phases[p].from_ns;
    TRY(sheet_of(walkforward, &walkforward->account, &sheet));
    page_section(out, "Equity out of sample");
    struct page_chart chart = {
        .title = "equity out of sample",
        .times = sheet.times,
        .count = sheet.count,
        .lines = {{sheet.values, "equity", "equity; rules stand where windows begin", false}},
        .line_count = 1,
        .bounds = bounds,
        .bound_count = walkforward->phase_count};
    page_chart(out, &chart);
    sheet_free(&sheet);
    return 0;
}

static void add_compare(const struct walkforward *walkforward, struct text *out) {
    static double in[WINDOWS_MAX], after[WINDOWS_MAX];
    uint32_t count = 0;
    for (uint32_t w = walkforward->first_choice; w < walkforward->window_count; w++, count++) {
        in[count] = walkforward->choices[w].in_objective;
        after[count] = walkforward->choices[w].out_objective;
    }
    page_section(out, "In sample and out of sample");
    page_say(out, "%s of what each window chose, where it was chosen and where it was lived by.",
             score_measures[walkforward->sweep.objective].name);
    struct page_chart chart = {
        .title = "objective in and out of sample by window",
        .count = count,
        .lines = {{in, "benchmark", "in sample", false}, {after, "equity", "out of sample", false}},
        .line_count = 2,
        .bars = true};
    page_chart(out, &chart);
}

static void add_params(const struct walkforward *walkforward, struct text *out) {
    static double values[WINDOWS_MAX];
    const struct space *space = &walkforward->sweep.space;
    page_section(out, "Parameters chosen");
    for (uint32_t axis = 0; axis < space->axis_count; axis++) {
        uint32_t count = 0;
        if (space->axes[axis].count < 2) continue;
        for (uint32_t w = walkforward->first_choice; w < walkforward->window_count; w++) {
            double params[PARAMS_MAX];
            space_values(space, walkforward->choices[w].point, params);
            values[count++] = params[space->axes[axis].param];
        }
        struct page_chart chart = {
            .title = "a parameter by window",
            .count = count,
            .lines = {{values, "s2", space->table[space->axes[axis].param].name, false}},
            .line_count = 1};
        page_chart(out, &chart);
    }
}

static void add_windows(const struct walkforward *walkforward, struct text *out) {
    static const char columns[] =
        ">#|train|test|parameters|>in|>out|>return in|>return out|>drawdown out|>trades out";
    page_section(out, "Windows");
    page_table_begin(out, columns);
    for (uint32_t w = walkforward->first_choice; w < walkforward->window_count; w++) {
        const struct walkforward_choice *choice = &walkforward->choices[w];
        char cells[4096], a[4][TIMESTAMP_TEXT_SIZE], in[32] = "(as before)", earned[32] = "";
        if (choice->is_new) {
            snprintf(in, sizeof in, "%.4g", choice->in_objective);
            snprintf(earned, sizeof earned, "%.2f %%", 100 * choice->in_sample.total_return);
        }
        struct text point;
        text_init(&point, 2048);
        sweep_point_print(&walkforward->sweep, choice->point, &point);
        snprintf(cells, sizeof cells, "%u|%s to %s|%s to %s|%s|%s|%.4g|%s|%.2f %%|%.2f %%|%" PRIu64,
                 w + 1, date_of(a[0], choice->window.train_from_ns),
                 date_of(a[1], choice->window.train_to_ns),
                 date_of(a[2], choice->window.test_from_ns),
                 date_of(a[3], choice->window.test_to_ns), text_string(&point), in,
                 choice->out_objective, earned, 100 * choice->out_of_sample.total_return,
                 100 * choice->out_of_sample.max_drawdown, choice->out_of_sample.trades);
        text_fini(&point);
        page_table_row(out, columns, cells);
    }
    page_table_end(out);
}

static int add_walk(const struct walkforward *walkforward, struct text *out) {
    const struct score_result *total = &walkforward->account.total;
    page_say(out,
             "Out of sample: return %.2f %% (%.2f %% a year), Sharpe ratio %.3f, deepest drawdown "
             "%.2f %%, %" PRIu64 " trades in %" PRIu64 " days.",
             100 * total->total_return, 100 * total->cagr, total->sharpe, 100 * total->max_drawdown,
             total->trades, total->days);
    if (walkforward->in_cagr > 0)
        page_say(out, "Efficiency %.3f: growth a year out of sample over that in sample.",
                 stability_efficiency(total->cagr, walkforward->in_cagr));
    TRY(add_equity(walkforward, out));
    add_compare(walkforward, out);
    add_params(walkforward, out);
    add_windows(walkforward, out);
    return 0;
}

// All paths have the days of the first, and are drawn over them.
static int add_paths(const struct walkforward *walkforward, struct text *out) {
    static const char *const colours[] = {"s1", "s2", "s3", "s4", "s5", "s6", "s7"};
    struct sheet sheets[PAGE_LINES_MAX];
    struct page_chart chart = {.title = "equity of the paths"};
    uint32_t count = walkforward->cpcv.paths;
    if (count > PAGE_LINES_MAX) count = PAGE_LINES_MAX;
    page_section(out, "Equity of the paths");
    if (count < walkforward->cpcv.paths)
        page_say(out, "The first %u of %u paths.", count, walkforward->cpcv.paths);
    int rc = 0;
    for (uint32_t p = 0; p < count && rc == 0; p++) {
        rc = sheet_of(walkforward, &walkforward->paths[p].account, &sheets[p]);
        if (rc < 0) break;
        chart.lines[chart.line_count++] =
            (struct page_line){.values = sheets[p].values, .css = colours[p % 7], .thin = true};
    }
    if (rc == 0) {
        chart.times = sheets[0].times;
        chart.count = sheets[0].count;
        page_chart(out, &chart);
    }
    for (size_t p = 0; p < chart.line_count; p++) sheet_free(&sheets[p]);
    return rc;
}

static void add_path_table(const struct walkforward *walkforward, struct text *out) {
    static const char columns[] = ">path|>return|>a year|>sharpe|>drawdown|>trades";
    page_table_begin(out, columns);
    for (uint32_t p = 0; p < walkforward->cpcv.paths; p++) {
        const struct score_result *total = &walkforward->paths[p].account.total;
        char cells[512];
        snprintf(cells, sizeof cells, "%u|%.2f %%|%.2f %%|%.3f|%.2f %%|%" PRIu64, p + 1,
                 100 * total->total_return, 100 * total->cagr, total->sharpe,
                 100 * total->max_drawdown, total->trades);
        page_table_row(out, columns, cells);
    }
    page_table_end(out);
}

int walkforward_page(const struct walkforward *walkforward, const char *path) {
    char title[256], subtitle[256];
    struct text out;
    bool combinatorial = walkforward->method == WALKFORWARD_COMBINATORIAL;
    text_init(&out, PAGE_SIZE_MAX);
    snprintf(title, sizeof title, "%s of %s",
             combinatorial ? "Combinatorial cross-validation" : "Walk-forward",
             walkforward->sweep.run->strategies[0].strategy->name);
    snprintf(subtitle, sizeof subtitle, "%" PRIu64 " trials, %" PRIu64 " bars, best by %s",
             walkforward->trials, walkforward->log.bars,
             score_measures[walkforward->sweep.objective].name);
    page_begin(&out, title, subtitle);
    int rc = combinatorial ? add_paths(walkforward, &out) : add_walk(walkforward, &out);
    if (combinatorial) add_path_table(walkforward, &out);
    page_end(&out);
    if (rc == 0) rc = page_write(&out, path);
    text_fini(&out);
    return rc;
}
