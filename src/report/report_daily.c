// SPDX-License-Identifier: Apache-2.0
// Exposure, value at risk and allocation over time: sections of the page and what its script draws them from.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "report/print.h"
#include "report/report_state.h"

enum { POINTS = 1200, SHOWN = 8, LINES = 3 };
#define NEAR_ENOUGH 2.5

// Days thinned to what a screen shows: levels are those of the last day of each stretch, the change is its worst.
struct picture {
    int64_t *times;
    double *gross, *net, *limit; // limit: the same everywhere, NaN: none
    double *change, *var, *es;   // those of the evening before, as losses: below 0
    double *strategies;          // [shown][count]
    uint32_t shown_of[SHOWN];    // which; UINT32_MAX: all the others
    uint32_t shown;
    size_t count;
};

static void picture_fini(struct picture *picture) {
    free(picture->times);
    free(picture->gross);
}

// Those that held most, over all days, in the configuration's order; one place is for the others where there are more.
static int choose_strategies(const struct daily *daily, struct picture *picture) {
    uint32_t width = daily->config->strategy_count;
    if (width <= SHOWN) {
        picture->shown = width;
        for (uint32_t s = 0; s < width; s++) picture->shown_of[s] = s;
        return 0;
    }
    double *sums = calloc(width, sizeof *sums);
    if (sums == NULL) return ERR_SET(ERR_NOMEM, "no memory for %u strategies", width);
    for (size_t i = 0; i < daily->count; i++)
        for (uint32_t s = 0; s < width; s++) sums[s] += daily->gross[i * width + s];
    for (uint32_t s = 0; s < width; s++) {
        uint32_t larger = 0;
        for (uint32_t k = 0; k < width && larger < SHOWN - 1; k++)
            larger += sums[k] > sums[s] || (sums[k] == sums[s] && k < s);
        if (larger < SHOWN - 1) picture->shown_of[picture->shown++] = s;
    }
    picture->shown_of[picture->shown++] = UINT32_MAX;
    free(sums);
    return 0;
}

static bool is_shown(const struct picture *picture, uint32_t strategy) {
    for (uint32_t k = 0; k < picture->shown; k++)
        if (picture->shown_of[k] == strategy) return true;
    return false;
}

static double gross_of(const struct daily *daily, const struct picture *picture, size_t day,
                       uint32_t place) {
    uint32_t width = daily->config->strategy_count;
    const double *row = daily->gross + day * width;
    double equity = daily->days[day].equity > 0 ? daily->days[day].equity : NAN, sum = 0;
    if (picture->shown_of[place] != UINT32_MAX) return row[picture->shown_of[place]] / equity;
    for (uint32_t s = 0; s < width; s++)
        if (!is_shown(picture, s)) sum += row[s];
    return sum / equity;
}

// A limit on gross exposure is drawn where it is near enough to be seen.
static double gross_limit(const struct report *report) {
    double highest = 0;
    for (size_t i = 0; i < report->daily.count; i++)
        highest = fmax(highest, report->daily.days[i].gross);
    for (uint32_t i = 0; i < report->config.limit_count; i++) {
        const struct report_limit *limit = &report->config.limits[i];
        if (limit->measure == REPORT_GROSS && limit->limit < NEAR_ENOUGH * highest)
            return limit->limit;
    }
    return NAN;
}

static void add_point(const struct daily *daily, struct picture *picture, size_t from, size_t to,
                      double limit) {
    size_t at = picture->count++;
    const struct daily_day *last = &daily->days[to - 1];
    double worst = NAN;
    for (size_t i = from; i < to; i++) worst = fmin(worst, daily->days[i].change);
    picture->times[at] = last->ts_ns;
    picture->gross[at] = last->gross;
    picture->net[at] = last->net;
    picture->limit[at] = limit;
    picture->change[at] = worst;
    picture->var[at] = to >= 2 ? -daily->days[to - 2].var : NAN;
    picture->es[at] = to >= 2 ? -daily->days[to - 2].es : NAN;
    for (uint32_t k = 0; k < picture->shown; k++)
        picture->strategies[k * POINTS + at] = gross_of(daily, picture, to - 1, k);
}

static int picture_init(const struct report *report, struct picture *picture) {
    const struct daily *daily = &report->daily;
    size_t step = (daily->count + POINTS - 1) / POINTS;
    *picture = (struct picture){.times = calloc(POINTS, sizeof(int64_t)),
                                .gross = calloc((6 + SHOWN) * POINTS, sizeof(double))};
    if (picture->times == NULL || picture->gross == NULL) {
        picture_fini(picture);
        return ERR_NOMEM;
    }
    picture->net = picture->gross + POINTS;
    picture->limit = picture->net + POINTS;
    picture->change = picture->limit + POINTS;
    picture->var = picture->change + POINTS;
    picture->es = picture->var + POINTS;
    picture->strategies = picture->es + POINTS;
    int rc = choose_strategies(daily, picture);
    if (rc < 0) {
        picture_fini(picture);
        return rc;
    }
    double limit = gross_limit(report);
    for (size_t from = 0; from < daily->count; from += step)
        add_point(daily, picture, from, from + step < daily->count ? from + step : daily->count,
                  limit);
    return 0;
}

static const char *name_of(const struct report *report, const struct picture *picture,
                           uint32_t place) {
    uint32_t strategy = picture->shown_of[place];
    return strategy == UINT32_MAX ? "all others" : report->config.strategies[strategy].name;
}

static void add_key(const char *css, const char *name, struct text *out) {
    text_printf(out, "<span class=\"pair\"><span class=\"key %s\"></span>", css);
    print_html_string(out, name);
    text_add(out, "</span> ");
}

