// SPDX-License-Identifier: Apache-2.0
#include "quant/regime/hmm.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/math/mathfn.h"
#include "quant/math/normal.h"

enum { ROWS_MAX = 20000, ARENA = 1 << 26 };

static struct arena arena;

static int open_arena(void **state) {
    return arena_init(&arena, ARENA);
}

static int close_arena(void **state) {
    arena_fini(&arena);
    return 0;
}

static size_t load(const char *path, double *ret) {
    FILE *file = fopen(harness_shared(path), "r");
    char line[128];
    size_t count = 0;
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) ret[count++] = strtod(line, NULL);
    fclose(file);
    return count;
}

static double gauss(struct prng *prng) {
    return normal_quantile((floor(prng_double(prng) * 1e9) + 0.5) / 1e9);
}

static struct hmm_options options_of(size_t states) {
    return (struct hmm_options){.states = states, .starts = 8, .iterations_max = 5000, .seed = 1};
}

// Two states with one column.
static struct hmm two(double m0, double s0, double m1, double s1, double p00, double p11) {
    struct hmm model = {.states = 2, .columns = 1};
    model.move[0][0] = p00;
    model.move[0][1] = 1 - p00;
    model.move[1][0] = 1 - p11;
    model.move[1][1] = p11;
    model.mean[0][0] = m0;
    model.mean[1][0] = m1;
    model.covariance[0][0][0] = s0 * s0;
    model.covariance[1][0][0] = s1 * s1;
    assert_true(hmm_stationary(model.move, 2, model.start));
    return model;
}

// A model of any shape with all its entries different.
static struct hmm some_model(size_t states, size_t columns, struct prng *prng) {
    struct hmm model = {.states = states, .columns = columns};
    double total = 0;
    for (size_t k = 0; k < states; k++) total += model.start[k] = 0.1 + prng_double(prng);
    for (size_t k = 0; k < states; k++) {
        double row = 0;
        model.start[k] /= total;
        for (size_t j = 0; j < states; j++) row += model.move[k][j] = 0.1 + prng_double(prng);
        for (size_t j = 0; j < states; j++) model.move[k][j] /= row;
        for (size_t i = 0; i < columns; i++) {
            model.mean[k][i] = gauss(prng);
            model.covariance[k][i][i] = 0.5 + prng_double(prng);
            for (size_t j = 0; j < i; j++)
                model.covariance[k][i][j] = model.covariance[k][j][i] = 0.2 * gauss(prng);
        }
    }
    assert_null(hmm_fault(&model));
    return model;
}

// Density of a row of at most two columns, from the textbook's formula.
static double density(const struct hmm *model, size_t k, const double *const *x, size_t t) {
    double a = model->covariance[k][0][0], d = x[0][t] - model->mean[k][0];
    if (model->columns == 1) return exp(-d * d / (2 * a)) / sqrt(2 * M_PI * a);
    double b = model->covariance[k][1][0], c = model->covariance[k][1][1];
    double e = x[1][t] - model->mean[k][1], det = a * c - b * b;
    double distance = (c * d * d - 2 * b * d * e + a * e * e) / det;
    return exp(-distance / 2) / (2 * M_PI * sqrt(det));
}

enum { FEW = 6 };

// Sums over all states^FEW paths.
static void enumerate(const struct hmm *model, const double *const *x, double *ret_total,
                      double marginal[FEW][4], double *ret_best, size_t ret_path[FEW]) {
    size_t paths = 1;
    for (size_t t = 0; t < FEW; t++) paths *= model->states;
    *ret_total = *ret_best = 0;
    memset(marginal, 0, FEW * sizeof *marginal);
    for (size_t code = 0; code < paths; code++) {
        size_t path[FEW], rest = code;
        double p = 1;
        for (size_t t = 0; t < FEW; t++, rest /= model->states) {
            path[t] = rest % model->states;
            p *= t == 0 ? model->start[path[0]] : model->move[path[t - 1]][path[t]];
            p *= density(model, path[t], x, t);
        }
        *ret_total += p;
        for (size_t t = 0; t < FEW; t++) marginal[t][path[t]] += p;
        if (p > *ret_best) {
            *ret_best = p;
            memcpy(ret_path, path, sizeof path);
        }
    }
}

