// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/tdigest.h"

#include <math.h>

#include "harness.h"
#include "quant/series/moment.h"
#include "quant/series/rank.h"
#include "series.h"

enum { MANY = 100000, PARTS = 8, SIZE = 1 << 16, TIES = 3, KINDS };

static double values[MANY], sorted[MANY], scratch[MANY];
static _Alignas(8) unsigned char memory[PARTS + 1][SIZE];

static struct tdigest *digest_at(size_t index, uint32_t compression) {
    assert_true(tdigest_size(compression) <= SIZE);
    struct tdigest *digest = (struct tdigest *)(void *)memory[index];
    tdigest_init(digest, compression);
    return digest;
}

// Uniform, exponential, rising, with ties.
static void fill(int kind) {
    uint32_t seed = 17;
    for (size_t i = 0; i < MANY; i++) {
        double u = series_uniform(&seed) + 0.5;
        values[i] = kind == 0 ? u : kind == 1 ? -log(1 - u) : kind == 2 ? (double)i : floor(20 * u);
    }
    memcpy(sorted, values, sizeof values);
    rank_sort(sorted, MANY, scratch);
}

// How far q is from the ranks that the values equal to x take.
static double rank_error(double x, double q) {
    size_t low = 0, high = 0;
    for (size_t step = 1 << 17; step > 0; step /= 2) {
        if (low + step <= MANY && sorted[low + step - 1] < x) low += step;
        if (high + step <= MANY && sorted[high + step - 1] <= x) high += step;
    }
    double from = (double)low / MANY, to = (double)high / MANY;
    return q < from ? from - q : q > to ? q - to : 0;
}

// Half a cluster: k1 gives one that begins at q a width of 2 pi sqrt(q (1 - q)) / compression.
static void check_errors(const struct tdigest *digest, int kind, double factor) {
    double compression = digest->compression;
    for (double q = 0; q <= 1; q += 0.001) {
        double x = tdigest_quantile(digest, q);
        double bound = M_PI * sqrt(q * (1 - q)) / compression + 5 / (compression * compression);
        // Between ties of one value and the next the line has to pass values that never were.
        double near_tie = q * MANY < 1 ? 0 : sorted[(size_t)(q * MANY) - 1];
        double error = kind == TIES && fabs(x - near_tie) <= 1 ? 0 : rank_error(x, q);
        if (!(error <= factor * bound + 1.0 / MANY))
            fail_msg("%g: off by %g, allowed %g", q, error, factor * bound);
        double again = tdigest_quantile(digest, tdigest_share(digest, x));
        assert_true(fabs(again - x) <= 1e-9 * fmax(1, fabs(x)));
    }
}

static void errors_stay_within_half_a_cluster(void **state) {
    for (int kind = 0; kind < KINDS; kind++) {
        fill(kind);
        for (uint32_t compression = 50; compression <= 1000; compression *= 2) {
            struct tdigest *digest = digest_at(0, compression);
            for (size_t i = 0; i < MANY; i++) tdigest_add(digest, values[i]);
            check_errors(digest, kind, 1);
            assert_true(digest->clusters <= compression + 2);
            assert_true(tdigest_quantile(digest, 0) == sorted[0]);
            assert_true(tdigest_quantile(digest, 1) == sorted[MANY - 1]);
        }
    }
}

static void merged_digests_are_as_good(void **state) {
    for (int kind = 0; kind < KINDS; kind++) {
        fill(kind);
        struct tdigest *whole = digest_at(PARTS, 100);
        for (size_t p = 0; p < PARTS; p++) {
            struct tdigest *part = digest_at(p, p % 2 == 0 ? 200 : 60);
            for (size_t i = p * MANY / PARTS; i < (p + 1) * MANY / PARTS; i++)
                tdigest_add(part, values[i]);
            tdigest_merge(whole, part);
        }
        assert_true(whole->total == MANY && whole->clusters <= 102);
        double weight = 0;
        for (size_t i = 0; i < whole->clusters; i++) weight += whole->slots[108 + i];
        assert_true(weight == MANY);
        check_errors(whole, kind, 2);
    }
}

static void few_values_are_exact(void **state) {
    struct tdigest *digest = digest_at(0, 100);
    assert_true(isnan(tdigest_quantile(digest, 0.5)) && isnan(tdigest_share(digest, 0)));
    uint32_t seed = 3;
    for (size_t n = 1; n < 100; n++) {
        values[n - 1] = floor(series_uniform(&seed) * 1000) / 10;
        tdigest_add(digest, values[n - 1]);
        memcpy(sorted, values, n * sizeof *values);
        rank_sort(sorted, n, scratch);
        for (double q = 0; q <= 1; q += 0.05)
            assert_true(fabs(tdigest_quantile(digest, q) - moment_quantile(sorted, n, q, 5)) <
                        1e-12);
    }
    assert_true(tdigest_share(digest, -1e9) == 0 && tdigest_share(digest, 1e9) == 1);
    assert_true(isnan(tdigest_quantile(digest, 1.5)));
}

static void the_same_values_give_the_same_bytes(void **state) {
    fill(1);
    memset(memory[1], 0xa5, SIZE);
    struct tdigest *one = digest_at(0, 100), *two = digest_at(1, 100);
    for (size_t i = 0; i < 5000; i++) tdigest_add(one, values[i]);
    for (size_t i = 0; i < 5000; i++) tdigest_add(two, values[i]);
    assert_memory_equal(one, two, tdigest_size(100));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_stay_within_half_a_cluster),
        cmocka_unit_test(merged_digests_are_as_good),
        cmocka_unit_test(few_values_are_exact),
        cmocka_unit_test(the_same_values_give_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
