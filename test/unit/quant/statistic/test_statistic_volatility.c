// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"
#include "quant/statistic/statistic.h"

enum { ROWS = 252 };
static const char *const names[] = {"open", "high", "low", "close"};

// The bars of golden/indicators/ref252_ohlcv.csv, and the log returns of their closes.
struct sample {
    double bars[4][ROWS];
    double returns[ROWS - 1];
};

static void sample_load(struct sample *ret_sample) {
    FILE *file = fopen(harness_shared("golden/indicators/ref252_ohlcv.csv"), "r");
    char line[256];
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    for (size_t i = 0; i < ROWS; i++) {
        assert_non_null(fgets(line, sizeof line, file));
        assert_int_equal(sscanf(line, "%*[^,],%lf,%lf,%lf,%lf", &ret_sample->bars[0][i],
                                &ret_sample->bars[1][i], &ret_sample->bars[2][i],
                                &ret_sample->bars[3][i]),
                         4);
        if (i > 0)
            ret_sample->returns[i - 1] = log(ret_sample->bars[3][i] / ret_sample->bars[3][i - 1]);
    }
    fclose(file);
}

static int evaluate(const struct sample *sample, const char *name, const char *set, size_t count,
                    struct statistic_value *ret_values) {
    const struct statistic *row = statistic_find(name);
    assert_non_null(row);
    double params[PARAMS_MAX];
    params_defaults(row->params, row->param_count, params);
    for (char key[32], value[32]; *set != '\0'; set += strcspn(set, " "), set += *set == ' ') {
        assert_int_equal(sscanf(set, "%31[a-z]=%31s", key, value), 2);
        assert_ok(params_set(row->params, row->param_count, key, value, params));
    }
    assert_ok(statistic_check(row, params));
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 20));
    struct statistic_data data = {
        .column_count = row->input_count, .count = count, .arena = &arena};
    for (size_t i = 0; i < row->input_count; i++) {
        data.columns[i] = sample->returns;
        for (size_t c = 0; c < 4; c++)
            if (strcmp(names[c], row->inputs[i]) == 0) data.columns[i] = sample->bars[c];
    }
    int rc = row->evaluate(&data, params, ret_values);
    arena_fini(&arena);
    return rc;
}

// Computed from the definitions with numpy 2.4.6 over the same file; realised measures over its 251
// returns as if they were one day's.
static const struct {
    const char *name, *set;
    size_t output;
    double value;
} expectations[] = {
    {"volatility_close_to_close", "", 0, 0.420674701882628},
    {"volatility_close_to_close", "periods=63", 0, 0.420674701882628 / 2},
    {"volatility_parkinson", "", 0, 0.3112489960341422},
    {"volatility_garman_klass", "", 0, 0.31463185246668873},
    {"volatility_rogers_satchell", "", 0, 0.3233539668942483},
    {"volatility_yang_zhang", "", 0, 0.4134052675144269},
    {"volatility_ewma", "", 1, 0.0004771799997894647},
    {"volatility_ewma", "seed=mean", 1, 0.00047717990461812395},
    {"realised_variance", "", 0, 0.17567062808897665},
    {"bipower_variation", "", 0, 0.14148788443071925},
    {"jump_test", "", 0, 3.950373922448857},
    {"jump_test", "", 1, 3.9014596422577764e-05},
    {"jump_test", "", 2, 0.17567062808897665 - 0.14148788443071925},
    {"jump_test", "", 3, 0.17567062808897665},
    {"jump_test", "", 4, 0.14148788443071925},
    {"jump_test", "", 5, 0.016979174143503847},
    {"jump_test", "quarticity=tripower", 0, 3.873637491171265},
    {"jump_test", "quarticity=tripower", 1, 5.3611434796165955e-05},
    {"jump_test", "quarticity=tripower", 5, 0.02081981980311604},
    {"two_scale_variance", "", 0, 0.17683398574386588},
    {"two_scale_variance", "adjust=false scale=30", 0, 0.16433032002333317},
    {"two_scale_variance", "scale=2", 0, 0.17750908897500844},
    {"realised_kernel", "bandwidth=3", 0, 0.18154995959992387},
    {"realised_kernel", "", 0, 0.1622165831702647},
    {"realised_kernel", "", 1, 9},
};

static void every_row_equals_the_reference(void **state) {
    struct sample sample;
    sample_load(&sample);
    for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++) {
        struct statistic_value out[STATISTIC_OUTPUTS_MAX] = {0};
        bool bars = strncmp(expectations[i].name, "vola", 4) == 0;
        assert_ok(evaluate(&sample, expectations[i].name, expectations[i].set, ROWS - !bars, out));
        double actual = out[expectations[i].output].number, expected = expectations[i].value;
        if (!(fabs(actual - expected) <= 1e-12 * expected))
            fail_msg("%s %s: %.17g, expected %.17g", expectations[i].name, expectations[i].set,
                     actual, expected);
    }
}

static void the_value_of_ewma_is_its_variance_a_year(void **state) {
    struct sample sample;
    struct statistic_value out[2] = {0};
    sample_load(&sample);
    assert_ok(evaluate(&sample, "volatility_ewma", "periods=365", ROWS, out));
    assert_true(out[0].number == sqrt(365 * out[1].number));
}

static void too_few_rows_are_refused_and_the_minimum_is_told(void **state) {
    static const struct {
        const char *name;
        size_t rows;
    } minimum[] = {
        {"bipower_variation", 2},
        {"jump_test", 4},
        {"realised_kernel", 2},
        {"realised_variance", 1},
        {"two_scale_variance", 5},
        {"volatility_ewma", 2},
        {"volatility_close_to_close", 3},
        {"volatility_parkinson", 2},
        {"volatility_yang_zhang", 3},
        {"volatility_garman_klass", 2},
        {"volatility_rogers_satchell", 2},
    };
    struct sample sample = {0};
    for (size_t i = 0; i < 10; i++)
        for (size_t c = 0; c < 4; c++) sample.bars[c][i] = 1;
    for (size_t i = 0; i < sizeof minimum / sizeof *minimum; i++) {
        struct statistic_value out[STATISTIC_OUTPUTS_MAX] = {0};
        char words[64];
        snprintf(words, sizeof words, "at least %zu rows", minimum[i].rows);
        assert_int_equal(evaluate(&sample, minimum[i].name, "", minimum[i].rows - 1, out),
                         ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), words));
        assert_ok(evaluate(&sample, minimum[i].name, "", minimum[i].rows, out));
    }
}

static void prices_that_cannot_be_are_refused(void **state) {
    struct sample sample;
    struct statistic_value out[2] = {0};
    for (size_t i = 0; i < ROWS; i++)
        for (size_t c = 0; c < 4; c++) sample.bars[c][i] = 10;
    sample.bars[1][7] = 9;
    assert_int_equal(evaluate(&sample, "volatility_parkinson", "", ROWS, out), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "row 8"));
    sample.bars[3][9] = -1;
    assert_int_equal(evaluate(&sample, "volatility_close_to_close", "", ROWS, out), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "row 10"));
    assert_int_equal(evaluate(&sample, "volatility_ewma", "", ROWS, out), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_equals_the_reference),
        cmocka_unit_test(the_value_of_ewma_is_its_variance_a_year),
        cmocka_unit_test(too_few_rows_are_refused_and_the_minimum_is_told),
        cmocka_unit_test(prices_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
