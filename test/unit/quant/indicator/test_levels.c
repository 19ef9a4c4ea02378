// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/levels.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"

static void levels_within_the_width_of_the_lowest_are_one_cluster(void **state) {
    (void)state;
    static struct levels levels;
    memset(&levels, 0, sizeof levels);
    levels_add(&levels, 103, 1);
    levels_add(&levels, 100, 1);
    levels_add(&levels, 101, 3);
    levels_add(&levels, 102.5, 1);
    levels_add(&levels, 90, 5); // alone: one touch
    // 100 and 101 are within 1.5 of 100, 102.5 is not; 102.5 and 103 are the next.
    struct level_pair pair = levels_around(&levels, 102, 1.5, 2);
    assert_true(pair.support == 100.75 && pair.support_strength == 4); // (100 + 3 x 101) / 4
    assert_true(pair.resistance == 102.75 && pair.resistance_strength == 2);
    pair = levels_around(&levels, 100.75, 1.5, 2); // at the price is support
    assert_true(pair.support == 100.75);
    pair = levels_around(&levels, 95, 1.5, 2);
    assert_true(isnan(pair.support) && pair.resistance == 100.75);
    pair = levels_around(&levels, 95, 1.5, 1);
    assert_true(pair.support == 90 && pair.support_strength == 5);
    levels_remove(&levels, 100, 1);
    pair = levels_around(&levels, 102, 1.5, 2); // 101 and 102.5, now that 100 is no more
    assert_true(pair.support == 101.375 && pair.support_strength == 4 && isnan(pair.resistance));
}

// Clusters by the naive twin: the lowest level that is in none begins one, and takes all within the width of it.
static void check_clusters(const double *price, const double *weight, size_t count, double width,
                           const struct levels *levels) {
    uint64_t clusters = 0;
    for (double low = -INFINITY;;) {
        double first = INFINITY, sum = 0, strength = 0;
        for (size_t i = 0; i < count; i++)
            if (price[i] > low && price[i] < first) first = price[i];
        if (first == INFINITY) break;
        for (size_t i = 0; i < count; i++) {
            if (price[i] < first || price[i] > first + width) continue;
            sum += price[i] * weight[i];
            strength += weight[i];
        }
        assert_true(clusters < levels->cluster_count);
        assert_true(fabs(levels->clusters[clusters].price - sum / strength) <= 1e-12 * first);
        assert_true(levels->clusters[clusters++].strength == strength);
        low = first + width;
    }
    assert_true(clusters == levels->cluster_count);
}

// Every cluster is at most as wide as the width, and whatever is added and removed, no level is lost.
static void storms_of_levels_keep_order_and_weight(void **state) {
    (void)state;
    static struct levels levels;
    double price[LEVELS_MAX], weight[LEVELS_MAX], sum = 0;
    struct prng prng;
    size_t count = 0;
    memset(&levels, 0, sizeof levels);
    prng_seed(&prng, 5);
    for (int step = 0; step < 20000; step++) {
        if (count == LEVELS_MAX || (count > 0 && prng_below(&prng, 2) == 0)) {
            size_t at = prng_below(&prng, (uint32_t)count);
            levels_remove(&levels, price[at], weight[at]);
            sum -= weight[at];
            count--;
            price[at] = price[count];
            weight[at] = weight[count];
        } else {
            price[count] = (double)prng_below(&prng, 50);
            weight[count] = 1 + (double)prng_below(&prng, 7);
            levels_add(&levels, price[count], weight[count]);
            sum += weight[count++];
        }
        double width = (double)prng_below(&prng, 4), strength = 0;
        (void)levels_around(&levels, 25, width, 1);
        check_clusters(price, weight, count, width, &levels);
        uint64_t touches = 0;
        for (uint64_t i = 0; i < levels.cluster_count; i++) {
            strength += levels.clusters[i].strength;
            touches += levels.clusters[i].touches;
            if (i > 0) assert_true(levels.clusters[i].price > levels.clusters[i - 1].price);
        }
        assert_true(strength == sum && touches == count);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_within_the_width_of_the_lowest_are_one_cluster),
        cmocka_unit_test(storms_of_levels_keep_order_and_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