static void likelihood_marginals_and_path_equal_the_sum_over_all_paths(void **state) {
    struct prng prng;
    prng_seed(&prng, 11);
    for (size_t states = 2; states <= 4; states++)
        for (size_t columns = 1; columns <= 2; columns++) {
            double x0[FEW], x1[FEW], filtered[FEW * 4], smoothed[FEW * 4], path[FEW];
            double marginal[FEW][4], total, best, loglik, joint;
            size_t likeliest[FEW];
            const double *x[] = {x0, x1};
            struct hmm model = some_model(states, columns, &prng);
            for (size_t t = 0; t < FEW; t++) x0[t] = 2 * gauss(&prng), x1[t] = 2 * gauss(&prng);
            enumerate(&model, x, &total, marginal, &best, likeliest);
            assert_ok(hmm_smooth(&model, x, FEW, &arena, &loglik, filtered, smoothed));
            assert_true(fabs(loglik - log(total)) <= 1e-12 * fabs(loglik));
            for (size_t t = 0; t < FEW; t++)
                for (size_t k = 0; k < states; k++)
                    assert_true(fabs(smoothed[t * states + k] - marginal[t][k] / total) <= 1e-13);
            for (size_t k = 0; k < states; k++)
                assert_true(fabs(filtered[(FEW - 1) * states + k] -
                                 smoothed[(FEW - 1) * states + k]) <= 1e-15);
            assert_ok(hmm_viterbi(&model, x, FEW, &arena, path, &joint));
            assert_true(fabs(joint - log(best)) <= 1e-12 * fabs(joint));
            for (size_t t = 0; t < FEW; t++) assert_true(path[t] == (double)likeliest[t]);
        }
}

static void the_published_likelihood_is_reproduced(void **state) {
    // Stata 14 manual, mswitch, federal funds rate; the same in statsmodels' tests.
    static double x[256], filtered[512], smoothed[512];
    size_t count = load("golden/volatility/fedfunds.csv", x);
    const double *columns[] = {x};
    double loglik;
    struct hmm model = two(3.70877, 2.107562, 9.556793, 2.107562, 0.9820939, 1 - 0.0503587);
    assert_int_equal(count, 226);
    assert_ok(hmm_smooth(&model, columns, count, &arena, &loglik, filtered, smoothed));
    assert_true(fabs(loglik - -508.63592) < 5e-6);
    assert_true(fabs(loglik - -508.6359176376283) < 1e-9);
    // statsmodels 0.15.0, MarkovRegression(x, k_regimes=2).smooth(params): probability of state 1.
    const struct {
        size_t row;
        double filtered;
        double smoothed;
    } expected[] = {{0, 2.22456011e-04, 1.14158046e-05},   {1, 1.09515612e-05, 5.62078746e-07},
                    {50, 2.15007404e-03, 1.13859114e-04},  {100, 9.99817961e-01, 9.99996567e-01},
                    {150, 2.19032700e-03, 1.15084016e-04}, {225, 3.77614106e-06, 3.77614106e-06}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        double f = filtered[2 * expected[i].row + 1], s = smoothed[2 * expected[i].row + 1];
        assert_true(fabs(f - expected[i].filtered) <= 1e-8 * expected[i].filtered);
        assert_true(fabs(s - expected[i].smoothed) <= 1e-8 * expected[i].smoothed);
    }
}

