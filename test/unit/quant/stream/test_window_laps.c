// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/window_laps.h"

#include "harness.h"
#include "quant/stream/window_pair.h"

enum { ROWS = 1100, SLOTS_MAX = PAIR_SUMS * LAP_MAX };

static double first[ROWS], second[ROWS];

static void make_values(void) {
    uint64_t seed = 3;
    for (size_t i = 0; i < ROWS; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        first[i] = 1e4 + (double)(seed >> 40) / 65536;
        second[i] = i % 7 == 0 ? -0.0 : first[i] * (double)(seed >> 56);
    }
}

static void only_whole_groups_of_laps_are_taken(void **state) {
    static const struct {
        uint32_t period;
        size_t count, taken;
    } rows[] = {
        {3, ROWS, 0}, {4, 15, 0}, {4, 16, 16}, {4, 31, 16}, {5, 59, 40}, {LAP_MAX + 1, ROWS, 0},
    };
    (void)state;
    make_values();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double slots[2 * (LAP_MAX + 1)] = {0}, ret[ROWS], squares[ROWS], origin = 0;
        uint32_t period = rows[i].period;
        size_t count = rows[i].count;
        assert_int_equal(window_laps_sum(slots, first, period, count, 1, ret), rows[i].taken);
        assert_int_equal(window_laps_weighted(slots, first, period, count, 1, ret), rows[i].taken);
        assert_int_equal(window_laps_moments(slots, &origin, first, period, count, ret, squares),
                         rows[i].taken);
    }
}

static size_t asked_for; // which of the sums is made

static void one_sum(const double *restrict sums, size_t stride, size_t count, double period,
                    double *restrict ret) {
    memcpy(ret, sums + asked_for * stride, count * sizeof *ret);
}

// Two calls, so that the second begins with the folds and origins that the first has left.
static void laps_of_pairs_are_their_pushes_bit_by_bit(void **state) {
    static const uint32_t periods[] = {4, 5, 6, 7, 8, 29, 30, LAP_PAIR_MAX};
    (void)state;
    make_values();
    for (size_t p = 0; p < sizeof periods / sizeof *periods; p++) {
        uint32_t period = periods[p];
        static double slots[2][SLOTS_MAX], columns[PAIR_SUMS][ROWS];
        double origins[2];
        struct window_pair pair = window_pair_make(period);
        memset(slots[1], 0, sizeof slots[1]);
        size_t taken = 0;
        for (asked_for = 0; asked_for < PAIR_SUMS; asked_for++) {
            double *column = columns[asked_for];
            memset(slots[0], 0, sizeof slots[0]);
            origins[0] = origins[1] = 0;
            taken = window_laps_pair(slots[0], origins, first, second, period, ROWS / 2, one_sum,
                                     column);
            assert_true(taken > 0);
            taken += window_laps_pair(slots[0], origins, first + taken, second + taken, period,
                                      ROWS - taken, one_sum, column + taken);
            assert_true(taken > ROWS - 4 * period);
        }
        for (size_t i = 0; i < taken; i++) {
            double sums[PAIR_SUMS];
            window_pair_push(&pair, slots[1], first[i], second[i], sums);
            for (size_t s = 0; s < PAIR_SUMS; s++)
                assert_memory_equal(&sums[s], &columns[s][i], sizeof(double));
        }
        assert_memory_equal(slots[0], slots[1], window_pair_slots(period) * sizeof(double));
        assert_memory_equal(&origins[0], &pair.origin_x, sizeof(double));
        assert_memory_equal(&origins[1], &pair.origin_y, sizeof(double));
    }
}

static void pairs_of_longer_laps_are_not_taken(void **state) {
    static double slots[SLOTS_MAX], ret[ROWS];
    double origins[2] = {0, 0};
    (void)state;
    assert_int_equal(
        window_laps_pair(slots, origins, first, second, LAP_PAIR_MAX + 1, ROWS, one_sum, ret), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_whole_groups_of_laps_are_taken),
        cmocka_unit_test(laps_of_pairs_are_their_pushes_bit_by_bit),
        cmocka_unit_test(pairs_of_longer_laps_are_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
