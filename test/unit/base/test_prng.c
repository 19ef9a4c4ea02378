// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/prng.h"

// From the algorithm as its authors describe it: prng.di.unimi.it, xoshiro256** 1.0 and splitmix64.
static uint64_t twin_next(uint64_t s[4]) {
    uint64_t x5 = s[1] * 5;
    uint64_t result = ((x5 << 7) + (x5 >> 57)) * 9;
    uint64_t t[4] = {s[0], s[1], s[2] ^ s[0], s[3] ^ s[1]};
    uint64_t last = t[3];
    uint64_t mixed[4] = {t[0] ^ last, t[1] ^ t[2], t[2] ^ (s[1] << 17),
                         (last << 45) + (last >> 19)};
    memcpy(s, mixed, sizeof mixed);
    return result;
}

static void the_published_sequence_comes_out(void **state) {
    // The first ten numbers from the state {1, 2, 3, 4}, as the Rust crate rand_xoshiro publishes them from the C code.
    static const uint64_t expected[] = {UINT64_C(11520),
                                        UINT64_C(0),
                                        UINT64_C(1509978240),
                                        UINT64_C(1215971899390074240),
                                        UINT64_C(1216172134540287360),
                                        UINT64_C(607988272756665600),
                                        UINT64_C(16172922978634559625),
                                        UINT64_C(8476171486693032832),
                                        UINT64_C(10595114339597558777),
                                        UINT64_C(2904607092377533576)};
    struct prng prng = {.s = {1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_true(prng_next(&prng) == expected[i]);
}

static void a_seed_goes_through_splitmix64(void **state) {
    // The first four numbers of splitmix64 from 1234567 (Rosetta Code, after Java's SplittableRandom).
    static const uint64_t expected[] = {
        UINT64_C(6457827717110365317), UINT64_C(3203168211198807973), UINT64_C(9817491932198370423),
        UINT64_C(4593380528125082431)};
    struct prng prng;
    prng_seed(&prng, 1234567);
    for (int i = 0; i < 4; i++) assert_true(prng.s[i] == expected[i]);
}

static void long_sequences_agree_with_the_twin(void **state) {
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct prng prng;
        prng_seed(&prng, seed);
        uint64_t twin[4];
        memcpy(twin, prng.s, sizeof twin);
        for (int i = 0; i < 1000; i++) assert_true(prng_next(&prng) == twin_next(twin));
    }
}

static void numbers_below_a_bound_are_even(void **state) {
    struct prng prng;
    prng_seed(&prng, 7);
    enum { BOUND = 6, DRAWS = 120000 };
    int counts[BOUND] = {0};
    for (int i = 0; i < DRAWS; i++) {
        uint64_t x = prng_below(&prng, BOUND);
        assert_true(x < BOUND);
        counts[x]++;
    }
    // Chi-square with 5 degrees of freedom: 20.5 is its 99.9 % quantile.
    double chi = 0;
    for (int i = 0; i < BOUND; i++) {
        double off = counts[i] - DRAWS / (double)BOUND;
        chi += off * off / (DRAWS / (double)BOUND);
    }
    assert_true(chi < 20.5);
    assert_int_equal(prng_below(&prng, 1), 0);
}

static void a_bound_that_rejects_half_of_the_draws_stays_even(void **state) {
    struct prng prng;
    prng_seed(&prng, 8);
    // Plain multiplication would give every third number below 3 * 2^62 half of the draws.
    uint64_t bound = 3 * (UINT64_C(1) << 62);
    int thirds[3] = {0};
    int residues[3] = {0};
    for (int i = 0; i < 30000; i++) {
        uint64_t x = prng_below(&prng, bound);
        assert_true(x < bound);
        thirds[x / (bound / 3)]++;
        residues[x % 3]++;
    }
    // Within five standard errors of 10,000.
    for (int i = 0; i < 3; i++) {
        assert_in_range(thirds[i], 9592, 10408);
        assert_in_range(residues[i], 9592, 10408);
    }
}

static void doubles_lie_in_the_unit_interval(void **state) {
    struct prng prng;
    prng_seed(&prng, 9);
    double sum = 0;
    double squares = 0;
    enum { DRAWS = 100000 };
    for (int i = 0; i < DRAWS; i++) {
        struct prng copy = prng;
        double x = prng_double(&prng);
        assert_true(x >= 0 && x < 1);
        assert_true(x == (double)(prng_next(&copy) >> 11) / 9007199254740992.0);
        sum += x;
        squares += x * x;
    }
    // Mean 1/2 and second moment 1/3, each within five standard errors.
    assert_true(sum / DRAWS > 0.5 - 0.0046 && sum / DRAWS < 0.5 + 0.0046);
    assert_true(squares / DRAWS > 0.3333 - 0.0048 && squares / DRAWS < 0.3334 + 0.0048);
    struct prng most = {.s = {0, UINT64_MAX, 0, 0}};
    assert_true(prng_double(&most) < 1);
}

static void a_stream_is_a_seed_of_its_own(void **state) {
    // Of what prng_seed makes of a seed: the second splitmix64 of (first of the seed, plus the stream).
    struct prng by_hand, stream, other;
    prng_seed(&by_hand, 42); // its first word is splitmix64 of 42
    prng_seed(&by_hand, by_hand.s[0] + 7);
    prng_seed(&by_hand, by_hand.s[0]);
    prng_seed_stream(&stream, 42, 7);
    assert_memory_equal(&stream, &by_hand, sizeof stream);
    prng_seed_stream(&other, 42, 8);
    for (int i = 0; i < 1000; i++) assert_true(prng_next(&stream) != prng_next(&other));
}

static void each_lane_is_a_generator_of_its_own(void **state) {
    enum { ROUNDS = 300 };
    struct prng_lanes lanes;
    uint64_t numbers[ROUNDS * PRNG_LANES];
    prng_lanes_seed(&lanes, 11, 5);
    prng_lanes_fill(&lanes, PRNG_LANES, numbers);
    prng_lanes_fill(&lanes, (ROUNDS - 1) * PRNG_LANES, numbers + PRNG_LANES);
    for (uint64_t k = 0; k < PRNG_LANES; k++) {
        struct prng one;
        prng_seed_stream(&one, 11, 5 * PRNG_LANES + k);
        for (int i = 0; i < ROUNDS; i++)
            assert_true(numbers[i * PRNG_LANES + k] == prng_next(&one));
    }
}

static void draw_below_zero(void *prng) {
    (void)prng_below(prng, 0);
}

static void a_bound_of_zero_is_a_bug(void **state) {
    struct prng prng;
    prng_seed(&prng, 1);
    harness_assert_aborts(draw_below_zero, &prng, "bound > 0");
}

static void many_numbers_below_a_bound_are_those_of_single_calls(void **state) {
    static const uint64_t bounds[] = {1, 7, 2500, UINT64_C(3) << 62};
    (void)state;
    for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++) {
        struct prng one, many;
        uint64_t numbers[100];
        prng_seed(&one, b);
        prng_seed(&many, b);
        prng_below_many(&many, bounds[b], 100, numbers);
        for (int i = 0; i < 100; i++) assert_true(numbers[i] == prng_below(&one, bounds[b]));
        assert_memory_equal(&one, &many, sizeof one);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_sequence_comes_out),
        cmocka_unit_test(a_seed_goes_through_splitmix64),
        cmocka_unit_test(long_sequences_agree_with_the_twin),
        cmocka_unit_test(numbers_below_a_bound_are_even),
        cmocka_unit_test(a_bound_that_rejects_half_of_the_draws_stays_even),
        cmocka_unit_test(doubles_lie_in_the_unit_interval),
        cmocka_unit_test(a_stream_is_a_seed_of_its_own),
        cmocka_unit_test(each_lane_is_a_generator_of_its_own),
        cmocka_unit_test(many_numbers_below_a_bound_are_those_of_single_calls),
        cmocka_unit_test(a_bound_of_zero_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
