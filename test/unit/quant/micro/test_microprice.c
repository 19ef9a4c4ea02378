// SPDX-License-Identifier: Apache-2.0
// The second computation is the series itself: powers of B, and Q as a series too, without solving anything.
#include "quant/micro/microprice.h"

#include <math.h>
#include <stdbool.h>

#include "base/prng.h"
#include "harness.h"

static void count_many(struct microprice_counts *counts, uint32_t from, uint32_t to, int64_t jump,
                       int times) {
    for (int i = 0; i < times; i++) microprice_count(counts, from, to, jump);
}

static void near(double got, double expected, double tolerance) {
    if (!(fabs(got - expected) <= tolerance)) fail_msg("%.17g is not %.17g", got, expected);
}

// Three states, in cents. From the high one the mid goes up three times of four and down once, so G1 is half a
// cent; it stays high after half of the moves and is low after a fifth, so G* = 0.5 / (1 - (0.5 - 0.2)) = 5/7
// cents: 1/140 dollars.
static void three_states_by_hand(void **state) {
    struct microprice_counts counts = {.states = 3};
    struct microprice_fit fit;
    count_many(&counts, 2, 2, 1, 8);
    count_many(&counts, 2, 2, -1, 2);
    count_many(&counts, 2, 1, 1, 5);
    count_many(&counts, 2, 1, -1, 1);
    count_many(&counts, 2, 0, 1, 2);
    count_many(&counts, 2, 0, -1, 2);
    count_many(&counts, 1, 0, -1, 3);
    assert_ok(microprice_fit(&counts, &fit));
    near(fit.first[2] / 100, 0.005, 1e-12);
    near(fit.first[0] / 100, -0.005, 1e-12);
    near(fit.adjustment[2] / 100, 1.0 / 140, 1e-12);
    near(fit.adjustment[0] / 100, -1.0 / 140, 1e-12);
    near(fit.adjustment[1], 0, 1e-12);
}

static void staying_where_it_is_changes_nothing(void **state) {
    struct microprice_counts counts = {.states = 3};
    struct microprice_fit plain, lazy;
    count_many(&counts, 2, 2, 1, 7);
    count_many(&counts, 2, 0, -1, 3);
    count_many(&counts, 1, 2, 1, 3);
    assert_ok(microprice_fit(&counts, &plain));
    count_many(&counts, 2, 2, 0, 1000);
    assert_ok(microprice_fit(&counts, &lazy));
    for (int i = 0; i < 3; i++) near(lazy.adjustment[i], plain.adjustment[i], 1e-12);
}

// y = M x, `states` square.
static void multiply(const double *matrix, size_t states, const double *x, double *ret) {
    for (size_t i = 0; i < states; i++) {
        ret[i] = 0;
        for (size_t k = 0; k < states; k++) ret[i] += matrix[i * states + k] * x[k];
    }
}

// sum over i of M^i x, until nothing is left.
static void series(const double *matrix, size_t states, double *x) {
    double term[MICROPRICE_STATES_MAX], next[MICROPRICE_STATES_MAX];
    memcpy(term, x, states * sizeof *x);
    for (int i = 0; i < 100000; i++) {
        double most = 0;
        multiply(matrix, states, term, next);
        for (size_t k = 0; k < states; k++) {
            term[k] = next[k];
            x[k] += next[k];
            most = fmax(most, fabs(next[k]));
        }
        if (most < 1e-18) return;
    }
}

static void drawn_chains_equal_the_series(void **state) {
    struct prng prng;
    prng_seed(&prng, 7);
    for (size_t states = 2; states <= MICROPRICE_STATES_MAX; states++) {
        struct microprice_counts counts = {.states = states};
        struct microprice_fit fit;
        enum { MAX = MICROPRICE_STATES_MAX };
        double q[MAX * MAX] = {0}, t[MAX * MAX] = {0}, r[MAX] = {0}, n[MAX] = {0};
        for (int i = 0; i < 20000; i++) {
            uint32_t x = (uint32_t)prng_below(&prng, states),
                     y = (uint32_t)prng_below(&prng, states);
            bool up = prng_below(&prng, states) <= x;
            int64_t jump =
                prng_below(&prng, 3) ? 0 : (up ? 1 : -1) * (1 + (int64_t)prng_below(&prng, 2));
            microprice_count(&counts, x, y, jump);
            for (int turn = 0; turn < 2; turn++) { // each transition and its mirror image
                (jump ? t : q)[x * states + y]++;
                r[x] += (double)jump;
                n[x]++;
                x = (uint32_t)states - 1 - x;
                y = (uint32_t)states - 1 - y;
                jump = -jump;
            }
        }
        for (size_t i = 0; i < states * states; i++) {
            q[i] /= n[i / states];
            t[i] /= n[i / states];
        }
        for (size_t i = 0; i < states; i++) r[i] /= n[i];
        assert_ok(microprice_fit(&counts, &fit));
        series(q, states, r); // G1 = sum of Q^i R
        for (size_t i = 0; i < states; i++) near(fit.first[i], r[i], 1e-12);
        double sum[MAX], step[MAX];
        memcpy(sum, r, sizeof sum);
        memcpy(step, r, sizeof step);
        for (int i = 0; i < 20000; i++) { // B x = sum of Q^i T x
            double moved[MAX];
            multiply(t, states, step, moved);
            series(q, states, moved);
            double most = 0;
            for (size_t k = 0; k < states; k++) {
                step[k] = moved[k];
                sum[k] += moved[k];
                most = fmax(most, fabs(moved[k]));
            }
            if (most < 1e-17) break;
        }
        for (size_t i = 0; i < states; i++) near(fit.adjustment[i], sum[i], 1e-12);
    }
}

static void a_mid_that_never_moves_has_no_price(void **state) {
    struct microprice_counts counts = {.states = 5};
    struct microprice_fit fit;
    count_many(&counts, 0, 1, 0, 10);
    count_many(&counts, 1, 0, 0, 10);
    assert_int_equal(microprice_fit(&counts, &fit), ERR_UNSUPPORTED);
    count_many(&counts, 2, 2, 1, 10); // another state's moves do not help
    assert_int_equal(microprice_fit(&counts, &fit), ERR_UNSUPPORTED);
    count_many(&counts, 1, 2, 1, 1);
    assert_ok(microprice_fit(&counts, &fit));
}

static void states_are_equal_buckets(void **state) {
    assert_int_equal(microprice_state(0, 5), 0);
    assert_int_equal(microprice_state(0.1999, 5), 0);
    assert_int_equal(microprice_state(0.2, 5), 1);
    assert_int_equal(microprice_state(0.5, 5), 2);
    assert_int_equal(microprice_state(1, 5), 4);
    assert_int_equal(microprice_state(NAN, 5), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_states_by_hand),
        cmocka_unit_test(staying_where_it_is_changes_nothing),
        cmocka_unit_test(drawn_chains_equal_the_series),
        cmocka_unit_test(a_mid_that_never_moves_has_no_price),
        cmocka_unit_test(states_are_equal_buckets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
