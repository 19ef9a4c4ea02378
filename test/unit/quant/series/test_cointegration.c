// SPDX-License-Identifier: Apache-2.0
#include "quant/series/cointegration.h"

#include "harness.h"
#include "quant/math/linalg.h"
#include "series.h"

enum { ROWS = 200 };

static struct arena arena;
static double y[ROWS], x1[ROWS], x2[ROWS];
static const double *const others[] = {x1, x2}, *const all[] = {y, x1, x2};

// y wanders with 0.8 x1 - 0.4 x2.
static int setup(void **state) {
    series_walk(x1, ROWS, 21, 1);
    series_walk(x2, ROWS, 22, 1);
    series_walk(y, ROWS, 23, 0.6);
    for (size_t i = 0; i < ROWS; i++) {
        x1[i] += 10;
        y[i] += 3 + 0.8 * x1[i] - 0.4 * x2[i];
    }
    return arena_init(&arena, (size_t)16 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

static void near(double actual, double wanted, double relative) {
    if (isnan(actual) && isnan(wanted)) return;
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

// statsmodels 0.15.0, coint with lags by AIC, then 2 lags: statistic, p, critical values.
static void engle_granger_equals_statsmodels(void **state) {
    static const double wanted[4][2][5] = {
        {{-1.914816818560996, 0.5472227513719523, NAN, NAN, NAN},
         {-2.6271206267389684, 0.20943147970189158, NAN, NAN, NAN}},
        {{-7.75514522772991, 3.9173195938072715e-10, -4.367111915941923, -3.78396163851758,
          -3.483501524708972},
         {-6.607401701766363, 3.4399325768080004e-07, -4.367111915941923, -3.78396163851758,
          -3.483501524708972}},
        {{-7.825129351244434, 1.3904507984828175e-09, -4.758609717199162, -4.179130554707834,
          -3.8809096968631445},
         {-6.698753184932002, 1.1557034894127865e-06, -4.758609717199162, -4.179130554707834,
          -3.8809096968631445}},
        {{-8.030386878551441, 2.6274952799042774e-09, -5.111158174218736, -4.533172781039867,
          -4.23601008515977},
         {-6.955599880311389, 1.535901517930715e-06, -5.111158174218736, -4.533172781039867,
          -4.23601008515977}}};
    for (size_t trend = 0; trend < 4; trend++)
        for (size_t fixed = 0; fixed < 2; fixed++) {
            struct unitroot_options options = {.trend = (enum mackinnon_trend)trend,
                                               .choice = fixed ? UNITROOT_FIXED : UNITROOT_AIC,
                                               .lags = fixed ? 2 : UNITROOT_LAGS_AUTO};
            struct cointegration_pair pair;
            assert_ok(cointegration_engle_granger(y, others, 2, ROWS, &options, &arena, &pair));
            near(pair.test.statistic, wanted[trend][fixed][0], 1e-10);
            near(pair.test.p, wanted[trend][fixed][1], 1e-8);
            for (size_t i = 0; i < 3; i++)
                near(pair.test.critical[i], wanted[trend][fixed][2 + i], 1e-14);
        }
}

// statsmodels 0.15.0, coint_johansen: three eigenvalues, traces, largest ones, and the first vector scaled
// to a largest component of 1. Without lags from the definition in numpy: statsmodels takes the level of
// the same row there.
static void johansen_equals_statsmodels(void **state) {
    static const double wanted[3][3][12] = {
        {{0.07319744617946132, 0.024990319016407057, 0.005155673746109751, 21.19183234272628,
          6.064900893079791, 1.0286330079708967, 15.126931449646488, 5.036267885108894,
          1.0286330079708967, -0.7593208885969887, 1.0, -0.7490599473218353},
         {0.07147959638649141, 0.018943640595848948, 0.006754118149303427, 19.81293418057918,
          5.128675304173805, 1.3418520254852047, 14.684258876405375, 3.7868232786886002,
          1.3418520254852047, -0.7510165625056318, 1.0, -0.7740665092781028},
         {0.04970328726556067, 0.01785700261451262, 0.004999781551717844, 14.50629299336929,
          4.514014257598698, 0.9824151664010143, 9.992278735770588, 3.531599091197684,
          0.9824151664010143, -0.7408839340159346, 1.0, -0.7883778324453751}},
        {{0.24980583069577847, 0.04461862176760821, 0.00018521976645842063, 66.31737083229845,
          9.120151335249849, 0.03686214742979749, 57.1972194970486, 9.083289187820052,
          0.03686214742979749, 1.0, -0.7810070746533732, 0.4169521908283891},
         {0.21075976253678003, 0.045140939429383346, 0.0011116401916535204, 56.22968527581809,
          9.36615011680475, 0.22022718733508612, 46.86353515901334, 9.145922929469664,
          0.22022718733508612, 1.0, -0.7952759219843526, 0.4341765818307902},
         {0.17780748614426461, 0.03630430399252014, 0.00031877009308780885, 45.68352961591995,
          7.310510539035113, 0.06248889857044456, 38.373019076884844, 7.2480216404646685,
          0.06248889857044456, 1.0, -0.7901008379820235, 0.4269647239544773}},
        {{0.25489844830664987, 0.07555944605790475, 0.020050742229527643, 78.21809948879763,
          19.665382468833528, 4.030642802210236, 58.55271701996411, 15.63473966662329,
          4.030642802210236, 1.0, -0.665775350966038, 0.39627676523249844},
         {0.21472023904578402, 0.07707910010898582, 0.02560249206378423, 68.87685973459378,
          21.017241955602838, 5.135316034166861, 47.859617778990945, 15.881925921435975,
          5.135316034166861, 1.0, -0.6644354720614152, 0.40869742348201565},
         {0.17774302202220488, 0.08158120470384346, 0.021815615637374882, 59.360793341884275,
          21.003141070721263, 4.323190551230028, 38.35765227116302, 16.679950519491232,
          4.323190551230028, 1.0, -0.7184832437622515, 0.41225096950995305}}};
    static const size_t lags[] = {0, 1, 3};
    for (size_t trend = 0; trend < 3; trend++)
        for (size_t l = 0; l < 3; l++) {
            struct cointegration_johansen result;
            assert_ok(cointegration_johansen(all, 3, ROWS, (enum mackinnon_trend)trend, lags[l],
                                             &arena, &result));
            const double *row = wanted[trend][l];
            for (size_t k = 0; k < 3; k++) {
                near(result.eigenvalues[k], row[k], 1e-9);
                near(result.trace[k], row[3 + k], 1e-9);
                near(result.largest[k], row[6 + k], 1e-9);
                double most = 0;
                for (size_t i = 0; i < 3; i++) most = fmax(most, fabs(result.vectors[i]));
                near(result.vectors[k] / most, row[9 + k], 1e-8);
            }
            // The first rank whose trace stays below its 95 % point.
            size_t rank = 0;
            while (rank < 3 && result.trace[rank] > result.trace_critical[3 * rank + 1]) rank++;
            assert_int_equal(result.rank, rank);
            if (trend < 2) assert_int_equal(rank, trend);
            assert_int_equal(result.rows, ROWS - 1 - lags[l]);
        }
}

static void johansen_does_not_depend_on_units_or_order(void **state) {
    double scaled[ROWS];
    for (size_t i = 0; i < ROWS; i++) scaled[i] = 1e4 * x1[i] + 5;
    const double *other[] = {x2, y, scaled};
    struct cointegration_johansen one, two;
    assert_ok(cointegration_johansen(all, 3, ROWS, MACKINNON_CONSTANT, 2, &arena, &one));
    assert_ok(cointegration_johansen(other, 3, ROWS, MACKINNON_CONSTANT, 2, &arena, &two));
    for (size_t k = 0; k < 3; k++) near(two.eigenvalues[k], one.eigenvalues[k], 1e-8);
    near(two.vectors[2] * 1e4 / two.vectors[1], one.vectors[1] / one.vectors[0], 1e-8);
}

static void what_cannot_be_tested_is_told(void **state) {
    struct cointegration_johansen result;
    struct cointegration_pair pair;
    assert_int_equal(cointegration_johansen(all, 1, ROWS, MACKINNON_CONSTANT, 1, &arena, &result),
                     ERR_ARGUMENT);
    assert_int_equal(cointegration_johansen(all, 3, 9, MACKINNON_CONSTANT, 1, &arena, &result),
                     ERR_ARGUMENT);
    assert_string_equal(err_story(), "3 series with 1 lags need 10 complete rows or more; there "
                                     "are 9");
    double sum[ROWS], flat[ROWS] = {0};
    for (size_t i = 0; i < ROWS; i++) sum[i] = x1[i] - x2[i];
    const double *dependent[] = {x1, x2, sum}, *constant[] = {x1, flat};
    assert_int_equal(
        cointegration_johansen(dependent, 3, ROWS, MACKINNON_CONSTANT, 1, &arena, &result),
        ERR_ARGUMENT);
    assert_int_equal(
        cointegration_johansen(constant, 2, ROWS, MACKINNON_CONSTANT, 0, &arena, &result),
        ERR_ARGUMENT);
    struct unitroot_options options = {.trend = MACKINNON_CONSTANT, .lags = 1};
    assert_int_equal(cointegration_engle_granger(sum, others, 2, ROWS, &options, &arena, &pair),
                     ERR_ARGUMENT);
    assert_string_equal(err_story(), "y is a linear combination of the others");
    assert_int_equal(cointegration_engle_granger(y, constant, 2, ROWS, &options, &arena, &pair),
                     ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(engle_granger_equals_statsmodels, setup, teardown),
        cmocka_unit_test_setup_teardown(johansen_equals_statsmodels, setup, teardown),
        cmocka_unit_test_setup_teardown(johansen_does_not_depend_on_units_or_order, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_tested_is_told, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
