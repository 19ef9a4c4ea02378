// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/prng.h"
#include "ledger/muldiv.h"

static int128_t wide(int64_t high, uint64_t low) {
    return (int128_t)((unsigned __int128)(uint64_t)high << 64 | low);
}

static void halves_go_to_the_even_neighbour(void **state) {
    static const struct {
        int64_t a, b, c, quotient;
    } rows[] = {
        {1, 1, 2, 0},   {3, 1, 2, 2},   {5, 1, 2, 2},    {-1, 1, 2, 0},   {-3, 1, 2, -2},
        {3, -1, 2, -2}, {-5, -1, 2, 2}, {2, 1, 3, 1},    {1, 1, 3, 0},    {-2, 1, 3, -1},
        {7, 3, 1, 21},  {0, 5, 7, 0},   {10, 10, 8, 12}, {10, 11, 4, 28},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int128_t quotient;
        assert_int_equal(muldiv(rows[i].a, rows[i].b, rows[i].c, &quotient), 0);
        assert_true(quotient == rows[i].quotient);
    }
}

// Products beyond 128 bits, worked out on paper: with x = 2^100, x * 3 / 2 = 3 * 2^99; (2^126 * 2^100) / 2^110 = 2^116;
// and 2^120 * 5 / (2^121) = 2.5, to even 2; 2^120 * 7 / 2^121 = 3.5, to even 4.
static void wide_products_are_exact(void **state) {
    int128_t q;
    int128_t one = 1;
    assert_int_equal(muldiv(one << 100, 3, 2, &q), 0);
    assert_true(q == (int128_t)3 << 99);
    assert_int_equal(muldiv(one << 126, one << 100, one << 110, &q), 0);
    assert_true(q == one << 116);
    assert_int_equal(muldiv(one << 120, 5, one << 121, &q), 0);
    assert_true(q == 2);
    assert_int_equal(muldiv(one << 120, -7, one << 121, &q), 0);
    assert_true(q == -4);
}

// For any a, b and c: a x b x c / c gives a x b back, and with a remainder r < c / 2 added it still does.
static void products_of_random_factors_divide_back(void **state) {
    struct prng prng;
    prng_seed(&prng, 7);
    for (int i = 0; i < 20000; i++) {
        int128_t a =
            wide((int64_t)(prng_next(&prng) >> prng_below(&prng, 63) >> 1), prng_next(&prng));
        int128_t c =
            wide((int64_t)(prng_next(&prng) >> 2 >> prng_below(&prng, 62)), prng_next(&prng)) + 1;
        int128_t q;
        assert_int_equal(muldiv(a, c, c, &q), 0);
        assert_true(q == a);
        assert_int_equal(muldiv(-c, a, c, &q), 0);
        assert_true(q == -a);
        // a / c x c is within half a c of a.
        assert_int_equal(muldiv(a, 1, c, &q), 0);
        int128_t rest = a - q * c;
        assert_true(rest <= c - rest && -rest <= c + rest);
    }
}

static void what_does_not_fit_is_refused(void **state) {
    int128_t most = wide(INT64_MAX, UINT64_MAX);
    int128_t q = 5;
    assert_int_equal(muldiv(most, 2, 1, &q), ERR_RANGE);
    assert_int_equal(muldiv(most, most, 1, &q), ERR_RANGE);
    assert_int_equal(muldiv((int128_t)1 << 126, 2, 1, &q), ERR_RANGE);
    // (2^127 - 1) x 3 / 3 fits; 2^127 - 1/2 rounds up to 2^127, which does not.
    assert_int_equal(muldiv(most, 3, 3, &q), 0);
    assert_true(q == most);
    q = 5;
    int128_t odd = wide(INT64_MAX, UINT64_MAX);
    assert_int_equal(muldiv(odd, (int128_t)2 << 64, ((int128_t)2 << 64) - 1, &q), ERR_RANGE);
    assert_true(q == 5);
}

static void powers_of_ten_reach_38(void **state) {
    int128_t expected = 1;
    for (int n = 0; n <= 38; n++) {
        assert_true(muldiv_pow10(n) == expected);
        if (n < 38) expected *= 10;
    }
}

static void a_divisor_of_zero_or_less_is_a_bug(void **state) {
    for (int c = -1; c <= 0; c++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            int128_t q;
            assert_non_null(freopen("/dev/null", "w", stderr));
            signal(SIGABRT, SIG_DFL);
            (void)!muldiv(1, 1, c, &q);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halves_go_to_the_even_neighbour),
        cmocka_unit_test(wide_products_are_exact),
        cmocka_unit_test(products_of_random_factors_divide_back),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(powers_of_ten_reach_38),
        cmocka_unit_test(a_divisor_of_zero_or_less_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
