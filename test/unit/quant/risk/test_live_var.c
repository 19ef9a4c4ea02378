// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/live_var.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/math/sample.h"

enum { POSITIONS = 7, WINDOW = 150, STEPS = 2500 };

static double slots[POSITIONS * WINDOW + POSITIONS + 4 * WINDOW];

// The last WINDOW rows as they came, and the weights.
struct twin {
    double rows[STEPS][POSITIONS], weights[POSITIONS];
    size_t count;
};

static void near(double actual, double wanted) {
    if (!(fabs(actual - wanted) <= 1e-12 * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

static struct tail_risk anew(const struct twin *twin, enum tail_method method, double level) {
    static double sums[WINDOW], scratch[2 * WINDOW];
    size_t count = twin->count < WINDOW ? twin->count : WINDOW;
    struct tail_options options = tail_options_default();
    struct tail_risk risk;
    options.level = level;
    for (size_t t = 0; t < count; t++) {
        sums[t] = 0;
        for (size_t j = 0; j < POSITIONS; j++)
            sums[t] += twin->weights[j] * twin->rows[twin->count - count + t][j];
    }
    assert_ok(tail_risk_of(method, sums, count, &options, scratch, &risk));
    return risk;
}

static void step(struct prng *prng, struct live_var *live, struct twin *twin) {
    if (twin->count < 2 || prng_below(prng, 3) == 0) {
        double *row = twin->rows[twin->count++];
        // Some rows are equal, some of a calm and some of a wild market: the cut has to follow. Sums are exact, as the
        // shortfall of equal rows needs, of which rounding could take a part away.
        double size = twin->count % 400 < 200 ? 10 : 2000;
        for (size_t j = 0; j < POSITIONS; j++)
            row[j] = twin->count % 5 == 0 ? -9 : nearbyint(size * sample_normal(prng));
        assert_ok(live_var_row(live, slots, row));
    } else {
        uint32_t j = (uint32_t)prng_below(prng, POSITIONS);
        twin->weights[j] = prng_below(prng, 4) == 0 ? 0 : (double)prng_below(prng, 100) - 40;
        assert_ok(live_var_weigh(live, slots, j, twin->weights[j]));
        assert_true(live_var_weight(live, slots, j) == twin->weights[j]);
    }
}

static int said_yes, said_no_of_what_is;

// Sure of what is well within, whatever it is told to be near to; silent about what is not.
static void quick_answers_are_never_wrong(struct prng *prng, const struct live_var *live,
                                          uint32_t j, double weight, double level,
                                          struct tail_risk is) {
    double size = fabs(is.es) + 1, at = is.var + size * (prng_double(prng) - 0.5);
    for (int k = -4; k <= 4; k++) {
        double var_most = is.var + size * k / 8, es_most = is.es + size * k / 8;
        bool var = live_var_is_within(live, slots, j, weight, level, var_most);
        bool es = live_var_es_is_within(live, slots, j, weight, level, at, es_most);
        bool best = live_var_es_is_within(live, slots, j, weight, level, is.var, es_most);
        if (k != 0) assert_true(var == (is.var < var_most) && best == (is.es < es_most));
        if (es) assert_true(is.es <= es_most);
        said_yes += es;
        said_no_of_what_is += !es && is.es <= es_most;
    }
}

static void every_change_leaves_what_all_rows_anew_would_give(void **state) {
    static struct twin twin;
    struct live_var live = live_var_make(POSITIONS, WINDOW);
    struct prng prng;
    assert_true(live_var_slots(POSITIONS, WINDOW) == sizeof slots / sizeof *slots);
    prng_seed(&prng, 21);
    for (int i = 0; i < STEPS; i++) {
        step(&prng, &live, &twin);
        if (twin.count < 2) continue;
        double level = i % 7 == 0 ? 0.5 + 0.49 * prng_double(&prng) : 0.99;
        struct tail_risk now = live_var_of(&live, slots, level),
                         wanted = anew(&twin, TAIL_HISTORICAL, level);
        near(now.var, wanted.var);
        near(now.es, wanted.es);
        // What one position with another weight would make of it, and that asking changes nothing.
        uint32_t j = (uint32_t)prng_below(&prng, POSITIONS);
        double held = twin.weights[j];
        struct live_var before = live;
        struct tail_risk tried = live_var_if(&live, slots, j, -3, level);
        twin.weights[j] = -3;
        wanted = anew(&twin, TAIL_HISTORICAL, level);
        twin.weights[j] = held;
        near(tried.var, wanted.var);
        near(tried.es, wanted.es);
        tried = live_var_lower_if(&live, slots, j, held, level);
        wanted = anew(&twin, TAIL_LOWER, level);
        near(tried.var, wanted.var);
        near(tried.es, wanted.es);
        quick_answers_are_never_wrong(&prng, &live, j, held, level, tried);
        assert_memory_equal(&before, &live, sizeof live);
    }
    assert_true(said_yes > 1000 && said_no_of_what_is > 100); // both were met
}

// 1e9 in and out again leaves 1e-7 in the sums of the rows, which go one by one.
static void rounding_is_gone_after_as_many_changes_as_rows(void **state) {
    struct live_var live = live_var_make(2, 50);
    double small[2 * 50 + 2 + 4 * 50] = {0}, row[2];
    struct prng prng;
    prng_seed(&prng, 3);
    assert_ok(live_var_weigh(&live, small, 0, 1));
    for (int t = 0; t < 50; t++) {
        for (int j = 0; j < 2; j++) row[j] = sample_normal(&prng);
        assert_ok(live_var_row(&live, small, row));
    }
    double exact = live_var_of(&live, small, 0.9).var;
    assert_ok(live_var_weigh(&live, small, 1, 1e9));
    assert_ok(live_var_weigh(&live, small, 1, 0));
    for (int i = 0; i < 50; i++) assert_ok(live_var_weigh(&live, small, 1, 0));
    assert_true(live_var_of(&live, small, 0.9).var == exact);
}

static void what_is_no_number_changes_nothing(void **state) {
    struct live_var live = live_var_make(2, 3), before;
    double small[2 * 3 + 2 + 4 * 3] = {0}, copy[sizeof small / sizeof *small];
    assert_ok(live_var_weigh(&live, small, 1, 2));
    assert_ok(live_var_row(&live, small, (double[]){1, 2}));
    before = live;
    memcpy(copy, small, sizeof small);
    assert_int_equal(live_var_row(&live, small, (double[]){1, NAN}), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "position 1"));
    assert_int_equal(live_var_weigh(&live, small, 0, INFINITY), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "position 0"));
    assert_memory_equal(&before, &live, sizeof live);
    assert_memory_equal(copy, small, sizeof small);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_leaves_what_all_rows_anew_would_give),
        cmocka_unit_test(rounding_is_gone_after_as_many_changes_as_rows),
        cmocka_unit_test(what_is_no_number_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
