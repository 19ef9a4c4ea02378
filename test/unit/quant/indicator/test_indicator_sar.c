// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

struct speeds {
    double init, step, max;
};

// What Wilder's rules say, one bar at a time: the stop of today is known yesterday.
static void parabolic(const double *high, const double *low, size_t count, double start,
                      double offset, struct speeds rising, struct speeds falling, bool signed_,
                      double *ret) {
    bool is_long = !(low[0] - low[1] > 0 && low[0] - low[1] > high[1] - high[0]);
    if (start != 0) is_long = start > 0;
    double stop = start != 0 ? fabs(start) : is_long ? low[0] : high[0];
    double extreme = is_long ? high[1] : low[1];
    double factor = is_long ? rising.init : falling.init;
    ret[0] = NAN;
    for (size_t i = 1; i < count; i++) {
        // On the first day the day before is taken to have been like it.
        double top = fmax(high[i], high[i > 1 ? i - 1 : i]);
        double bottom = fmin(low[i], low[i > 1 ? i - 1 : i]);
        if (is_long ? low[i] <= stop : high[i] >= stop) {
            is_long = !is_long;
            stop = is_long ? fmin(extreme, bottom) : fmax(extreme, top);
            stop = is_long ? stop - stop * offset : stop + stop * offset;
            factor = is_long ? rising.init : falling.init;
            extreme = is_long ? high[i] : low[i];
            ret[i] = signed_ && !is_long ? -stop : stop;
        } else {
            ret[i] = signed_ && !is_long ? -stop : stop;
            if (is_long ? high[i] > extreme : low[i] < extreme) {
                extreme = is_long ? high[i] : low[i];
                factor = is_long ? fmin(factor + rising.step, rising.max)
                                 : fmin(factor + falling.step, falling.max);
            }
        }
        stop += factor * (extreme - stop);
        stop = is_long ? fmin(stop, bottom) : fmax(stop, top);
    }
}

static struct speeds speeds_of(double init, double step, double max) {
    return (struct speeds){fmin(init, max), fmin(step, max), max};
}

static void sar(const double *const *in, size_t count, const double *params, double *const *out) {
    struct speeds speeds = speeds_of(params[0], params[0], params[1]);
    parabolic(in[0], in[1], count, 0, 0, speeds, speeds, false, out[0]);
}

static void sarext(const double *const *in, size_t count, const double *params,
                   double *const *out) {
    parabolic(in[0], in[1], count, params[0], params[1], speeds_of(params[2], params[3], params[4]),
              speeds_of(params[5], params[6], params[7]), true, out[0]);
}

static void both_equal_their_definition(void **state) {
    twin_check("sar", "", sar);
    twin_check("sar", "acceleration=0.1 maximum=0.05", sar);
    twin_check("sar", "acceleration=0 maximum=0", sar);
    twin_check("sarext", "", sarext);
    twin_check("sarext", "startvalue=99 offsetonreverse=0.01", sarext);
    twin_check("sarext", "startvalue=-105 accelerationinitlong=0.05 accelerationshort=0.01",
               sarext);
    twin_check("sarext", "accelerationmaxlong=0.01 accelerationmaxshort=0.5", sarext);
}

static void sar_equals_the_reference(void **state) {
    golden_check("sar", "", "value", "expected", "SAR_0.02_0.2", 1e-9);
    golden_check("sar", "acceleration=0.05 maximum=0.1", "value", "expected", "SAR_0.05_0.1", 1e-9);
}

// New Concepts in Technical Trading Systems (1978): the book prints two or three decimals.
static void sar_is_what_wilder_printed(void **state) {
    const struct indicator *indicator = indicator_find("sar");
    FILE *file = fopen(harness_shared("golden/indicators/wilder_sar.csv"), "r");
    char line[128];
    double params[] = {0.02, 0.2};
    size_t printed = 0, rows = 0;
    void *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) {
        double in[2], expected, value = NAN;
        char *cells[5], *rest = line;
        for (size_t i = 0; i < 5; i++) cells[i] = strsep(&rest, ",\r\n");
        in[0] = strtod(cells[1], NULL);
        in[1] = strtod(cells[2], NULL);
        indicator->update(memory, in, &value);
        expected = strtod(cells[3], NULL);
        if (cells[3][0] != '\0') assert_true(fabs(value - expected) <= 1e-4);
        if (cells[4] != NULL && cells[4][0] != '\0') {
            assert_true(fabs(value - strtod(cells[4], NULL)) <= 0.01);
            printed++;
        }
        rows++;
    }
    fclose(file);
    free(memory);
    assert_int_equal(rows, 38);
    assert_true(printed >= 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_equal_their_definition),
        cmocka_unit_test(sar_equals_the_reference),
        cmocka_unit_test(sar_is_what_wilder_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
