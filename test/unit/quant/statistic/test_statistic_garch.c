// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include <jansson.h>

#include "harness.h"
#include "quant/statistic/statistic.h"
#include "shared_column.h"

enum { ROWS_MAX = 2000 };

struct call {
    struct arena arena;
    const struct statistic *row;
    double params[PARAMS_MAX];
    struct statistic_value out[STATISTIC_OUTPUTS_MAX];
};

static double y[ROWS_MAX];
static size_t rows;

static void load(void) {
    rows = shared_column_load("golden/volatility/dem2gbp.csv", y, ROWS_MAX);
}

static void call_make(struct call *call, const char *name, const char *set) {
    memset(call, 0, sizeof *call);
    call->row = statistic_find(name);
    assert_non_null(call->row);
    const struct statistic *row = call->row;
    params_defaults(row->params, row->param_count, call->params);
    for (char key[32], value[32]; *set != '\0'; set += strcspn(set, " "), set += *set == ' ') {
        assert_int_equal(sscanf(set, "%31[a-z_]=%31s", key, value), 2);
        assert_ok(params_set(row->params, row->param_count, key, value, call->params));
    }
    assert_ok(arena_init(&call->arena, 1 << 22));
}

static int evaluate(struct call *call, size_t count) {
    struct statistic_data data = {
        .columns = {y}, .column_count = 1, .count = count, .arena = &call->arena};
    assert_ok(statistic_check(call->row, call->params));
    return call->row->evaluate(&data, call->params, call->out);
}

static const struct statistic_value *output(const struct call *call, const char *name) {
    for (size_t i = 0; i < call->row->output_count; i++)
        if (strcmp(call->row->outputs[i].name, name) == 0) return &call->out[i];
    fail_msg("%s has no output %s", call->row->name, name);
    return NULL;
}

static double number(const struct call *call, const char *name) {
    return output(call, name)->number;
}

