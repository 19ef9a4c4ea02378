// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/indicator/indicator.h"
#include "quant/series/hill.h"
#include "quant/statistic/statistic.h"

enum { ROWS = 600 };

static struct arena arena;

static int open_arena(void **state) {
    return arena_init(&arena, 1 << 24);
}

static int close_arena(void **state) {
    arena_fini(&arena);
    return 0;
}

static void evaluate(const char *name, const char *text, const double *const *columns,
                     size_t column_count, size_t count, struct statistic_value *ret_values) {
    const struct statistic *row = statistic_find(name);
    double params[PARAMS_MAX];
    struct statistic_data data = {.column_count = column_count, .count = count, .arena = &arena};
    assert_non_null(row);
    for (size_t c = 0; c < column_count; c++) data.columns[c] = columns[c];
    params_defaults(row->params, row->param_count, params);
    while (*text != '\0') {
        char key[32], value[32];
        int used = 0;
        assert_int_equal(sscanf(text, " %31[a-z0-9_]=%31s %n", key, value, &used), 2);
        assert_ok(params_set(row->params, row->param_count, key, value, params));
        text += used;
    }
    assert_ok(statistic_check(row, params));
    memset(ret_values, 0, STATISTIC_OUTPUTS_MAX * sizeof *ret_values);
    assert_ok(row->evaluate(&data, params, ret_values));
}

static const struct statistic_value *find(const char *name, const char *output,
                                          const struct statistic_value *values) {
    const struct statistic *row = statistic_find(name);
    for (size_t i = 0; i < row->output_count; i++)
        if (strcmp(row->outputs[i].name, output) == 0) return &values[i];
    fail_msg("%s has no %s", name, output);
    return NULL;
}

static void make(double *ret_x, double *ret_y) {
    struct prng prng;
    prng_seed(&prng, 5);
    for (size_t t = 0; t < ROWS; t++) {
        double spread = t / 100 % 2 == 0 ? 1 : 4;
        ret_x[t] = spread * (prng_double(&prng) + prng_double(&prng) - 1);
        ret_y[t] = ret_x[t] + prng_double(&prng);
    }
}

static void hmm_gives_everything_that_it_names(void **state) {
    static double x[ROWS], y[ROWS];
    struct statistic_value values[STATISTIC_OUTPUTS_MAX];
    const double *columns[] = {x, y};
    make(x, y);
    for (size_t n = 1; n <= 2; n++) {
        evaluate("hmm", "states=2", columns, n, ROWS, values);
        const struct statistic *row = statistic_find("hmm");
        for (size_t i = 0; i < row->output_count; i++) {
            bool number = row->outputs[i].shape == STATISTIC_NUMBER;
            assert_true(number ? isfinite(values[i].number) : values[i].values != NULL);
            if (row->outputs[i].shape == STATISTIC_SERIES) assert_true(values[i].rows == ROWS);
        }
        const struct statistic_value *sigma = find("hmm", "sigma", values);
        assert_true(sigma->rows == 2 && sigma->columns == n);
        assert_true(sigma->values[0] < sigma->values[n]);
        assert_true(find("hmm", "covariance", values)->rows == 2 * n);
        const double *smoothed = find("hmm", "smoothed_1", values)->values;
        const double *path = find("hmm", "state", values)->values;
        assert_true(isnan(find("hmm", "filtered_2", values)->values[5]));
        for (size_t t = 0; t < ROWS; t++) {
            assert_true(fabs(smoothed[t] + find("hmm", "smoothed_0", values)->values[t] - 1) <
                        1e-12);
            if (t % 100 == 50) assert_true(path[t] == (double)(t / 100 % 2));
        }
        const double *forecast = find("hmm", "forecast", values)->values;
        assert_true(fabs(forecast[0] + forecast[1] - 1) < 1e-12 && forecast[1] > 0.9);
        double k = n == 1 ? 7 : 2 * 2 + 2 * 3 + 3, l = find("hmm", "loglik", values)->number;
        assert_true(fabs(find("hmm", "bic", values)->number - (k * log(ROWS) - 2 * l)) < 1e-9);
        assert_true(isnan(find("hmm", "mean_error", values)->values[0]) == (n == 2));
    }
}

static void hmm_viterbi_at_the_fit_equals_the_fit(void **state) {
    static double x[ROWS], y[ROWS];
    struct statistic_value fit[STATISTIC_OUTPUTS_MAX], path[STATISTIC_OUTPUTS_MAX];
    const double *columns[] = {x};
    char text[512];
    make(x, y);
    evaluate("hmm", "start=stationary", columns, 1, ROWS, fit);
    const double *mean = find("hmm", "mean", fit)->values, *move = find("hmm", "move", fit)->values;
    const double *sigma = find("hmm", "sigma", fit)->values;
    snprintf(text, sizeof text,
             "mean_0=%.17g mean_1=%.17g sigma_0=%.17g sigma_1=%.17g move_01=%.17g move_10=%.17g",
             mean[0], mean[1], sigma[0], sigma[1], move[1], move[2]);
    evaluate("hmm_viterbi", text, columns, 1, ROWS, path);
    assert_true(fabs(find("hmm", "loglik", fit)->number -
                     find("hmm_viterbi", "loglik", path)->number) < 1e-8);
    assert_true(find("hmm_viterbi", "path_density", path)->number <
                find("hmm_viterbi", "loglik", path)->number);
    for (size_t t = 0; t < ROWS; t++) {
        assert_true(find("hmm", "state", fit)->values[t] ==
                    find("hmm_viterbi", "state", path)->values[t]);
        assert_true(fabs(find("hmm", "filtered_1", fit)->values[t] -
                         find("hmm_viterbi", "filtered_1", path)->values[t]) < 1e-9);
    }
}