static void the_published_fit_is_found(void **state) {
    static double x[256];
    size_t count = load("golden/volatility/fedfunds.csv", x);
    const double *columns[] = {x};
    struct hmm_options options = options_of(2);
    struct hmm_errors errors;
    struct hmm_fit fit;
    options.tied = options.stationary = true;
    assert_ok(hmm_fit(&options, columns, 1, count, &arena, &fit));
    assert_true(fabs(fit.loglik - -508.63592) < 5e-6);
    assert_true(fabs(fit.model.mean[0][0] - 3.70877) < 2e-6);
    assert_true(fabs(fit.model.mean[1][0] - 9.556793) < 2e-6);
    assert_true(fabs(sqrt(fit.model.covariance[1][0][0]) - 2.107562) < 2e-6);
    assert_true(fabs(fit.model.move[0][0] - 0.9820939) < 2e-6);
    assert_true(fabs(fit.model.move[1][0] - 0.0503587) < 2e-6);
    assert_int_equal(fit.parameters, 5);
    // statsmodels 0.15.0: bse of the same model, of the variance divided by 2 sigma; its optimum is
    // less exact than this one.
    assert_ok(hmm_errors(&fit.model, true, true, x, count, &arena, &errors));
    assert_true(fabs(errors.move[0][0] - 0.01039977) < 2e-6);
    assert_true(fabs(errors.move[1][0] - 0.02684193) < 2e-6);
    assert_true(fabs(errors.mean[0] - 0.17670591) < 5e-6);
    assert_true(fabs(errors.mean[1] - 0.29998326) < 1e-5);
    assert_true(fabs(errors.sigma[0] - 0.42515779 / (2 * 2.107562)) < 5e-6);
    assert_true(errors.sigma[0] == errors.sigma[1]);
}

struct expectation {
    const char *file;
    size_t states;
    bool tied;
    double loglik;
    double mean[3];
    double sigma[3];
    double move[3][3];
};

// hmmlearn 0.3.3, GaussianHMM without priors, tol 1e-11, the best of 12 to 20 random starts.
static const struct expectation expectations[] = {
    {"golden/volatility/fedfunds.csv",
     2,
     false,
     -495.7951441525317,
     {3.6349751096784124, 9.345835026971104},
     {1.708382127237404, 2.829219126922949},
     {{0.9801465309959205, 0.019853469004079388}, {0.04309383934227493, 0.956906160657725}}},
    {"golden/volatility/fedfunds.csv",
     2,
     true,
     -508.30998853563267,
     {3.7077760859305737, 9.554184184942322},
     {2.1076530082210283, 2.1076530082210283},
     {{0.9804724802722942, 0.019527519727705826}, {0.0465452775506694, 0.9534547224493306}}},
    {"golden/volatility/fedfunds.csv",
     3,
     false,
     -410.10427912812196,
     {5.17829643803923, 2.2809539636983094, 9.574615362792743},
     {0.7170457253964481, 1.1225929011675282, 2.7772838962220403},
     {{0.9202194260300474, 0.03885191689253649, 0.04092865707741605},
      {0.03782739376721343, 0.9621726062327866, 0},
      {0.04818388945814216, 0, 0.9518161105418578}}},
    {"golden/volatility/dem2gbp.csv",
     2,
     false,
     -1042.068848288305,
     {0.019248966282135616, -0.0734277943668946},
     {0.2559614961189834, 0.6813134833065364},
     {{0.94376473803327, 0.05623526196672998}, {0.08954108394449445, 0.9104589160555056}}},
    {"golden/volatility/dem2gbp.csv",
     3,
     false,
     -989.3812793546297,
     {-0.004832456824086359, 0.027954968484984976, -0.12860894219723842},
     {0.18533171389449138, 0.3472246954887675, 0.7816688872353513},
     {{0.9723348332900024, 0.009030606243356692, 0.018634560466640904},
      {0.010680586825719445, 0.9471692314716972, 0.04215018170258338},
      {0, 0.11359202729506652, 0.8864079727049332}}},
};

