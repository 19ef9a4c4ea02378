// SPDX-License-Identifier: Apache-2.0
#include "quant/math/hierarchy.h"

#include <math.h>
#include <string.h>

#include "base/prng.h"
#include "harness.h"

enum { MANY = 24, KINDS = 4 };

static struct hierarchy_join joins[MANY];
static size_t scratch[3 * MANY + 2], items[MANY], clusters[MANY];

static void near(double actual, double wanted, double tolerance) {
    if (!(fabs(actual - wanted) <= tolerance)) fail_msg("%.17g, expected %.17g", actual, wanted);
}

// Points on a line at 0, 1, 3, 7 and 7.5: by hand.
static void five_points_on_a_line_join_as_by_hand(void **state) {
    static const double at[] = {0, 1, 3, 7, 7.5};
    static const double last[KINDS] = {4, 7.5, 5.9166666666666667, 0};
    for (int kind = HIERARCHY_SINGLE; kind <= HIERARCHY_WARD; kind++) {
        double d[25];
        for (size_t i = 0; i < 5; i++)
            for (size_t j = 0; j < 5; j++) d[i * 5 + j] = fabs(at[i] - at[j]);
        hierarchy_link(d, 5, (enum hierarchy_linkage)kind, scratch, joins);
        assert_true(joins[0].left == 3 && joins[0].right == 4 && joins[0].distance == 0.5);
        assert_true(joins[1].left == 0 && joins[1].right == 1 && joins[1].size == 2);
        assert_true(joins[2].left == 2 && joins[2].right == 6 && joins[2].size == 3);
        assert_true(joins[3].left == 5 && joins[3].right == 7 && joins[3].size == 5);
        // Ward's of clusters with means 4 / 3 and 7.25: sqrt(2 x 2 x 3 / 5) times their distance.
        double wanted = kind == HIERARCHY_WARD ? sqrt(2.4) * (7.25 - 4.0 / 3) : last[kind];
        near(joins[3].distance, wanted, 1e-14);
        assert_int_equal(hierarchy_items(joins, 5, 8, scratch, items), 5);
        assert_memory_equal(items, ((size_t[]){3, 4, 2, 0, 1}), 5 * sizeof *items);
        hierarchy_cut(joins, 5, 3, scratch, clusters);
        assert_memory_equal(clusters, ((size_t[]){5, 2, 6}), 3 * sizeof *clusters);
        hierarchy_cut(joins, 5, 1, scratch, clusters);
        assert_true(clusters[0] == 8);
    }
}

// The distance of two sets of items, from its definition.
static double between(enum hierarchy_linkage kind, const double *d, const size_t *a, size_t na,
                      const size_t *b, size_t nb) {
    double nearest = INFINITY, furthest = 0, sum = 0;
    for (size_t i = 0; i < na; i++)
        for (size_t j = 0; j < nb; j++) {
            double apart = d[a[i] * MANY + b[j]];
            nearest = fmin(nearest, apart);
            furthest = fmax(furthest, apart);
            sum += apart;
        }
    return kind == HIERARCHY_SINGLE     ? nearest
           : kind == HIERARCHY_COMPLETE ? furthest
                                        : sum / (double)(na * nb);
}

// Every join of random points is at its clusters' distance as defined, Ward's by the points' means.
static void joins_of_random_points_are_at_their_defined_distances(void **state) {
    double x[MANY], y[MANY], d[MANY * MANY], kept[MANY * MANY];
    size_t left[MANY], right[MANY];
    struct prng prng;
    prng_seed(&prng, 7);
    for (size_t i = 0; i < MANY; i++) {
        x[i] = prng_double(&prng);
        y[i] = prng_double(&prng);
    }
    for (size_t i = 0; i < MANY; i++)
        for (size_t j = 0; j < MANY; j++) kept[i * MANY + j] = hypot(x[i] - x[j], y[i] - y[j]);
    for (int kind = HIERARCHY_SINGLE; kind <= HIERARCHY_WARD; kind++) {
        memcpy(d, kept, sizeof d);
        hierarchy_link(d, MANY, (enum hierarchy_linkage)kind, scratch, joins);
        for (size_t k = 0; k + 1 < MANY; k++) {
            size_t nl = hierarchy_items(joins, MANY, joins[k].left, scratch, left);
            size_t nr = hierarchy_items(joins, MANY, joins[k].right, scratch, right);
            assert_int_equal(nl + nr, joins[k].size);
            assert_true(k == 0 || joins[k].distance >= joins[k - 1].distance);
            if (kind != HIERARCHY_WARD) {
                double wanted = between((enum hierarchy_linkage)kind, kept, left, nl, right, nr);
                near(joins[k].distance, wanted, 1e-14);
                continue;
            }
            double dx = 0, dy = 0, a = (double)nl, b = (double)nr;
            for (size_t i = 0; i < nl; i++) {
                dx += x[left[i]] / a;
                dy += y[left[i]] / a;
            }
            for (size_t i = 0; i < nr; i++) {
                dx -= x[right[i]] / b;
                dy -= y[right[i]] / b;
            }
            near(joins[k].distance, sqrt(2 * a * b / (a + b)) * hypot(dx, dy), 1e-13);
        }
    }
}

static void three_heaps_of_points_are_counted_as_three(void **state) {
    enum { HEAP = MANY / 3 };
    double d[MANY * MANY], kept[MANY * MANY];
    for (size_t i = 0; i < MANY; i++)
        for (size_t j = 0; j < MANY; j++) {
            double inner = fabs((double)(i % HEAP) - (double)(j % HEAP)) / 10;
            kept[i * MANY + j] = i / HEAP == j / HEAP ? inner : 9 + inner;
        }
    memcpy(d, kept, sizeof d);
    hierarchy_link(d, MANY, HIERARCHY_WARD, scratch, joins);
    assert_int_equal(hierarchy_count(kept, joins, MANY, scratch), 3);
    hierarchy_cut(joins, MANY, 3, scratch, clusters);
    for (size_t k = 0; k < 3; k++)
        assert_int_equal(hierarchy_items(joins, MANY, clusters[k], scratch, items), HEAP);
    assert_int_equal(hierarchy_count(kept, joins, 1, scratch), 1);
    assert_int_equal(hierarchy_count(kept, joins, 2, scratch), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_points_on_a_line_join_as_by_hand),
        cmocka_unit_test(joins_of_random_points_are_at_their_defined_distances),
        cmocka_unit_test(three_heaps_of_points_are_counted_as_three),
    };
    return cmocka_run_group_tests_name("quant/hierarchy", tests, NULL, NULL);
}