static void bad_input_is_told(void **state) {
    const struct statistic *row = statistic_find("hmm");
    static double x[ROWS], y[ROWS];
    struct statistic_value values[STATISTIC_OUTPUTS_MAX] = {0};
    struct statistic_data data = {.columns = {x}, .column_count = 1, .count = 5, .arena = &arena};
    double params[PARAMS_MAX];
    make(x, y);
    params_defaults(row->params, row->param_count, params);
    assert_int_equal(row->evaluate(&data, params, values), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "needs 8 rows"));
    data.column_count = 17;
    for (size_t c = 0; c < 17; c++) data.columns[c] = x;
    assert_int_equal(row->evaluate(&data, params, values), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "at most 16 columns"));
    struct arena tiny;
    assert_ok(arena_init(&tiny, 4096));
    data =
        (struct statistic_data){.columns = {x}, .column_count = 1, .count = ROWS, .arena = &tiny};
    assert_int_equal(row->evaluate(&data, params, values), ERR_NOMEM);
    arena_fini(&tiny);
}

static void transitions_are_those_of_the_classes(void **state) {
    static double close[ROWS], y[ROWS];
    struct statistic_value values[STATISTIC_OUTPUTS_MAX];
    const double *columns[] = {close};
    make(close, y);
    for (size_t t = 0; t < ROWS; t++)
        close[t] = (t > 0 ? close[t - 1] : 100) * (1 + 0.01 * close[t]);
    evaluate("regime_moves", "window=10 history=40", columns, 1, ROWS, values);
    const double *class = find("regime_moves", "class", values)->values;
    const double *counts = find("regime_moves", "count", values)->values;
    const double *moves = find("regime_moves", "move", values)->values;
    const double *share = find("regime_moves", "share", values)->values;
    const double *duration = find("regime_moves", "duration", values)->values;
    double all = 0;
    for (size_t i = 0; i < 4; i++) {
        double rows = 0, left = 0, stays = 0;
        for (size_t j = 0; j < 4; j++) {
            double count = 0;
            for (size_t t = 50; t < ROWS; t++) count += class[t - 1] == i && class[t] == j;
            assert_true(counts[4 * i + j] == count);
            left += count;
        }
        for (size_t t = 49; t < ROWS; t++) {
            rows += class[t] == i;
            stays += class[t] == i && (t == 49 || class[t - 1] != i);
        }
        for (size_t j = 0; j < 4; j++)
            assert_true(left > 0 ? moves[4 * i + j] == counts[4 * i + j] / left
                                 : isnan(moves[4 * i + j]));
        assert_true(fabs(share[i] - rows / (ROWS - 49)) < 1e-15);
        assert_true(stays > 0 ? duration[i] == rows / stays : isnan(duration[i]));
        all += share[i];
    }
    assert_true(isnan(class[48]) && !isnan(class[49]) && fabs(all - 1) < 1e-12);
    // The row it says it needs is enough, one fewer is not.
    const struct statistic *row = statistic_find("regime_moves");
    struct statistic_data data = {
        .columns = {close}, .column_count = 1, .count = 272, .arena = &arena};
    double params[PARAMS_MAX];
    params_defaults(row->params, row->param_count, params);
    assert_int_equal(row->evaluate(&data, params, values), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "need 273 rows, not 272"));
    data.count = 273;
    assert_ok(row->evaluate(&data, params, values));
}

static void a_tail_index_is_hills(void **state) {
    static double x[ROWS], y[ROWS], losses[ROWS], scratch[ROWS];
    struct statistic_value values[STATISTIC_OUTPUTS_MAX] = {0};
    const double *columns[] = {x};
    make(x, y);
    for (size_t t = 0; t < ROWS; t++) losses[t] = -x[t];
    evaluate("tail_index", "share=0.1", columns, 1, ROWS, values);
    struct hill hill = hill_of(losses, ROWS, 60, scratch);
    assert_true(values[0].number == hill.index && values[1].number == hill.index / sqrt(60));
    assert_true(values[2].number == 60 && fabs(values[3].number - exp(scratch[60])) < 1e-12);
    assert_true(values[4].number > values[5].number && values[5].number > values[3].number);
    const struct statistic *row = statistic_find("tail_index");
    struct statistic_data data = {.columns = {x}, .column_count = 1, .count = 30, .arena = &arena};
    double params[] = {0.05, 1, 250};
    assert_int_equal(row->evaluate(&data, params, values), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "fewer than 2"));
    for (size_t t = 0; t < ROWS; t++) y[t] = t % 7 == 0 ? -1 : 1;
    data =
        (struct statistic_data){.columns = {y}, .column_count = 1, .count = ROWS, .arena = &arena};
    assert_int_equal(row->evaluate(&data, params, values), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "are equal"));
    for (size_t t = 0; t < ROWS; t++) y[t] = 1;
    assert_int_equal(row->evaluate(&data, params, values), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "there are 0"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmm_gives_everything_that_it_names),
        cmocka_unit_test(hmm_viterbi_at_the_fit_equals_the_fit),
        cmocka_unit_test(bad_input_is_told),
        cmocka_unit_test(transitions_are_those_of_the_classes),
        cmocka_unit_test(a_tail_index_is_hills),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
