// SPDX-License-Identifier: Apache-2.0
#include "research/sweep/space.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { WORD_SIZE = 96 };

// What stands between two separators of an axis.
struct word {
    char text[WORD_SIZE];
};

// low:high[:step]
struct range {
    double low;
    double high;
    double step;
    bool factor;
};

void space_init(struct space *space, const struct param *table, size_t table_count,
                const double *base) {
    CHECK(table_count <= PARAMS_MAX);
    *space = (struct space){.table = table, .table_count = table_count, .points = 1};
    memcpy(space->base, base, table_count * sizeof *base);
}

static int take_word(const char **at, const char *separators, struct word *ret_word) {
    size_t len = strcspn(*at, separators);
    if (len >= WORD_SIZE) return ERR_SET(ERR_ARGUMENT, "'%.40s...' is too long", *at);
    memcpy(ret_word->text, *at, len);
    ret_word->text[len] = '\0';
    *at += len;
    return 0;
}

static int read_value(const struct space *space, uint32_t param, const char *text,
                      double *ret_value) {
    double values[PARAMS_MAX];
    if (params_set(space->table, space->table_count, space->table[param].name, text, values) < 0)
        return ERR_APPEND(ERR_ARGUMENT, "in param %s", space->table[param].name);
    *ret_value = values[param];
    return 0;
}

// The double nearest to its own 15 digits: what a step's decimals mean.
static double snap(double value) {
    char text[32];
    snprintf(text, sizeof text, "%.15g", value);
    return strtod(text, NULL);
}

// A step is of the parameter's unit, and need not be a value that the parameter takes.
static int read_step(const struct param *row, const char *text, struct range *range) {
    struct param free_row = *row;
    double value;
    range->factor = *text == 'x';
    if (range->factor) free_row.type = PARAM_REAL;
    free_row.min = 0;
    free_row.max = 1e15;
    if (params_set(&free_row, 1, row->name, text + range->factor, &value) < 0)
        return ERR_APPEND(ERR_ARGUMENT, "the step of param %s", row->name);
    if (range->factor ? !(value > 1) : !(value > 0))
        return ERR_SET(ERR_ARGUMENT, "param %s: the step '%s' is not above %s", row->name, text,
                       range->factor ? "x1" : "0");
    range->step = value;
    return 0;
}

static int read_range(const struct space *space, uint32_t param, const char *at,
                      struct range *ret_range) {
    const struct param *row = &space->table[param];
    struct word word;
    *ret_range = (struct range){.step = 1};
    if (row->type == PARAM_ENUM || row->type == PARAM_BOOL)
        return ERR_SET(ERR_ARGUMENT, "param %s: it has no range; list its values: %s=%s", row->name,
                       row->name, row->type == PARAM_BOOL ? "off,on" : "a,b");
    TRY(take_word(&at, ":", &word));
    TRY(read_value(space, param, word.text, &ret_range->low));
    at++;
    TRY(take_word(&at, ":", &word));
    TRY(read_value(space, param, word.text, &ret_range->high));
    if (ret_range->low > ret_range->high)
        return ERR_SET(ERR_ARGUMENT, "param %s: the range from %g to %g is empty", row->name,
                       ret_range->low, ret_range->high);
    if (*at == ':') return read_step(row, at + 1, ret_range);
    if (row->type == PARAM_INT) return 0;
    return ERR_SET(ERR_ARGUMENT, "param %s: it is no whole number; give the step too: %s=%g:%g:%g",
                   row->name, row->name, ret_range->low, ret_range->high,
                   (ret_range->high - ret_range->low) / 10);
}

static int too_many(const char *name) {
    return ERR_SET(ERR_ARGUMENT, "param %s: more than %d values", name, SPACE_AXIS_MAX);
}

// The i-th value of a range; past its end: NaN.
static double range_value(const struct param *row, const struct range *range, uint32_t i) {
    double value = range->low + i * range->step;
    if (range->factor) {
        value = range->low;
        for (uint32_t k = 0; k < i && value <= range->high; k++) value *= range->step;
    }
    if (row->type == PARAM_INT) value = floor(value + 0.5);
    value = snap(value);
    return value > range->high ? NAN : value;
}

