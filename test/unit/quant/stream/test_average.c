// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/average.h"

#include "averages.h"
#include "harness.h"
#include "twin.h"

enum { ROWS = 1500 };

static struct average *make(enum average_type type, uint32_t period) {
    struct average *average = malloc(average_size(type, period));
    assert_int_equal(average_size(type, period) % 8, 0);
    average_init(average, type, period);
    return average;
}

static void a_run_of_each_type_is_its_pushes_bit_by_bit(void **state) {
    static const uint32_t periods[] = {1, 2, 3, 7, 30, 200};
    static const size_t steps[] = {1, 3, 100, 256, 300, 31};
    static struct bars bars;
    bars_make(&bars, ROWS, 9);
    for (enum average_type type = 0; type < AVERAGE_TYPES; type++)
        for (size_t p = 0; p < sizeof periods / sizeof *periods; p++) {
            struct average *run = make(type, periods[p]), *push = make(type, periods[p]);
            double out[ROWS];
            for (size_t at = 0, n, turn = 0; at < ROWS; at += n, turn++) {
                n = steps[turn % (sizeof steps / sizeof *steps)];
                if (n > ROWS - at) n = ROWS - at;
                average_run(run, bars.close + at, n, out + at);
                for (size_t i = at; i < at + n; i++) {
                    double pushed = average_push(push, bars.close[i]);
                    assert_memory_equal(&pushed, &out[i], sizeof pushed);
                }
                assert_memory_equal(run, push, average_size(type, periods[p]));
            }
            assert_int_equal(naive_first(out, ROWS), average_lookback(type, periods[p]));
            free(run);
            free(push);
        }
}

static void an_average_of_one_value_is_that_value_whatever_its_type(void **state) {
    for (enum average_type type = 0; type < AVERAGE_TYPES; type++) {
        struct average *average = make(type, 1);
        for (double x = -3; x < 3; x += 0.125) assert_true(average_push(average, x) == x);
        assert_int_equal(average_lookback(type, 1), 0);
        free(average);
    }
}

static void check_pair(const struct average_kind *kinds, bool together) {
    static struct bars bars;
    static double first[ROWS], second[ROWS], naive[ROWS];
    struct average_pair *run = malloc(average_pair_size(kinds));
    struct average_pair *push = malloc(average_pair_size(kinds));
    size_t latest = average_pair_lookback(kinds);
    average_pair_init(run, kinds, together);
    average_pair_init(push, kinds, together);
    bars_make(&bars, ROWS, 4);
    average_pair_run(run, bars.close, 11, first, second);
    average_pair_run(run, bars.close + 11, ROWS - 11, first + 11, second + 11);
    for (size_t i = 0; i < ROWS; i++) {
        double pushed[2];
        average_pair_push(push, bars.close[i], &pushed[0], &pushed[1]);
        assert_memory_equal(&pushed[0], &first[i], sizeof(double));
        assert_memory_equal(&pushed[1], &second[i], sizeof(double));
    }
    for (size_t k = 0; k < 2; k++) {
        size_t wait = together ? latest - average_lookback(kinds[k].type, kinds[k].period) : 0;
        naive_average(kinds[k].type, bars.close + wait, ROWS - wait, kinds[k].period, naive + wait);
        const double *column = k == 0 ? first : second;
        if (together) assert_int_equal(naive_first(column, ROWS), latest);
        for (size_t i = latest; i < ROWS; i++)
            assert_true(fabs(column[i] - naive[i]) <= 1e-11 * fabs(naive[i]));
    }
    free(run);
    free(push);
}

static void a_pair_starts_together_where_it_is_asked_to(void **state) {
    check_pair((struct average_kind[]){{AVERAGE_EMA, 12}, {AVERAGE_EMA, 26}}, true);
    check_pair((struct average_kind[]){{AVERAGE_EMA, 12}, {AVERAGE_EMA, 26}}, false);
    check_pair((struct average_kind[]){{AVERAGE_T3, 9}, {AVERAGE_KAMA, 10}}, true);
    check_pair((struct average_kind[]){{AVERAGE_SMA, 3}, {AVERAGE_WMA, 300}}, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_of_each_type_is_its_pushes_bit_by_bit),
        cmocka_unit_test(an_average_of_one_value_is_that_value_whatever_its_type),
        cmocka_unit_test(a_pair_starts_together_where_it_is_asked_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
