// SPDX-License-Identifier: Apache-2.0
#include "averages.h"
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    naive_average((int)params[3], in[0], count, period, out[1]);
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < period) out[1][i] = NAN;
        double sd = NAN;
        if (i + 1 >= period)
            sd = sqrt(twin_squares(&in[0][i + 1 - period], period) / (double)period);
        if (sd < 1e-7) sd = 0; // as TA-Lib has it
        out[0][i] = out[1][i] + params[1] * sd;
        out[2][i] = out[1][i] - params[2] * sd;
    }
}

static void bbands_equal_their_definition(void **state) {
    twin_check("bbands", "", twin);
    twin_check("bbands", "period=2", twin);
    twin_check("bbands", "period=20 nbdevup=2 nbdevdn=0.5", twin);
    twin_check("bbands", "period=111 nbdevup=1.5", twin);
    twin_check("bbands", "period=7 nbdevup=-1", twin);
}

// The deviation is from the window's own mean whatever stands in the middle.
static void the_middle_is_any_average(void **state) {
    static const char *const types[] = {"ema", "wma", "dema", "tema", "trima", "kama", "t3"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char text[48];
        snprintf(text, sizeof text, "timeperiod=9 matype=%s", types[i]);
        twin_check_within("bbands", text, twin, 1e-11);
    }
    twin_check_within("bbands", "timeperiod=9 matype=mama", twin, 1e-9);
    twin_check_within("bbands", "timeperiod=90 matype=mama", twin, 1e-9);
}

static void bbands_equal_the_reference(void **state) {
    static const struct {
        const char *params, *column;
    } rows[] = {{"timeperiod=20", "20_2_2"},
                {"timeperiod=10 nbdevup=1.5 nbdevdn=2.5 matype=ema", "10_1.5_2.5_EMA"}};
    static const char *const names[] = {"UPPER", "MIDDLE", "LOWER"};
    static const char *const outputs[] = {"upperband", "middleband", "lowerband"};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (size_t k = 0; k < 3; k++) {
            char column[64];
            snprintf(column, sizeof column, "BBANDS_%s_%s", names[k], rows[r].column);
            golden_check("bbands", rows[r].params, outputs[k], "expected", column, 1e-6);
            golden_check("bbands", rows[r].params, outputs[k], "independent", column, 1e-9);
        }
}

static void bbands_do_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("bbands", "period=20", twin, 2000000, 20) <= 1e-13);
    assert_true(drift("bbands", "period=1000", twin, 2000000, 1000) <= 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bbands_equal_their_definition),
        cmocka_unit_test(the_middle_is_any_average),
        cmocka_unit_test(bbands_equal_the_reference),
        cmocka_unit_test(bbands_do_not_drift_in_two_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
