// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>

#include "averages.h"
#include "harness.h"
#include "quant/stream/average.h"
#include "twin.h"

#define TWIN(name, type)                                                                           \
    static void name##_twin(const double *const *in, size_t count, const double *params,           \
                            double *const *out) {                                                  \
        naive_average(type, in[0], count, (size_t)params[0], out[0]);                              \
    }

TWIN(sma, AVERAGE_SMA)
TWIN(ema, AVERAGE_EMA)
TWIN(wma, AVERAGE_WMA)
TWIN(dema, AVERAGE_DEMA)
TWIN(tema, AVERAGE_TEMA)
TWIN(trima, AVERAGE_TRIMA)
TWIN(kama, AVERAGE_KAMA)

static void ma_twin(const double *const *in, size_t count, const double *params,
                    double *const *out) {
    naive_average((int)params[1], in[0], count, (size_t)params[0], out[0]);
}

static void t3_twin(const double *const *in, size_t count, const double *params,
                    double *const *out) {
    naive_t3(in[0], count, (size_t)params[0], params[1], out[0]);
}

static void each_average_equals_its_definition(void **state) {
    static const struct {
        const char *name;
        twin_fn *twin;
        size_t min;
    } rows[] = {{"sma", sma_twin, 1},   {"ema", ema_twin, 1},   {"wma", wma_twin, 1},
                {"dema", dema_twin, 2}, {"tema", tema_twin, 2}, {"trima", trima_twin, 2},
                {"kama", kama_twin, 2}};
    static const size_t periods[] = {1, 2, 3, 5, 8, 9, 30, 111, 222};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (size_t p = 0; p < sizeof periods / sizeof *periods; p++) {
            char text[32];
            snprintf(text, sizeof text, "timeperiod=%zu", periods[p]);
            if (periods[p] >= rows[r].min) twin_check(rows[r].name, text, rows[r].twin);
        }
    twin_check("sma", "timeperiod=333", sma_twin);
    twin_check("wma", "timeperiod=600", wma_twin);
}

static void t3_equals_its_definition(void **state) {
    twin_check_within("t3", "", t3_twin, 1e-11);
    twin_check_within("t3", "timeperiod=2 vfactor=0", t3_twin, 1e-11);
    twin_check_within("t3", "timeperiod=30 vfactor=1", t3_twin, 1e-11);
}

static void ma_is_the_average_of_its_type(void **state) {
    twin_check("ma", "", ma_twin);
    twin_check("ma", "timeperiod=1 matype=mama", ma_twin);
    twin_check("ma", "timeperiod=7 matype=EMA", ma_twin);
    twin_check("ma", "timeperiod=7 matype=2", ma_twin);
    twin_check("ma", "timeperiod=7 matype=dema", ma_twin);
    twin_check("ma", "timeperiod=7 matype=Tema", ma_twin);
    twin_check("ma", "timeperiod=7 matype=trima", ma_twin);
    twin_check("ma", "timeperiod=7 matype=kama", ma_twin);
    twin_check_within("ma", "timeperiod=7 matype=7", ma_twin, 1e-9);
    twin_check_within("ma", "timeperiod=7 matype=t3", ma_twin, 1e-11);
}

static void averages_equal_the_reference(void **state) {
    static const struct {
        const char *name;
        int periods[3];
    } rows[] = {{"sma", {5, 20, 50}}, {"ema", {5, 20, 50}}, {"wma", {5, 20, 50}},
                {"dema", {10, 30}},   {"tema", {10, 30}},   {"kama", {10, 30}}};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (size_t p = 0; p < 3 && rows[r].periods[p] > 0; p++) {
            char text[32], column[32];
            snprintf(text, sizeof text, "timeperiod=%d", rows[r].periods[p]);
            snprintf(column, sizeof column, "%s_%d", rows[r].name, rows[r].periods[p]);
            for (char *at = column; *at != '\0'; at++) *at = (char)toupper((unsigned char)*at);
            golden_check(rows[r].name, text, "value", "expected", column, 1e-9);
        }
}

static void averages_do_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("sma", "timeperiod=20", sma_twin, 2000000, 20) <= 1e-14);
    assert_true(drift("sma", "timeperiod=1000", sma_twin, 2000000, 1000) <= 1e-13);
    assert_true(drift("wma", "timeperiod=20", wma_twin, 2000000, 20) <= 1e-14);
    assert_true(drift("wma", "timeperiod=1000", wma_twin, 2000000, 1000) <= 1e-13);
    assert_true(drift("trima", "timeperiod=100", trima_twin, 2000000, 100) <= 1e-13);
    assert_true(drift("ema", "timeperiod=20", ema_twin, 2000000, 1000) <= 1e-14);
}

static void an_average_of_equal_values_is_that_value(void **state) {
    static const char *const names[] = {"sma", "ema", "wma", "dema", "tema", "trima", "kama", "t3"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct indicator *indicator = indicator_find(names[i]);
        double params[2] = {8, 0.7}, x = 1024.5, value = 0;
        void *memory = malloc(indicator->state_size(params));
        indicator->init(memory, params);
        for (size_t row = 0; row < 200; row++) indicator->update(memory, &x, &value);
        assert_true(fabs(value - x) <= 1e-12 * x);
        free(memory);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_average_equals_its_definition),
        cmocka_unit_test(t3_equals_its_definition),
        cmocka_unit_test(ma_is_the_average_of_its_type),
        cmocka_unit_test(averages_equal_the_reference),
        cmocka_unit_test(averages_do_not_drift_in_two_million_rows),
        cmocka_unit_test(an_average_of_equal_values_is_that_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
