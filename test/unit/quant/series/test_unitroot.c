// SPDX-License-Identifier: Apache-2.0
#include "quant/series/unitroot.h"

#include "harness.h"
#include "quant/series/regression.h"
#include "series.h"

enum { ROWS = 150 };

static struct arena arena;
static double walk[ROWS], stationary[ROWS];

static int setup(void **state) {
    series_walk(walk, ROWS, 11, 1);
    series_walk(stationary, ROWS, 12, 0.8);
    return arena_init(&arena, (size_t)16 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

static void near(double actual, double wanted, double relative) {
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

// statistic, p, lags, rows, critical values at 1, 5, 10 %, criterion.
static void equal(const struct unitroot *result, const double *wanted, bool chosen) {
    near(result->statistic, wanted[0], 1e-11);
    near(result->p, wanted[1], 1e-10);
    assert_int_equal(result->lags, (size_t)wanted[2]);
    assert_int_equal(result->rows, (size_t)wanted[3]);
    for (size_t i = 0; i < 3; i++) near(result->critical[i], wanted[4 + i], 1e-14);
    if (chosen)
        near(result->criterion, wanted[7], 1e-12);
    else
        assert_true(isnan(result->criterion));
}

// statsmodels 0.15.0, adfuller: of each trend, 3 lags; then chosen by AIC and BIC.
static void dickey_fuller_equals_statsmodels(void **state) {
    static const double wanted[2][4][3][8] = {
        {{{0.3801862150836413, 0.7959073764768225, 3.0, 146.0, -2.5812238525051603,
           -1.94298755600655, -1.615119994087662},
          {0.5347267106742951, 0.8327319756103717, 0.0, 149.0, -2.5809087401468402,
           -1.942944815533734, -1.6151520288190657, 35.4769859208123},
          {0.5347267106742951, 0.8327319756103717, 0.0, 149.0, -2.5809087401468402,
           -1.942944815533734, -1.6151520288190657, 38.38226069925073}},
         {{-1.5522229593780408, 0.5075376108275995, 3.0, 146.0, -3.4759527332353084,
           -2.881548071241103, -2.577438765246763},
          {-1.9145506646499046, 0.3252472833860762, 0.0, 149.0, -3.4750180242954167,
           -2.8811408028842043, -2.577221358046935, 34.15049052970437},
          {-1.9145506646499046, 0.3252472833860762, 0.0, 149.0, -3.4750180242954167,
           -2.8811408028842043, -2.577221358046935, 39.96104008658123}},
         {{-2.6539952170794523, 0.25567586184757657, 3.0, 146.0, -4.022154287383327,
           -3.4409997194981194, -3.144950914227399},
          {-2.6146758529524883, 0.2731836737244574, 0.0, 149.0, -4.020850098604906,
           -3.4403764971618362, -3.1445865794938195, 33.00249121265904},
          {-2.6146758529524883, 0.2731836737244574, 0.0, 149.0, -4.020850098604906,
           -3.4403764971618362, -3.1445865794938195, 41.71831554797433}},
         {{-3.1897008014885646, 0.21312624287738774, 3.0, 146.0, -4.452288950701383,
           -3.873463952166615, -3.578594487503117},
          {-2.8798238466106967, 0.35543221360976807, 0.0, 149.0, -4.450617533272127,
           -3.8726239152447635, -3.5780787005301473, 33.02091474941318},
          {-2.8798238466106967, 0.35543221360976807, 0.0, 149.0, -4.450617533272127,
           -3.8726239152447635, -3.5780787005301473, 44.642013863166895}}},
        {{{-3.893012087491261, 0.00011130307149853317, 3.0, 146.0, -2.5812238525051603,
           -1.94298755600655, -1.615119994087662},
          {-4.8652274670071645, 1.9318378893894615e-06, 7.0, 142.0, -2.581664945447332,
           -1.9430475262704974, -1.6150753154275783, 45.873442790610056},
          {-4.128201962396213, 4.396505740205877e-05, 0.0, 149.0, -2.5809087401468402,
           -1.942944815533734, -1.6151520288190657, 52.51022218002495}},
         {{-3.906111744651462, 0.0019903256134676706, 3.0, 146.0, -3.4759527332353084,
           -2.881548071241103, -2.577438765246763},
          {-4.87949659602723, 3.822489416962855e-05, 7.0, 142.0, -3.477261624048995,
           -2.8821181874544233, -2.5777431104939494, 47.247500326552654},
          {-4.120791947368487, 0.0008946561125711888, 0.0, 149.0, -3.4750180242954167,
           -2.8811408028842043, -2.577221358046935, 57.106857532384744}},
         {{-3.9309076752915204, 0.010996405108001546, 3.0, 146.0, -4.022154287383327,
           -3.4409997194981194, -3.144950914227399},
          {-5.098100503496208, 0.00013584407631588298, 7.0, 142.0, -4.023980918147249,
           -3.4418722820477714, -3.1454609207316904, 47.85805091249995},
          {-4.266293046609977, 0.0035474524770674077, 0.0, 149.0, -4.020850098604906,
           -3.4403764971618362, -3.1445865794938195, 61.601901208343804}},
         {{-3.8814166917449375, 0.043854267840434925, 3.0, 146.0, -4.452288950701383,
           -3.873463952166615, -3.578594487503117},
          {-5.090514138149841, 0.0007151408358934964, 7.0, 142.0, -4.454630091433345,
           -3.8746401679188405, -3.579316526412991, 49.854187680573375},
          {-4.283809912403608, 0.013341559402003272, 0.0, 149.0, -4.450617533272127,
           -3.8726239152447635, -3.5780787005301473, 66.50689409414936}}}};
    for (size_t s = 0; s < 2; s++)
        for (size_t trend = 0; trend < 4; trend++)
            for (size_t choice = 0; choice < 3; choice++) {
                struct unitroot_options options = {.trend = (enum mackinnon_trend)trend,
                                                   .choice = (enum unitroot_choice)choice,
                                                   .lags = choice == 0 ? 3 : UNITROOT_LAGS_AUTO};
                struct unitroot result;
                assert_ok(
                    unitroot_adf(s == 0 ? walk : stationary, ROWS, &options, &arena, &result));
                equal(&result, wanted[s][trend][choice], choice > 0);
            }
}

// The regression itself, by Q R: of a walk, and of a walk of sums, whose differences nearly follow from their lags.
static void dickey_fuller_equals_its_regression(void **state) {
    enum { MANY = 2000, LAGS = 25 };
    static double x[MANY], steps[MANY], line[MANY], ones[MANY];
    for (int smooth = 0; smooth < 3; smooth++) {
        series_walk(x, MANY, 13, 1);
        for (int k = 0; k < smooth; k++)
            for (size_t i = 1; i < MANY; i++) x[i] += x[i - 1];
        const double *columns[LAGS + 3] = {ones, line, x + LAGS};
        size_t rows = MANY - 1 - LAGS;
        for (size_t i = 0; i + 1 < MANY; i++) steps[i] = x[i + 1] - x[i];
        for (size_t i = 0; i < MANY; i++) ones[i] = 1, line[i] = (double)i;
        for (size_t k = 1; k <= LAGS; k++) columns[2 + k] = steps + LAGS - k;
        struct regression fit;
        assert_ok(regression_fit(steps + LAGS, columns, LAGS + 3, rows,
                                 &(struct regression_options){0}, &arena, &fit));
        struct unitroot_options options = {.trend = MACKINNON_LINEAR, .lags = LAGS};
        struct unitroot result;
        assert_ok(unitroot_adf(x, MANY, &options, &arena, &result));
        near(result.statistic, fit.t[2], 1e-9);
        near(result.coefficient, fit.coefficients[2], 1e-9);
        options.choice = UNITROOT_AIC;
        assert_ok(unitroot_adf(x, MANY, &options, &arena, &result));
        if (result.lags == LAGS) near(result.criterion, fit.aic, 1e-10);
        assert_true(result.criterion <= fit.aic + 1e-6);
    }
}

// arch 8.0.0, PhillipsPerron: 4 lags, then its default number.
static void phillips_perron_equals_arch(void **state) {
    static const double wanted[2][3][2][7] = {
        {{{0.5197741427598535, 0.8293803774457, 4.0, 149.0, -2.5809087401468402, -1.942944815533734,
           -1.6151520288190657},
          {0.7753904282663677, 0.880694738331141, 14.0, 149.0, -2.5809087401468402,
           -1.942944815533734, -1.6151520288190657}},
         {{-1.9169529592418284, 0.3241284108898437, 4.0, 149.0, -3.4750180242954167,
           -2.8811408028842043, -2.577221358046935},
          {-1.8979620380116005, 0.33302043891820654, 14.0, 149.0, -3.4750180242954167,
           -2.8811408028842043, -2.577221358046935}},
         {{-2.764669369586459, 0.2102233361334468, 4.0, 149.0, -4.020850098604906,
           -3.4403764971618362, -3.1445865794938195},
          {-2.5736860225452127, 0.2921516274065086, 14.0, 149.0, -4.020850098604906,
           -3.4403764971618362, -3.1445865794938195}}},
        {{{-4.123018793380556, 4.489138576514888e-05, 4.0, 149.0, -2.5809087401468402,
           -1.942944815533734, -1.6151520288190657},
          {-3.9505656753096936, 8.896677460965522e-05, 14.0, 149.0, -2.5809087401468402,
           -1.942944815533734, -1.6151520288190657}},
         {{-4.113611645670394, 0.0009195477409032982, 4.0, 149.0, -3.4750180242954167,
           -2.8811408028842043, -2.577221358046935},
          {-3.9276676309109697, 0.0018404054192071124, 14.0, 149.0, -3.4750180242954167,
           -2.8811408028842043, -2.577221358046935}},
         {{-4.30424206105482, 0.0030989353100464726, 4.0, 149.0, -4.020850098604906,
           -3.4403764971618362, -3.1445865794938195},
          {-4.063235656194277, 0.007135233838286858, 14.0, 149.0, -4.020850098604906,
           -3.4403764971618362, -3.1445865794938195}}}};
    for (size_t s = 0; s < 2; s++)
        for (size_t trend = 0; trend < 3; trend++)
            for (size_t many = 0; many < 2; many++) {
                struct unitroot_options options = {.trend = (enum mackinnon_trend)trend,
                                                   .lags = many ? UNITROOT_LAGS_AUTO : 4};
                struct unitroot result;
                assert_ok(unitroot_pp(s == 0 ? walk : stationary, ROWS, &options, &arena, &result));
                equal(&result, wanted[s][trend][many], false);
            }
}

// statsmodels 0.15.0, kpss: 5 lags, then "auto"; statistic, p, lags.
static void kpss_equals_statsmodels(void **state) {
    static const double wanted[2][2][2][3] = {
        {{{2.2413184918601776, 0.01, 5.0}, {1.5489866249370625, 0.01, 8.0}},
         {{0.26118099002941486, 0.01, 5.0}, {0.19354671853381472, 0.018419980549819477, 8.0}}},
        {{{0.3002481216466529, 0.1, 5.0}, {0.2587357011665536, 0.1, 7.0}},
         {{0.04914342701308844, 0.1, 5.0}, {0.0428460252414364, 0.1, 7.0}}}};
    for (size_t s = 0; s < 2; s++)
        for (size_t trend = 0; trend < 2; trend++)
            for (size_t many = 0; many < 2; many++) {
                struct unitroot result;
                assert_ok(unitroot_kpss(s == 0 ? walk : stationary, ROWS,
                                        trend == 0 ? MACKINNON_CONSTANT : MACKINNON_LINEAR,
                                        many ? UNITROOT_LAGS_AUTO : 5, &arena, &result));
                near(result.statistic, wanted[s][trend][many][0], 1e-11);
                near(result.p, wanted[s][trend][many][1], 1e-10);
                assert_int_equal(result.lags, (size_t)wanted[s][trend][many][2]);
            }
}

static void what_cannot_be_tested_is_told(void **state) {
    static const double flat[ROWS];
    struct unitroot_options options = {.trend = MACKINNON_CONSTANT, .lags = 80};
    struct unitroot result;
    assert_int_equal(unitroot_adf(walk, ROWS, &options, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "150 complete rows allow 73 lags at most, not 80");
    assert_int_equal(unitroot_adf(flat, ROWS, &options, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "all 150 values are equal");
    assert_int_equal(unitroot_adf(walk, 5, &options, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "needs 6 complete rows or more; there are 5");
    options.lags = UNITROOT_LAGS_AUTO;
    assert_ok(unitroot_adf(walk, 6, &options, &arena, &result));
    options.lags = ROWS;
    assert_int_equal(unitroot_pp(walk, ROWS, &options, &arena, &result), ERR_ARGUMENT);
    assert_int_equal(unitroot_kpss(walk, ROWS, MACKINNON_NONE, 3, &arena, &result), ERR_ARGUMENT);
    assert_int_equal(unitroot_kpss(walk, ROWS, MACKINNON_LINEAR, ROWS, &arena, &result),
                     ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(dickey_fuller_equals_statsmodels, setup, teardown),
        cmocka_unit_test_setup_teardown(dickey_fuller_equals_its_regression, setup, teardown),
        cmocka_unit_test_setup_teardown(phillips_perron_equals_arch, setup, teardown),
        cmocka_unit_test_setup_teardown(kpss_equals_statsmodels, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_tested_is_told, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
