// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/window.h"

#include <math.h>

#include "harness.h"

enum { ROWS = 6000, SLOTS = 2 * 2000 };

static double values[ROWS];

static void make_values(void) {
    uint64_t seed = 7;
    double x = 100;
    for (size_t i = 0; i < ROWS; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        if (i % 17 > 3) x += (double)(seed >> 40) / 16777216 - 0.5;
        values[i] = i % 101 < 6 ? -0.0 : x;
    }
}

// A run of the kind over rows [at, at + n) to the columns, and what the pushes give.
struct kind {
    const char *name;
    void (*init)(void *state, uint32_t period);
    void (*push)(void *state, double *slots, double x, double *ret);
    void (*run)(void *state, double *slots, const double *x, size_t n, double *const *ret);
    size_t state_size;
    size_t slots_a_value;
    size_t columns;
};

#define KIND(kind_, type_)                                                                         \
    static void kind_##_init(void *state, uint32_t period) {                                       \
        *(type_ *)state = window_##kind_##_make(period);                                           \
    }

static void delay_init(void *state, uint32_t period) {
    *(struct window *)state = window_make(period);
}

static void delay_push(void *state, double *slots, double x, double *ret) {
    ret[0] = window_delay_push(state, slots, x);
}

static void delay_run(void *state, double *slots, const double *x, size_t n, double *const *ret) {
    window_delay_run(state, slots, x, n, ret[0]);
}

KIND(sum, struct window_sum)

static void sum_push(void *state, double *slots, double x, double *ret) {
    ret[0] = window_sum_push(state, slots, x);
}

static void sum_run(void *state, double *slots, const double *x, size_t n, double *const *ret) {
    window_sum_run(state, slots, x, n, ret[0]);
}

static void mean_push(void *state, double *slots, double x, double *ret) {
    ret[0] = window_sum_push(state, slots, x) / 3;
}

static void mean_run(void *state, double *slots, const double *x, size_t n, double *const *ret) {
    window_mean_run(state, slots, x, n, 3, ret[0]);
}

KIND(max, struct window_max)

static void max_push(void *state, double *slots, double x, double *ret) {
    ret[0] = window_max_push(state, slots, x);
}

static void max_run(void *state, double *slots, const double *x, size_t n, double *const *ret) {
    window_max_run(state, slots, x, n, ret[0]);
}

static void min_push(void *state, double *slots, double x, double *ret) {
    ret[0] = window_min_push(state, slots, x);
}

static void min_run(void *state, double *slots, const double *x, size_t n, double *const *ret) {
    window_min_run(state, slots, x, n, ret[0]);
}

KIND(moments, struct window_moments)

static void moments_push(void *state, double *slots, double x, double *ret) {
    struct moments moments = window_moments_push(state, slots, x);
    ret[0] = moments.mean;
    ret[1] = moments.squares;
}

static void moments_run(void *state, double *slots, const double *x, size_t n, double *const *ret) {
    window_moments_run(state, slots, x, n, ret[0], ret[1]);
}

KIND(weighted, struct window_weighted)

static void weighted_push(void *state, double *slots, double x, double *ret) {
    ret[0] = window_weighted_push(state, slots, x) / 7;
}

static void weighted_run(void *state, double *slots, const double *x, size_t n,
                         double *const *ret) {
    window_weighted_run(state, slots, x, n, 7, ret[0]);
}

static const struct kind kinds[] = {
    {"delay", delay_init, delay_push, delay_run, sizeof(struct window), 1, 1},
    {"sum", sum_init, sum_push, sum_run, sizeof(struct window_sum), 1, 1},
    {"mean", sum_init, mean_push, mean_run, sizeof(struct window_sum), 1, 1},
    {"max", max_init, max_push, max_run, sizeof(struct window_max), 1, 1},
    {"min", max_init, min_push, min_run, sizeof(struct window_max), 1, 1},
    {"moments", moments_init, moments_push, moments_run, sizeof(struct window_moments), 2, 2},
    {"weighted", weighted_init, weighted_push, weighted_run, sizeof(struct window_weighted), 2, 1},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

// Runs of many lengths, from within a lap to many laps at once.
static void compare(const struct kind *kind, uint32_t period) {
    static const size_t steps[] = {1, 2, 7, 64, 255, 256, 257, 2048, 5};
    static double slots[2][SLOTS], columns[2][ROWS];
    double *const outputs[2] = {columns[0], columns[1]};
    uint64_t states[2][8] = {{0}, {0}};
    memset(slots, 0, sizeof slots);
    kind->init(states[0], period);
    kind->init(states[1], period);
    for (size_t at = 0, n, turn = 0; at < ROWS; at += n, turn++) {
        n = steps[turn % (sizeof steps / sizeof *steps)];
        if (n > ROWS - at) n = ROWS - at;
        double *const here[2] = {outputs[0] + at, outputs[1] + at};
        kind->run(states[0], slots[0], values + at, n, here);
        for (size_t i = 0; i < n; i++) {
            double pushed[2];
            kind->push(states[1], slots[1], values[at + i], pushed);
            for (size_t c = 0; c < kind->columns; c++)
                if (memcmp(&pushed[c], &here[c][i], sizeof(double)) != 0)
                    fail_msg("%s of %u, row %zu: %.17g, pushed %.17g", kind->name, period, at + i,
                             here[c][i], pushed[c]);
        }
        assert_memory_equal(states[0], states[1], kind->state_size);
        assert_memory_equal(slots[0], slots[1], kind->slots_a_value * period * sizeof(double));
    }
}

static void a_run_is_its_pushes_bit_by_bit(void **state) {
    static const uint32_t periods[] = {1,  2,  3,  4,  5,  6,   7,   8,   9,
                                       14, 30, 63, 64, 65, 200, 512, 513, 1999};
    make_values();
    for (size_t k = 0; k < KINDS; k++)
        for (size_t p = 0; p < sizeof periods / sizeof *periods; p++)
            compare(&kinds[k], periods[p]);
}

static void a_window_is_the_last_values(void **state) {
    enum { PERIOD = 11 };
    static double slots[5][2 * PERIOD];
    struct window_sum sum = window_sum_make(PERIOD);
    struct window_max max = window_max_make(PERIOD), min = window_max_make(PERIOD);
    struct window_weighted weighted = window_weighted_make(PERIOD);
    make_values();
    for (size_t i = 0; i < 500; i++) {
        double total = window_sum_push(&sum, slots[0], values[i]);
        double top = window_max_push(&max, slots[1], values[i]);
        double bottom = window_min_push(&min, slots[2], values[i]);
        double heavy = window_weighted_push(&weighted, slots[3], values[i]);
        assert_int_equal(sum.at.full, i + 1 >= PERIOD);
        if (sum.at.full == 0) continue;
        double naive[4] = {0, values[i], values[i], 0};
        for (size_t k = 0; k < PERIOD; k++) {
            naive[0] += values[i - k];
            naive[1] = fmax(naive[1], values[i - k]);
            naive[2] = fmin(naive[2], values[i - k]);
            naive[3] += (double)(PERIOD - k) * values[i - k];
        }
        assert_true(fabs(total - naive[0]) <= 1e-12 * fabs(naive[0]));
        assert_true(top == naive[1] && bottom == naive[2]);
        assert_true(fabs(heavy - naive[3]) <= 1e-12 * fabs(naive[3]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_its_pushes_bit_by_bit),
        cmocka_unit_test(a_window_is_the_last_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