static const char *const strategy_css[SHOWN] = {"line s0", "line s1", "line s2", "line s3",
                                                "line s4", "line s5", "line s6", "line s7"};

static void add_exposure(const struct picture *picture, struct text *out) {
    static const char *const css[] = {"line gross", "line net", "line limit"};
    const double *lines[] = {picture->gross, picture->net, picture->limit};
    bool limited = isfinite(picture->limit[0]);
    text_add(out, "<p class=\"legend\">");
    add_key("gross", "Gross", out);
    add_key("net", "Net, long less short", out);
    if (limited) add_key("limit", "Limit", out);
    text_add(out, "<span class=\"pair\">Of equity, at the ends of days</span></p>\n");
    report_chart_lines("chart-exposure", "Exposure over time", picture->times, picture->count,
                       lines, css, limited ? LINES : 2, out);
}

static void add_value_at_risk(const struct report *report, const struct picture *picture,
                              struct text *out) {
    static const char *const css[] = {"line var", "line es", "line change"};
    const double *lines[] = {picture->var, picture->es, picture->change};
    struct daily_exceeded exceeded = daily_exceeded(&report->daily);
    text_add(out, "<h3>Value at risk, 95\u00a0%, one day</h3>\n");
    if (exceeded.of == 0) {
        text_printf(out,
                    "<p class=\"empty\">It takes %d days of prices, and positions in the evening, "
                    "to know it.</p>\n",
                    DAILY_LEAST);
        return;
    }
    text_add(out, "<p class=\"legend\">");
    add_key("change", "Change of the day", out);
    add_key("var", "Value at risk", out);
    add_key("es", "Expected shortfall", out);
    text_add(out, "<span class=\"pair\">Both of the evening before</span></p>\n");
    report_chart_lines("chart-var", "Value at risk over time", picture->times, picture->count,
                       lines, css, LINES, out);
    text_add(out, "<p class=\"note\">What the positions of an evening would have made on the last "
                  "250 days. The day after lost more on ");
    print_grouped(out, (double)exceeded.days, 0);
    text_add(out, " of ");
    print_grouped(out, (double)exceeded.of, 0);
    text_add(out, " days, ");
    print_percent(out, (double)exceeded.days / (double)exceeded.of, 1);
    text_add(out, "; 5\u00a0% are to be expected.</p>\n");
}

static void add_allocation(const struct report *report, const struct picture *picture,
                           struct text *out) {
    const double *lines[SHOWN];
    if (report->config.strategy_count < 2) return;
    text_add(out, "<h3>Allocation</h3>\n<p class=\"legend\">");
    for (uint32_t k = 0; k < picture->shown; k++) {
        add_key(strategy_css[k] + sizeof "line", name_of(report, picture, k), out);
        lines[k] = picture->strategies + (size_t)k * POINTS;
    }
    text_add(out, "</p>\n");
    report_chart_lines("chart-allocation", "Gross positions by strategy over time", picture->times,
                       picture->count, lines, strategy_css, picture->shown, out);
    text_add(out,
             "<p class=\"note\">Gross positions of each strategy, of the account's equity. The "
             "tables of days, by strategy and of the account, are in the CSV files.</p>\n");
}

void report_html_daily(const struct report *report, struct text *out) {
    struct picture picture;
    text_add(out, "<section id=\"exposure\" aria-labelledby=\"h-exposure\"><h2 "
                  "id=\"h-exposure\">Exposure and risk</h2>\n");
    if (report->daily.count < 2) {
        text_add(out, "<p class=\"empty\">The run is too short: these are figures of days.</p>"
                      "</section>\n");
        return;
    }
    if (picture_init(report, &picture) < 0) {
        out->error = ERR_NOMEM;
        return;
    }
    add_exposure(&picture, out);
    add_value_at_risk(report, &picture, out);
    add_allocation(report, &picture, out);
    text_add(out, "</section>\n");
    picture_fini(&picture);
}

static void add_series(struct text *out, const char *name, const double *values, size_t count) {
    text_printf(out, ",\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) text_add_char(out, ',');
        if (isfinite(values[i]))
            text_printf(out, "%.5g", values[i]);
        else
            text_add(out, "null");
    }
    text_add_char(out, ']');
}

static void add_members(const struct report *report, const struct picture *picture,
                        struct text *out) {
    text_add(out, ",\n\"daily\":{\"t\":[");
    for (size_t i = 0; i < picture->count; i++)
        text_printf(out, "%s%lld", i > 0 ? "," : "",
                    (long long)(picture->times[i] / NS_PER_S -
                                (i > 0 ? picture->times[i - 1] / NS_PER_S : 0)));
    text_add_char(out, ']');
    add_series(out, "gross", picture->gross, picture->count);
    add_series(out, "net", picture->net, picture->count);
    add_series(out, "limit", picture->limit, isfinite(picture->limit[0]) ? 1 : 0);
    add_series(out, "change", picture->change, picture->count);
    add_series(out, "var", picture->var, picture->count);
    add_series(out, "es", picture->es, picture->count);
    text_add(out, ",\"strategies\":[");
    for (uint32_t k = 0; k < picture->shown && picture->shown > 1; k++) {
        text_printf(out, "%s{\"name\":", k > 0 ? "," : "");
        print_json_string(out, name_of(report, picture, k));
        add_series(out, "gross", picture->strategies + (size_t)k * POINTS, picture->count);
        text_add_char(out, '}');
    }
    text_add(out, "]}");
}

void report_daily_data(const struct report *report, struct text *out) {
    struct picture picture;
    if (report->daily.count < 2) {
        text_add(out, ",\n\"daily\":null");
        return;
    }
    if (picture_init(report, &picture) < 0) {
        out->error = ERR_NOMEM;
        return;
    }
    add_members(report, &picture, out);
    picture_fini(&picture);
}