static void fits_equal_those_of_hmmlearn(void **state) {
    static double x[ROWS_MAX], path[ROWS_MAX];
    for (size_t e = 0; e < sizeof expectations / sizeof *expectations; e++) {
        const struct expectation *expected = &expectations[e];
        size_t count = load(expected->file, x);
        const double *columns[] = {x};
        struct hmm_options options = options_of(expected->states);
        struct hmm_fit fit;
        options.tied = expected->tied;
        assert_ok(hmm_fit(&options, columns, 1, count, &arena, &fit));
        if (!(fabs(fit.loglik - expected->loglik) <= 1e-6))
            fail_msg("row %zu: %.12g, not %.12g", e, fit.loglik, expected->loglik);
        for (size_t k = 0; k < expected->states; k++) {
            assert_true(fabs(fit.model.mean[k][0] - expected->mean[k]) <= 1e-5);
            assert_true(fabs(sqrt(fit.model.covariance[k][0][0]) - expected->sigma[k]) <= 1e-5);
            for (size_t j = 0; j < expected->states; j++)
                assert_true(fabs(fit.model.move[k][j] - expected->move[k][j]) <= 1e-5);
        }
        if (e != 3) continue;
        // Its path: 1234 rows in state 0, 740 in state 1, log density -1160.652590835636.
        double joint, high = 0;
        assert_ok(hmm_viterbi(&fit.model, columns, count, &arena, path, &joint));
        for (size_t t = 0; t < count; t++) high += path[t];
        assert_true(high == 740 && fabs(joint - -1160.652590835636) < 1e-3);
    }
}

static void several_columns_fit_as_in_hmmlearn(void **state) {
    // Rows (x[t], x[t - 1] / 2 + x[t]) of DEM/GBP; hmmlearn 0.3.3 as above.
    static double x[ROWS_MAX], pair[ROWS_MAX];
    size_t count = load("golden/volatility/dem2gbp.csv", x) - 1;
    for (size_t t = 0; t < count; t++) pair[t] = x[t] * .5 + x[t + 1];
    const double *columns[] = {x + 1, pair};
    struct hmm_options options = options_of(2);
    struct hmm_fit fit;
    assert_ok(hmm_fit(&options, columns, 2, count, &arena, &fit));
    assert_true(fabs(fit.loglik - -549.9313594714234) <= 1e-6);
    assert_true(fabs(fit.model.mean[1][1] - -0.11507298278031297) <= 1e-5);
    assert_true(fabs(fit.model.covariance[0][0][1] - 0.05892393097595203) <= 1e-5);
    assert_true(fabs(fit.model.covariance[1][1][0] - 0.4613806110404823) <= 1e-5);
    assert_true(fabs(fit.model.move[1][0] - 0.11312672288150746) <= 1e-5);
    assert_int_equal(fit.parameters, 2 * 2 + 2 * 3 + 2 + 1);
    assert_null(hmm_fault(&fit.model));
    options.diagonal = true;
    assert_ok(hmm_fit(&options, columns, 2, count, &arena, &fit));
    assert_true(fabs(fit.loglik - -2026.0829880191136) <= 1e-6);
    assert_true(fabs(fit.model.covariance[1][1][1] - 0.6270423979463454) <= 1e-5);
    assert_true(fit.model.covariance[1][1][0] == 0);
}

static void simulate(const struct hmm *model, uint64_t seed, size_t count, double *const *ret) {
    struct prng prng;
    prng_seed(&prng, seed);
    size_t k = 0;
    for (size_t t = 0; t < count; t++) {
        double draw = prng_double(&prng), sum = 0;
        const double *row = t == 0 ? model->start : model->move[k];
        for (k = 0; k + 1 < model->states && draw >= (sum += row[k]);) k++;
        for (size_t i = 0; i < model->columns; i++)
            ret[i][t] = model->mean[k][i] + sqrt(model->covariance[k][i][i]) * gauss(&prng);
    }
}

