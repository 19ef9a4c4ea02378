// SPDX-License-Identifier: Apache-2.0
#include "drawn.h"

#include "harness.h"
#include "quant/indicator/candle.h"

static const double usual[4] = {100, 101.5, 99.5, 101};

static void mirror(const double *bar, double *ret_bar) {
    ret_bar[0] = 200 - bar[0];
    ret_bar[1] = 200 - bar[2];
    ret_bar[2] = 200 - bar[1];
    ret_bar[3] = 200 - bar[3];
}

static double value_of(const struct drawn *row, bool mirrored) {
    const struct indicator *indicator = indicator_find(row->name);
    assert_non_null(indicator);
    double params[1] = {0};
    params_defaults(indicator->params, indicator->param_count, params);
    struct candle_state state;
    assert_int_equal(indicator->state_size(params), sizeof state);
    indicator->init(&state, params);
    double value = NAN;
    for (size_t i = 0; i < CANDLE_HISTORY + DRAWN_BARS_MAX; i++) {
        const double *bar = i < CANDLE_HISTORY ? usual : row->bars[i - CANDLE_HISTORY];
        if (bar[0] == 0) break;
        double other[4];
        mirror(bar, other);
        indicator->update(&state, mirrored ? other : bar, &value);
    }
    return value;
}

void drawn_check(const struct drawn *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        for (int mirrored = 0; mirrored < 2; mirrored++) {
            double value = value_of(&rows[i], mirrored);
            int expected = mirrored ? rows[i].mirrored : rows[i].value;
            if (value != expected)
                fail_msg("row %zu, %s%s: %g, expected %d", i, rows[i].name,
                         mirrored ? " mirrored" : "", value, expected);
        }
        int fires = 0, misses = 0;
        for (size_t j = 0; j < count; j++) {
            bool same = strcmp(rows[j].name, rows[i].name) == 0;
            fires += same && rows[j].value != 0;
            misses += same && rows[j].value == 0;
        }
        if (fires == 0 || misses == 0) fail_msg("%s: no row, or no near miss", rows[i].name);
    }
}
