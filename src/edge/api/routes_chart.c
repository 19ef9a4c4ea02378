// SPDX-License-Identifier: Apache-2.0
// A series at any zoom: what its pyramid says of as many stretches as a picture has room for.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/jout.h"
#include "edge/api/api_state.h"
#include "edge/api/routes.h"

enum { POINTS = 1000 };

// A chart lies within these, so that whole bars at its ends do not run over an instant's 64 bits.
#define INSTANT_MAX INT64_C(8500000000000000000)
#define SPAN_MAX (UINT64_C(3155760000) * 1000000000)

#define NUMBERS(name_, help_)                                                                      \
    {                                                                                              \
        name_, FIELD_INTEGER, FIELD_REQUIRED | FIELD_LIST, .items = PYRAMID_ROWS_MAX,              \
                                                           .help = (help_)                         \
    }
#define DECIMALS(name_, help_)                                                                     \
    {                                                                                              \
        name_, FIELD_STRING, FIELD_REQUIRED | FIELD_LIST,                                          \
            .form = &form_decimal, .max = 64, .items = PYRAMID_ROWS_MAX, .help = (help_)           \
    }
static const struct field chart_fields[] = {
    {"series", FIELD_STRING, FIELD_REQUIRED, .help = "VENUE/SYMBOL/kind."},
    {"from", FIELD_STRING, FIELD_REQUIRED, .form = &form_time,
     .help = "Where the first stretch begins."},
    {"to", FIELD_STRING, FIELD_REQUIRED, .form = &form_time, .help = "Behind the last."},
    {"width_ns", FIELD_INTEGER, FIELD_REQUIRED, .help = "Of a stretch; the last may be shorter."},
    {"source_rows", FIELD_INTEGER, FIELD_REQUIRED, .help = "Rows of the series that are in it."},
    {"frame_s", FIELD_INTEGER, FIELD_REQUIRED,
     .help = "Of the series: a stretch that is no wider is a bar."},
    NUMBERS("from_ns", "Where a stretch begins. Those in which nothing happened are left out."),
    DECIMALS("open", "The first price."),
    DECIMALS("high", "The highest."),
    DECIMALS("low", "The lowest."),
    DECIMALS("close", "The last."),
    DECIMALS("volume", "All of it."),
    NUMBERS("rows", "How many rows."),
};
static OBJECT(chart_object, "Chart", chart_fields,
              "A series in stretches of one width, by column.");

static const struct field chart_query[] = {
    {"from", FIELD_STRING, 0, .form = &form_time, .help = "The first instant; the series' first."},
    {"to", FIELD_STRING, 0, .form = &form_time, .example = "\"2019-01-01T00:00:00Z\"",
     .help = "The instant behind the last; the series' end."},
    {"points", FIELD_INTEGER, 0, .min = 1, .max = PYRAMID_ROWS_MAX,
     .help = "How many stretches; 1000. Never narrower than a bar of the series."},
};

struct chart {
    int64_t from, to, width;
    int points, count;
    struct pyramid_row *rows;
};

static void print_prices(const struct chart *chart, const char *key, size_t at, int decimals,
                         struct text *out) {
    jout_key(out, key);
    jout_array(out);
    for (int i = 0; i < chart->count; i++) {
        const struct pyramid_row *row = &chart->rows[i];
        const int64_t prices[] = {row->open, row->high, row->low, row->close};
        jout_decimal(out, prices[at], decimals);
    }
    jout_end_array(out);
}

static void print_columns(const struct chart *chart, const struct instrument *instrument,
                          struct text *out) {
    int price = instrument->price_decimals;
    jout_key(out, "from_ns");
    jout_array(out);
    for (int i = 0; i < chart->count; i++) jout_int(out, chart->rows[i].from_ns);
    jout_end_array(out);
    print_prices(chart, "open", 0, price, out);
    print_prices(chart, "high", 1, price, out);
    print_prices(chart, "low", 2, price, out);
    print_prices(chart, "close", 3, price, out);
    jout_key(out, "volume");
    jout_array(out);
    for (int i = 0; i < chart->count; i++)
        jout_decimal(out, chart->rows[i].volume, instrument->qty_decimals);
    jout_end_array(out);
    jout_key(out, "rows");
    jout_array(out);
    for (int i = 0; i < chart->count; i++) jout_int(out, (int64_t)chart->rows[i].rows);
    jout_end_array(out);
}

