// SPDX-License-Identifier: Apache-2.0
// How much of each limit was used, at the ends of days.
#include <math.h>
#include <stdlib.h>

#include "report/daily.h"
#include "report/fold.h"

enum { LIMIT, MEASURE, VALUE, HIGHEST, USED, WHEN, NEAR };
#define NEAR_PART 0.8

static const struct fold_column columns[] = {
    {"limit", "Limit", FOLD_TEXT, "the risk rule and its parameter"},
    {"measure", "Of", FOLD_TEXT, NULL},
    {"value", "At", FOLD_NUMBER, "in the rule's own unit"},
    {"highest", "Highest", FOLD_NUMBER, "at the end of a day, in the same unit"},
    {"used", "Used at most", FOLD_RATIO, "highest over limit; orders that were cut are not in it"},
    {"when", "On", FOLD_DATE, "the day of the highest"},
    {"days_near", "Days at 80 %", FOLD_COUNT, "at whose end 80 % of the limit or more was used"},
};

static const char *const measures[REPORT_MEASURE_COUNT] = {
    [REPORT_GROSS] = "gross positions, of equity",
    [REPORT_GROSS_AMOUNT] = "gross positions, account money",
    [REPORT_NET] = "net positions, of equity",
    [REPORT_LARGEST] = "largest position, of equity",
    [REPORT_POSITIONS] = "positions",
    [REPORT_VAR] = "value at risk, of equity",
    [REPORT_ES] = "expected shortfall, of equity",
    [REPORT_DAY_LOSS] = "loss of a day, of equity",
    [REPORT_DRAWDOWN] = "drawdown, of the highest equity",
};

static double measure_of(const struct daily_day *day, uint32_t measure) {
    switch (measure) {
    case REPORT_GROSS:
        return day->gross;
    case REPORT_GROSS_AMOUNT:
        return day->gross * day->equity;
    case REPORT_NET:
        return fabs(day->net);
    case REPORT_LARGEST:
        return day->largest;
    case REPORT_POSITIONS:
        return day->positions;
    case REPORT_VAR:
        return day->var;
    case REPORT_ES:
        return day->es;
    case REPORT_DAY_LOSS:
        return fmax(-day->change, 0);
    default:
        return day->drawdown;
    }
}

struct use {
    double highest; // NaN: never known
    int32_t date;
    int64_t near;
};

static struct use use_of(const struct daily *daily, const struct report_limit *limit) {
    struct use use = {.highest = NAN};
    for (size_t i = 0; i < daily->count; i++) {
        double value = measure_of(&daily->days[i], limit->measure);
        if (!isfinite(value)) continue;
        use.near += value >= NEAR_PART * limit->limit;
        if (value <= use.highest) continue;
        use.highest = value;
        use.date = daily->days[i].date;
    }
    return use;
}

struct limits {
    const struct fold_view *view;
    struct use *uses; // [limit_count], from end() on
};

static void close_limits(void *fold) {
    struct limits *self = fold;
    if (self == NULL) return;
    free(self->uses);
    free(self);
}

static void *open_limits(const struct fold_view *view) {
    struct limits *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->view = view;
    self->uses = calloc(view->config->limit_count + 1, sizeof *self->uses);
    if (self->uses != NULL) return self;
    close_limits(self);
    return NULL;
}

static int end(void *fold, const struct fold_view *view) {
    struct limits *self = fold;
    for (size_t i = 0; i < view->config->limit_count; i++)
        self->uses[i] = use_of(view->daily, &view->config->limits[i]);
    return 0;
}

static size_t rows(const void *fold) {
    return ((const struct limits *)fold)->view->config->limit_count;
}

static void cell(const void *fold, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct limits *self = fold;
    const struct report_limit *limit = &self->view->config->limits[row];
    *ret_cell = (struct fold_cell){0};
    if (column == LIMIT) {
        ret_cell->text = limit->name;
    } else if (column == MEASURE) {
        ret_cell->text = measures[limit->measure];
    } else if (column == VALUE) {
        ret_cell->number = limit->limit;
    } else {
        struct use use = self->uses[row];
        ret_cell->missing = isnan(use.highest);
        if (column == WHEN)
            ret_cell->integer = use.date;
        else if (column == NEAR)
            ret_cell->integer = use.near;
        else
            ret_cell->number = column == HIGHEST ? use.highest : use.highest / limit->limit;
    }
}

extern const struct fold fold_limits;
const struct fold fold_limits = {
    .name = "limits",
    .title = "Limits",
    .summary = "How much of each limit was used at the ends of days.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_limits,
    .close = close_limits,
    .end = end,
    .rows = rows,
    .cell = cell,
};