static void what_was_simulated_is_found_again_within_its_errors(void **state) {
    static double x[ROWS_MAX];
    double *ret[] = {x};
    const double *columns[] = {x};
    struct hmm truth = two(0.0006, 0.006, -0.001, 0.02, 0.98, 0.95);
    struct hmm_errors errors;
    struct hmm_fit fit;
    struct hmm_options options = options_of(2);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        simulate(&truth, seed, ROWS_MAX, ret);
        assert_ok(hmm_fit(&options, columns, 1, ROWS_MAX, &arena, &fit));
        assert_ok(hmm_errors(&fit.model, false, false, x, ROWS_MAX, &arena, &errors));
        for (size_t k = 0; k < 2; k++) {
            double sigma = sqrt(fit.model.covariance[k][0][0]);
            double wanted = sqrt(truth.covariance[k][0][0]);
            assert_true(fabs(fit.model.mean[k][0] - truth.mean[k][0]) <= 4 * errors.mean[k]);
            assert_true(fabs(sigma - wanted) <= 4 * errors.sigma[k]);
            assert_true(fabs(fit.model.move[k][k] - truth.move[k][k]) <= 4 * errors.move[k][k]);
            assert_true(errors.sigma[k] < 0.05 * wanted && errors.move[k][k] < 0.01);
        }
    }
}

static void errors_are_those_of_second_differences_of_the_likelihood(void **state) {
    // Mean of state 0, the rest held: -1 / sqrt(second difference) is the reciprocal of the Hessian's
    // diagonal, which the inverse's is never below. With the Hessian diagonal, as for a mean and
    // states that hardly overlap, they are nearly the same.
    static double x[2000];
    double *ret[] = {x}, loglik[3];
    const double *columns[] = {x}, h = 1e-3;
    struct hmm truth = two(0, 1, 40, 2, 0.95, 0.95);
    struct hmm_fit fit;
    struct hmm_errors errors;
    struct hmm_options options = options_of(2);
    simulate(&truth, 5, 2000, ret);
    assert_ok(hmm_fit(&options, columns, 1, 2000, &arena, &fit));
    assert_ok(hmm_errors(&fit.model, false, false, x, 2000, &arena, &errors));
    for (int i = 0; i < 3; i++) {
        struct hmm model = fit.model;
        model.mean[0][0] += (i - 1) * h;
        assert_ok(hmm_smooth(&model, columns, 2000, &arena, &loglik[i], NULL, NULL));
    }
    double curve = (loglik[0] - 2 * loglik[1] + loglik[2]) / (h * h);
    assert_true(fabs(errors.mean[0] * sqrt(-curve) - 1) < 1e-3);
}

static void a_fit_is_a_maximum(void **state) {
    static double x[ROWS_MAX];
    double *ret[] = {x}, loglik;
    const double *columns[] = {x};
    struct hmm truth = two(1, 1, -1, 2, 0.9, 0.8);
    for (int stationary = 0; stationary <= 1; stationary++) {
        struct hmm_options options = options_of(2);
        struct hmm_fit fit;
        options.stationary = stationary;
        simulate(&truth, 9, 300, ret);
        assert_ok(hmm_fit(&options, columns, 1, 300, &arena, &fit));
        for (int p = 0; p < 12; p++) {
            struct hmm model = fit.model;
            double by = p % 2 == 0 ? 1e-3 : -1e-3;
            size_t k = (size_t)p / 2 % 2;
            if (p < 4) model.mean[k][0] += by;
            if (p >= 4 && p < 8) model.covariance[k][0][0] += by;
            if (p >= 8) model.move[k][0] += by, model.move[k][1] -= by;
            if (stationary) assert_true(hmm_stationary(model.move, 2, model.start));
            assert_ok(hmm_smooth(&model, columns, 300, &arena, &loglik, NULL, NULL));
            assert_true(loglik < fit.loglik);
            assert_true(loglik > fit.loglik - 0.05);
        }
    }
}