// Stretches of bars are whole bars wide and begin where a bar of their frame does.
static void fit_frame(const struct tape_series *series, struct chart *chart) {
    int64_t frame = series->frame_s * INT64_C(1000000000);
    if (frame == 0) return;
    int64_t width = pyramid_width(chart->from, chart->to, chart->points);
    width = (width + frame - 1) / frame * frame;
    chart->from -= ((chart->from % frame) + frame) % frame;
    chart->points = (int)((chart->to - chart->from + width - 1) / width);
    chart->to = chart->from + chart->points * width;
}

static int choose(struct call *call, const struct tape_series *series, const struct tape *tape,
                  struct chart *chart) {
    chart->from = call_query_time(call, "from", tape_first_ns(tape));
    chart->to = call_query_time(call, "to", tape_last_ns(tape) + 1);
    chart->points = (int)call_query_int(call, "points", POINTS);
    if (chart->from >= chart->to) return call_refuse(call, "to", "is behind from");
    if (chart->from < -INSTANT_MAX) return call_refuse(call, "from", "is no earlier than 1701");
    if (chart->to > INSTANT_MAX) return call_refuse(call, "to", "is no later than 2239");
    if ((uint64_t)chart->to - (uint64_t)chart->from > SPAN_MAX)
        return call_refuse(call, "from", "is at most 100 years before to");
    fit_frame(series, chart);
    CHECK(chart->points >= 1);
    chart->width = pyramid_width(chart->from, chart->to, chart->points);
    return 0;
}

static void print_chart(const struct tape_series *series, const struct tape *tape,
                        const struct chart *chart, uint64_t rows, struct text *out) {
    char name[TAPE_NAME_SIZE];
    tape_series_print(series, name);
    jout_object(out);
    jout_key_string(out, "series", name);
    jout_key_time(out, "from", chart->from);
    jout_key_time(out, "to", chart->to);
    jout_key_int(out, "width_ns", chart->width);
    jout_key_int(out, "source_rows", (int64_t)rows);
    jout_key_int(out, "frame_s", series->frame_s);
    print_columns(chart, &tape_meta(tape)->instrument, out);
    jout_end_object(out);
}

static int get_chart(struct call *call) {
    struct tape_series series;
    struct tape *tape;
    struct pyramid *pyramid;
    struct chart chart = {.rows = NULL};
    char name[TAPE_NAME_SIZE + 128];
    snprintf(name, sizeof name, "%s/%s/%s", call_param(call, "venue"), call_param(call, "symbol"),
             call_param(call, "kind"));
    if (tape_series_parse(name, &series) < 0)
        return ERR_SET(ERR_NOT_FOUND, "there is no series %s", name);
    int rc = tape_cache_pyramid(call->worker->tapes, &series, &tape, &pyramid);
    if (rc == ERR_NOT_FOUND)
        return ERR_SET(ERR_NOT_FOUND, "there is no series %s on the tape", name);
    TRY(rc);
    TRY(choose(call, &series, tape, &chart));
    chart.rows = malloc((size_t)chart.points * sizeof *chart.rows);
    if (chart.rows == NULL) return ERR_SET(ERR_NOMEM, "no memory for a chart");
    chart.count = pyramid_read(pyramid, chart.from, chart.to, chart.points, chart.rows);
    uint64_t rows =
        pyramid_rows_before(pyramid, chart.to) - pyramid_rows_before(pyramid, chart.from);
    print_chart(&series, tape, &chart, rows, &call->out);
    free(chart.rows);
    return 0;
}

const struct route route_get_chart = {
    .method = "GET",
    .path = "/api/v1/series/{venue}/{symbol}/{kind}/chart",
    .id = "get_chart",
    .tag = "Market data",
    .summary =
        "A series at any zoom: first, highest, lowest, last and volume of stretches of one width.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "market_data",
    .flags = ROUTE_WORKER,
    ROUTE_QUERY(chart_query),
    .response = &chart_object,
    .status = 200,
    .handle = get_chart,
};