static int add_range(struct space_axis *axis, struct arena *arena, const struct param *row,
                     const struct range *range) {
    if (range->factor && !(range->low > 0))
        return ERR_SET(ERR_ARGUMENT, "param %s: a range by a factor begins above 0", row->name);
    if (!range->factor && (range->high - range->low) / range->step >= SPACE_AXIS_MAX)
        return too_many(row->name);
    uint32_t count = 0;
    while (!isnan(range_value(row, range, count)) && count <= SPACE_AXIS_MAX) count++;
    if (count > SPACE_AXIS_MAX) return too_many(row->name);
    double *values = ARENA_NEW(arena, double, count);
    if (values == NULL) return ERR_NOMEM;
    // Factors near 1 repeat a whole number.
    for (uint32_t i = 0; i < count; i++) {
        double value = range_value(row, range, i);
        if (axis->count == 0 || value != values[axis->count - 1]) values[axis->count++] = value;
    }
    axis->values = values;
    return 0;
}

static int add_list(const struct space *space, struct space_axis *axis, struct arena *arena,
                    const char *at) {
    const char *name = space->table[axis->param].name;
    uint32_t count = 1;
    for (const char *c = at; *c != '\0'; c++) count += *c == ',';
    if (count > SPACE_AXIS_MAX) return too_many(name);
    double *values = ARENA_NEW(arena, double, count);
    if (values == NULL) return ERR_NOMEM;
    struct word word;
    for (uint32_t i = 0; i < count; i++, at++) {
        TRY(take_word(&at, ",", &word));
        TRY(read_value(space, axis->param, word.text, &values[i]));
        for (uint32_t k = 0; k < i; k++)
            if (values[k] == values[i])
                return ERR_SET(ERR_ARGUMENT, "param %s: %s is listed twice", name, word.text);
    }
    axis->values = values;
    axis->count = count;
    return 0;
}

// "name=..." to the row of its parameter; *ret_at is what follows the sign.
static int find_param(const struct space *space, const char *text, const char **ret_at,
                      uint32_t *ret_param) {
    const char *at = text;
    struct word name;
    TRY(take_word(&at, "=", &name));
    if (*at != '=' || name.text[0] == '\0' || at[1] == '\0')
        return ERR_SET(ERR_ARGUMENT,
                       "param: '%s' is not of the form NAME=LOW:HIGH[:STEP], "
                       "NAME=A,B or NAME=VALUE",
                       text);
    int index = params_find(space->table, space->table_count, name.text);
    if (index < 0) {
        double values[PARAMS_MAX];
        int rc = params_set(space->table, space->table_count, name.text, "0", values);
        CHECK(rc < 0);
        return ERR_APPEND(ERR_ARGUMENT, "in param %s", text);
    }
    for (uint32_t i = 0; i < space->axis_count; i++)
        if (space->axes[i].param == (uint32_t)index)
            return ERR_SET(ERR_ARGUMENT, "param %s is given twice", name.text);
    *ret_at = at + 1;
    *ret_param = (uint32_t)index;
    return 0;
}

int space_add(struct space *space, struct arena *arena, const char *text) {
    struct space_axis axis = {0};
    const char *at;
    TRY(find_param(space, text, &at, &axis.param));
    const struct param *row = &space->table[axis.param];
    if (strchr(at, ':') != NULL) {
        struct range range;
        TRY(read_range(space, axis.param, at, &range));
        TRY(add_range(&axis, arena, row, &range));
    } else {
        TRY(add_list(space, &axis, arena, at));
    }
    if (space->points > SPACE_POINTS_MAX / axis.count)
        return ERR_SET(ERR_ARGUMENT, "param %s: the space has more than 2^62 points", row->name);
    space->points *= axis.count;
    space->axes[space->axis_count++] = axis;
    return 0;
}

void space_coordinates(const struct space *space, uint64_t point, uint32_t *ret_coordinates) {
    CHECK(point < space->points);
    for (uint32_t i = space->axis_count; i-- > 0;) {
        ret_coordinates[i] = (uint32_t)(point % space->axes[i].count);
        point /= space->axes[i].count;
    }
}

uint64_t space_point(const struct space *space, const uint32_t *coordinates) {
    uint64_t point = 0;
    for (uint32_t i = 0; i < space->axis_count; i++) {
        CHECK(coordinates[i] < space->axes[i].count);
        point = point * space->axes[i].count + coordinates[i];
    }
    return point;
}

void space_values(const struct space *space, uint64_t point, double ret_values[PARAMS_MAX]) {
    uint32_t coordinates[PARAMS_MAX];
    memcpy(ret_values, space->base, space->table_count * sizeof *ret_values);
    space_coordinates(space, point, coordinates);
    for (uint32_t i = 0; i < space->axis_count; i++)
        ret_values[space->axes[i].param] = space->axes[i].values[coordinates[i]];
}