static void units_change_the_model_with_them_and_nothing_else(void **state) {
    static double x[3000], y[3000];
    double *ret[] = {x};
    struct hmm truth = two(0.5, 1, -1, 3, 0.97, 0.95);
    struct hmm_options options = options_of(2);
    struct hmm_fit a, b, again;
    simulate(&truth, 3, 3000, ret);
    for (size_t t = 0; t < 3000; t++) y[t] = 1e4 + 1e-3 * x[t];
    const double *of_x[] = {x}, *of_y[] = {y};
    assert_ok(hmm_fit(&options, of_x, 1, 3000, &arena, &a));
    assert_ok(hmm_fit(&options, of_y, 1, 3000, &arena, &b));
    assert_ok(hmm_fit(&options, of_x, 1, 3000, &arena, &again));
    assert_memory_equal(&a, &again, sizeof a);
    assert_true(fabs(b.loglik - 3000 * log(1e3) - a.loglik) < 1e-4);
    for (size_t k = 0; k < 2; k++) {
        assert_true(fabs((b.model.mean[k][0] - 1e4) * 1e3 - a.model.mean[k][0]) < 1e-4);
        double ratio = b.model.covariance[k][0][0] * 1e6 / a.model.covariance[k][0][0];
        assert_true(fabs(ratio - 1) < 1e-5);
    }
}

static void the_filter_does_not_look_ahead(void **state) {
    static double x[400], whole[800], part[800];
    double *ret[] = {x}, loglik;
    const double *columns[] = {x};
    struct hmm model = two(0, 1, 0, 3, 0.9, 0.8);
    simulate(&model, 4, 400, ret);
    assert_ok(hmm_smooth(&model, columns, 400, &arena, &loglik, whole, NULL));
    for (size_t cut = 1; cut < 400; cut += 37) {
        assert_ok(hmm_smooth(&model, columns, cut, &arena, &loglik, part, NULL));
        assert_memory_equal(part, whole, 2 * cut * sizeof(double));
    }
}

static void long_series_and_far_rows_neither_vanish_nor_overflow(void **state) {
    // The twin normalises at each row in long double.
    static double x[ROWS_MAX], filtered[2 * ROWS_MAX], smoothed[2 * ROWS_MAX];
    double *ret[] = {x}, loglik;
    const double *columns[] = {x};
    struct hmm model = two(0, 1, 0, 3, 0.99999, 0.9);
    simulate(&model, 4, ROWS_MAX, ret);
    for (size_t t = 500; t < ROWS_MAX; t += 1000) x[t] = t % 2000 == 500 ? 1e6 : -36;
    assert_ok(hmm_smooth(&model, columns, ROWS_MAX, &arena, &loglik, filtered, smoothed));
    long double sum = 0, p[2] = {model.start[0], model.start[1]};
    for (size_t t = 0; t < ROWS_MAX; t++) {
        long double logs[2], next[2];
        for (size_t k = 0; k < 2; k++) {
            long double d = x[t] - model.mean[k][0], v = model.covariance[k][0][0];
            logs[k] = -d * d / (2 * v) - logl(2 * M_PIl * v) / 2;
            next[k] = t == 0 ? p[k] : p[0] * model.move[0][k] + p[1] * model.move[1][k];
        }
        long double top = fmaxl(logs[0], logs[1]), total = 0;
        for (size_t k = 0; k < 2; k++) total += p[k] = next[k] * expl(logs[k] - top);
        for (size_t k = 0; k < 2; k++) {
            p[k] /= total;
            assert_true(fabsl(p[k] - filtered[2 * t + k]) < 1e-12);
        }
        assert_true(fabs(smoothed[2 * t] + smoothed[2 * t + 1] - 1) < 1e-12);
        sum += logl(total) + top;
    }
    assert_true(fabsl((sum - loglik) / sum) < 1e-13);
}

