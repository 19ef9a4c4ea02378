// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/model.h"

static void check_row(const char *name, const char *summary, const struct param *params,
                      size_t count) {
    assert_true(name[0] != '\0' && summary[0] != '\0');
    assert_true(count <= PARAMS_MAX);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(params[i].help);
        if (params[i].type == PARAM_ENUM || params[i].type == PARAM_BOOL) continue;
        assert_true(params[i].def >= params[i].min && params[i].def <= params[i].max);
    }
}

static void every_model_is_found_by_its_name(void **state) {
    for (size_t i = 0; i < fee_model_count(); i++) {
        const struct fee_model *model = fee_model_at(i);
        assert_int_equal(fee_model_find(model->name), i);
        check_row(model->name, model->summary, model->params, model->param_count);
    }
    for (size_t i = 0; i < slip_model_count(); i++) {
        const struct slip_model *model = slip_model_at(i);
        assert_int_equal(slip_model_find(model->name), i);
        check_row(model->name, model->summary, model->params, model->param_count);
    }
    for (size_t i = 0; i < latency_model_count(); i++) {
        const struct latency_model *model = latency_model_at(i);
        assert_int_equal(latency_model_find(model->name), i);
        check_row(model->name, model->summary, model->params, model->param_count);
    }
    assert_int_equal(fee_model_find("free_lunch"), -1);
    assert_int_equal(slip_model_find(""), -1);
    assert_int_equal(latency_model_find("none"), -1);
}

static void decimal_rates_become_exact_integers(void **state) {
    assert_int_equal(model_parts(0.001), 1000000);
    assert_int_equal(model_parts(0.1), 100000000);
    assert_int_equal(model_parts(-0.00025), -250000);
    assert_int_equal(model_parts(0.29), 290000000);
}

static void shares_are_rounded_up(void **state) {
    assert_true(model_share_up(1000, 1000000) == 1);
    assert_true(model_share_up(1001, 1000000) == 2);
    assert_true(model_share_up(-1999, 1000000) == -1);
    assert_true(model_share_up((int128_t)INT64_MAX * 1000, 1000000) == INT64_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_model_is_found_by_its_name),
        cmocka_unit_test(decimal_rates_become_exact_integers),
        cmocka_unit_test(shares_are_rounded_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
