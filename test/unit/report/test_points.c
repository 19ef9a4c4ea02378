// SPDX-License-Identifier: Apache-2.0
#include "report/points.h"

#include <math.h>

#include "base/prng.h"
#include "base/timestamp.h"
#include "harness.h"

struct drawn {
    struct curve curve;
    struct benchmark benchmark;
    struct series series;
    struct points points;
};

static void draw(struct drawn *drawn, const int64_t *equity, int count, int64_t step_ns) {
    memset(drawn, 0, sizeof *drawn);
    curve_init(&drawn->curve);
    int32_t date = INT32_MAX;
    for (int i = 0; i < count; i++) {
        int64_t ts_ns = 1 + i * step_ns;
        if (i > 0 && curve_date(ts_ns) != date) assert_ok(curve_close_day(&drawn->curve));
        date = curve_date(ts_ns);
        curve_mark(&drawn->curve, ts_ns, MONEY(equity[i]), MONEY(0));
        assert_ok(benchmark_add(&drawn->benchmark, ts_ns, 10 + i));
    }
    assert_ok(curve_end(&drawn->curve));
    assert_ok(series_init(&drawn->series, &drawn->curve, &drawn->benchmark, 2, 252));
    assert_ok(points_init(&drawn->points, &drawn->curve, &drawn->series, 2));
}

static void rub_out(struct drawn *drawn) {
    points_fini(&drawn->points);
    series_fini(&drawn->series);
    benchmark_fini(&drawn->benchmark);
    curve_fini(&drawn->curve);
}

static void few_marks_are_drawn_as_they_are(void **state) {
    (void)state;
    static const int64_t equity[] = {10000, 12000, 9000, 9600, 13000};
    static const double depth[] = {0, 0, -0.25, -0.2, 0};
    struct drawn drawn;
    draw(&drawn, equity, 5, NS_PER_DAY);
    assert_int_equal(drawn.points.count, 5);
    for (int i = 0; i < 5; i++) {
        assert_true(drawn.points.equity[i] == (double)equity[i] / 100);
        assert_true(fabs(drawn.points.drawdown[i] - depth[i]) < 1e-15);
        assert_int_equal(drawn.points.times[i], 1 + i * NS_PER_DAY);
        // 10, 11, ... scaled to the 100.00 at the start.
        assert_true(fabs(drawn.points.benchmark[i] - (100 + 10 * i)) < 1e-9);
    }
    rub_out(&drawn);
}

// What is drawn never exaggerates a drawdown, and shows the last equity of each run of marks.
static void many_marks_are_drawn_as_few(void **state) {
    (void)state;
    enum { COUNT = 50000 };
    static int64_t equity[COUNT];
    struct prng prng;
    prng_seed(&prng, 5);
    equity[0] = 1000000;
    for (int i = 1; i < COUNT; i++)
        equity[i] = equity[i - 1] + (int64_t)prng_below(&prng, 401) - 200;
    struct drawn drawn;
    draw(&drawn, equity, COUNT, NS_PER_HOUR);
    assert_true(drawn.points.count <= POINTS_MAX && drawn.points.count > POINTS_MAX / 2);
    assert_int_equal(drawn.points.times[drawn.points.count - 1], 1 + (COUNT - 1) * NS_PER_HOUR);
    double deepest = 0, certain = 0, last = 0;
    for (size_t k = 0; k < drawn.points.count; k++) {
        int64_t row = (drawn.points.times[k] - 1) / NS_PER_HOUR;
        assert_true(drawn.points.equity[k] == (double)equity[row] / 100);
        deepest = fmin(deepest, drawn.points.drawdown[k]);
        last = fmax(last, drawn.points.equity[k]);
        certain = fmin(certain, drawn.points.equity[k] / last - 1);
    }
    assert_true(deepest >= drawn.curve.drawdowns[0].depth);
    assert_true(deepest <= certain);
    rub_out(&drawn);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_marks_are_drawn_as_they_are),
        cmocka_unit_test(many_marks_are_drawn_as_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