static void what_cannot_be_fitted_is_told(void **state) {
    static double equal[100], pairs[100], walk[100], twice[100];
    struct prng prng;
    prng_seed(&prng, 2);
    for (size_t t = 0; t < 100; t++) {
        equal[t] = 0.1;
        pairs[t] = t % 10 < 5 ? 1 : 2;
        walk[t] = gauss(&prng);
        twice[t] = 2 * walk[t] - 1;
    }
    const struct {
        const double *columns[2];
        size_t column_count, count, states;
        int error;
        const char *words;
    } rows[] = {
        {{walk}, 1, 7, 2, ERR_ARGUMENT, "needs 8 rows, not 7"},
        {{equal}, 1, 100, 2, ERR_ARGUMENT, "the values of column 1 are all equal"},
        {{walk, equal}, 2, 100, 2, ERR_ARGUMENT, "the values of column 2 are all equal"},
        {{pairs}, 1, 100, 3, ERR_ARGUMENT, "3 states need as many distinct rows; there are 2"},
        {{walk, twice}, 2, 100, 2, ERR_ARGUMENT, "column 2 is a linear combination"},
        {{pairs}, 1, 100, 2, ERR_CONVERGE, "in each of 8 starts a state shrank"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hmm_options options = options_of(rows[i].states);
        struct hmm_fit fit;
        int rc =
            hmm_fit(&options, rows[i].columns, rows[i].column_count, rows[i].count, &arena, &fit);
        if (rc != rows[i].error || strstr(err_story(), rows[i].words) == NULL)
            fail_msg("row %zu: %d %s", i, rc, err_story());
    }
    struct hmm_options options = options_of(2);
    struct hmm_fit fit;
    const double *columns[] = {walk};
    options.iterations_max = 13;
    assert_int_equal(hmm_fit(&options, columns, 1, 100, &arena, &fit), ERR_CONVERGE);
    assert_non_null(strstr(err_story(), "still rises"));
}

static void a_state_of_equal_rows_is_not_a_fit(void **state) {
    // Half of the rows are exactly 0: a state on them alone has an infinite likelihood.
    static double x[400];
    struct prng prng;
    const double *columns[] = {x};
    struct hmm_options options = options_of(2);
    struct hmm_fit fit;
    prng_seed(&prng, 8);
    for (size_t t = 0; t < 400; t++) x[t] = t / 20 % 2 == 0 ? 0 : gauss(&prng);
    assert_ok(hmm_fit(&options, columns, 1, 400, &arena, &fit));
    // What is found instead parts the rows by their mean.
    assert_true(fit.collapsed > 0 && isfinite(fit.loglik));
    assert_true(fit.model.covariance[0][0][0] > 0.1 && fit.model.mean[1][0] > 1);
    // As many rows that are only near each other are a state.
    for (size_t t = 0; t < 400; t++) x[t] += 1e-3 * gauss(&prng);
    assert_ok(hmm_fit(&options, columns, 1, 400, &arena, &fit));
    assert_true(fabs(sqrt(fit.model.covariance[0][0][0]) - 1e-3) < 2e-4);
}

static void faulty_models_are_refused(void **state) {
    double x[3] = {0, 1, 2}, loglik, path[3];
    const double *columns[] = {x};
    struct hmm good = two(0, 1, 1, 2, 0.9, 0.8), model = good;
    assert_null(hmm_fault(&good));
    model.states = 5;
    assert_non_null(strstr(hmm_fault(&model), "2 to 4 states"));
    model = good;
    model.columns = 0;
    assert_non_null(strstr(hmm_fault(&model), "columns"));
    model = good;
    model.move[1][0] = 0.3;
    assert_non_null(strstr(hmm_fault(&model), "add up to 1"));
    model.move[1][0] = -0.1;
    assert_non_null(strstr(hmm_fault(&model), "between 0 and 1"));
    model = good;
    model.mean[0][0] = NAN;
    assert_non_null(strstr(hmm_fault(&model), "mean"));
    model = good;
    model.covariance[1][0][0] = 0;
    assert_int_equal(hmm_smooth(&model, columns, 3, &arena, &loglik, NULL, NULL), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "positive definite"));
    assert_int_equal(hmm_smooth(&good, columns, 0, &arena, &loglik, NULL, NULL), ERR_ARGUMENT);
    // From 0 there is no way to 1, and the second row is 0 times as likely in 0.
    model = two(0, 1e-3, 100, 1e-3, 1 - 1e-9, 0.9);
    model.move[0][0] = 1;
    model.move[0][1] = 0;
    model.start[0] = 1;
    model.start[1] = 0;
    double jump[3] = {0, 100, 100};
    columns[0] = jump;
    assert_int_equal(hmm_smooth(&model, columns, 3, &arena, &loglik, NULL, NULL), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "likelihood is 0"));
    assert_ok(hmm_viterbi(&model, columns, 3, &arena, path, &loglik));
    assert_true(path[2] == 0 && loglik < -1e9);
}