static void near(double actual, double expected, double tolerance) {
    if (!(fabs(actual - expected) <= tolerance))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

static void garch_equals_the_golden_numbers(void **state) {
    static const char *const names[] = {"mu", "omega", "alpha", "beta"};
    struct call call;
    load();
    json_t *root = json_load_file(harness_shared("golden/volatility/expected.json"), 0, NULL);
    json_t *node = json_object_get(root, "garch_dem2gbp");
    json_t *errors = json_object_get(node, "se_hessian");
    assert_int_equal(json_array_size(errors), 4);
    call_make(&call, "garch", "");
    assert_ok(evaluate(&call, rows));
    for (size_t i = 0; i < 4; i++) {
        char se[32];
        snprintf(se, sizeof se, "se_%s", names[i]);
        double error = json_number_value(json_array_get(errors, i));
        near(number(&call, names[i]), json_number_value(json_object_get(node, names[i])),
             1e-5 * error);
        near(number(&call, se), error, 1e-4 * error);
    }
    near(number(&call, "loglik"), json_number_value(json_object_get(node, "loglik")), 1e-9);
    near(number(&call, "persistence"), json_number_value(json_object_get(node, "persistence")),
         1e-7);
    near(number(&call, "uncond_var"), json_number_value(json_object_get(node, "uncond_var")), 1e-7);
    const double *h = output(&call, "variance")->values;
    assert_int_equal(output(&call, "variance")->rows, rows);
    near(h[0], json_number_value(json_object_get(node, "h_first")), 1e-8);
    near(h[rows - 1], json_number_value(json_object_get(node, "h_last")), 1e-8);
    const double *ahead = output(&call, "forecast")->values;
    assert_int_equal(output(&call, "forecast")->rows, 10);
    near(ahead[0], json_number_value(json_object_get(node, "forecast_var_1")), 1e-8);
    near(ahead[9], json_number_value(json_object_get(node, "forecast_var_10")), 1e-8);
    assert_true(isnan(number(&call, "nu")) && number(&call, "bounds") == 0);
    near(number(&call, "aic"), 8 + 2 * 1106.607881041, 1e-8);
    near(number(&call, "bic"), 4 * log(1974) + 2 * 1106.607881041, 1e-8);
    near(pow(number(&call, "persistence"), number(&call, "half_life")), 0.5, 1e-13);
    json_decref(root);
    arena_fini(&call.arena);
}

static void residuals_and_the_term_structure_follow_from_the_variances(void **state) {
    struct call call;
    load();
    call_make(&call, "gjr_garch", "horizon=20 periods=260 distribution=T");
    assert_ok(evaluate(&call, rows));
    const double *h = output(&call, "variance")->values, *z = output(&call, "residual")->values;
    const double *ahead = output(&call, "forecast")->values, *term = output(&call, "term")->values;
    double sum = 0;
    for (size_t i = 0; i < rows; i++) near(number(&call, "mu") + sqrt(h[i]) * z[i], y[i], 1e-14);
    for (size_t k = 0; k < 20; k++) {
        sum += ahead[k];
        near(term[k] * term[k], 260 * sum / (double)(k + 1), 1e-9);
    }
    arena_fini(&call.arena);
}

static const char *const given_names[] = {"mu", "omega", "alpha", "gamma", "beta", "nu"};

// The filter with a fit's parameters is the fit.
static void the_filter_repeats_a_fit(void **state) {
    static const char *const models[] = {"garch", "gjr_garch", "egarch"};
    load();
    for (size_t m = 0; m < 3; m++) {
        struct call fit, filter;
        char set[64];
        snprintf(set, sizeof set, "model=%s init=backcast distribution=t", models[m]);
        call_make(&fit, models[m], "init=backcast distribution=t");
        call_make(&filter, "garch_filter", set);
        assert_ok(evaluate(&fit, rows));
        for (int i = 0; i < 6; i++) {
            if (m == 0 && i == 3) continue;
            int place = params_find(filter.row->params, filter.row->param_count, given_names[i]);
            filter.params[place] = number(&fit, given_names[i]);
        }
        assert_ok(evaluate(&filter, rows));
        near(number(&filter, "loglik"), number(&fit, "loglik"), 1e-9);
        near(number(&filter, "persistence"), number(&fit, "persistence"), 0);
        static const char *const paths[] = {"variance", "residual", "forecast", "term"};
        for (size_t k = 0; k < 4; k++) {
            const struct statistic_value *a = output(&fit, paths[k]);
            const struct statistic_value *b = output(&filter, paths[k]);
            assert_int_equal(a->rows, b->rows);
            assert_memory_equal(a->values, b->values, a->rows * sizeof(double));
        }
        arena_fini(&fit.arena);
        arena_fini(&filter.arena);
    }
}

static void a_simulation_goes_on_from_the_series_and_depends_on_its_seed(void **state) {
    struct call filter, paths[3];
    load();
    call_make(&filter, "garch_filter", "alpha=0.15 beta=0.8 omega=0.01");
    assert_ok(evaluate(&filter, rows));
    for (int i = 0; i < 3; i++) {
        call_make(&paths[i], "garch_simulate", "alpha=0.15 beta=0.8 omega=0.01 horizon=50");
        if (i == 2) paths[i].params[paths[i].row->param_count - 1] = 2;
        assert_ok(evaluate(&paths[i], rows));
        assert_true(output(&paths[i], "variance")->values[0] ==
                    output(&filter, "forecast")->values[0]);
        assert_int_equal(output(&paths[i], "returns")->rows, 50);
    }
    const double *a = output(&paths[0], "returns")->values;
    assert_memory_equal(a, output(&paths[1], "returns")->values, 50 * sizeof *a);
    assert_true(a[0] != output(&paths[2], "returns")->values[0]);
    for (int i = 0; i < 3; i++) arena_fini(&paths[i].arena);
    arena_fini(&filter.arena);
}

static void what_has_no_answer_is_told(void **state) {
    static const char *const fits[] = {"garch", "gjr_garch", "egarch"};
    struct call call;
    for (size_t i = 0; i < 40; i++) y[i] = 0.5;
    for (size_t m = 0; m < 3; m++) {
        call_make(&call, fits[m], "");
        assert_int_equal(evaluate(&call, 40), ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), "variance is 0"));
        assert_int_equal(evaluate(&call, 29), ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), "at least 30 rows"));
        arena_fini(&call.arena);
    }
    static const char *const given[] = {"garch_filter", "garch_simulate"};
    for (size_t m = 0; m < 2; m++) {
        call_make(&call, given[m], "alpha=0.5 beta=0.5");
        assert_int_equal(statistic_check(call.row, call.params), ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), "persistence"));
        arena_fini(&call.arena);
        call_make(&call, given[m], "");
        assert_int_equal(evaluate(&call, 0), ERR_ARGUMENT);
        assert_ok(evaluate(&call, 1));
        arena_fini(&call.arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(garch_equals_the_golden_numbers),
        cmocka_unit_test(residuals_and_the_term_structure_follow_from_the_variances),
        cmocka_unit_test(the_filter_repeats_a_fit),
        cmocka_unit_test(a_simulation_goes_on_from_the_series_and_depends_on_its_seed),
        cmocka_unit_test(what_has_no_answer_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