static void a_row_that_is_too_far_for_any_density_is_told(void **state) {
    double x[3] = {0, 1e200, 0}, loglik, path[3];
    const double *columns[] = {x};
    struct hmm model = two(0, 1, 1, 2, 0.9, 0.8);
    assert_int_equal(hmm_smooth(&model, columns, 3, &arena, &loglik, NULL, NULL), ERR_ARGUMENT);
    assert_int_equal(hmm_viterbi(&model, columns, 3, &arena, path, &loglik), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "likelihood is 0"));
}

static void small_helpers_are_exact(void **state) {
    double move[HMM_STATES_MAX][HMM_STATES_MAX] = {{1, 0}, {0, 1}}, start[HMM_STATES_MAX], next[2];
    assert_false(hmm_stationary(move, 2, start));
    struct hmm model = two(0, 1, 1, 2, 0.9, 0.8);
    assert_true(fabs(model.start[0] - 2.0 / 3) < 1e-15);
    hmm_forecast(&model, (double[]){0.25, 0.75}, next);
    assert_true(fabs(next[0] - 0.375) < 1e-15 && fabs(next[1] - 0.625) < 1e-15);
    assert_true(fabs(hmm_log_density(1, 0, 2) - log(normal_pdf(0.5) / 2)) < 1e-14);
    struct hmm wide = {.states = 2, .columns = 2};
    struct hmm_errors errors;
    wide = some_model(2, 2, &(struct prng){{1, 2, 3, 4}});
    assert_int_equal(hmm_errors(&wide, false, false, start, 4, &arena, &errors), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likelihood_marginals_and_path_equal_the_sum_over_all_paths),
        cmocka_unit_test(the_published_likelihood_is_reproduced),
        cmocka_unit_test(the_published_fit_is_found),
        cmocka_unit_test(fits_equal_those_of_hmmlearn),
        cmocka_unit_test(several_columns_fit_as_in_hmmlearn),
        cmocka_unit_test(what_was_simulated_is_found_again_within_its_errors),
        cmocka_unit_test(errors_are_those_of_second_differences_of_the_likelihood),
        cmocka_unit_test(a_fit_is_a_maximum),
        cmocka_unit_test(units_change_the_model_with_them_and_nothing_else),
        cmocka_unit_test(the_filter_does_not_look_ahead),
        cmocka_unit_test(long_series_and_far_rows_neither_vanish_nor_overflow),
        cmocka_unit_test(what_cannot_be_fitted_is_told),
        cmocka_unit_test(a_state_of_equal_rows_is_not_a_fit),
        cmocka_unit_test(faulty_models_are_refused),
        cmocka_unit_test(a_row_that_is_too_far_for_any_density_is_told),
        cmocka_unit_test(small_helpers_are_exact),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
