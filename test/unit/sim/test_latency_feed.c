// SPDX-License-Identifier: Apache-2.0
#include "tick_pit.h"

static void its_times_are_a_series_and_its_factors_are_once_each(void **state) {
    int index = latency_model_find("feed");
    assert_true(index >= 0);
    const struct latency_model *model = latency_model_at((size_t)index);
    double values[PARAMS_MAX];
    params_defaults(model->params, model->param_count, values);
    assert_true(model->by_series && !model->fixed && model->param_count == 2);
    assert_true(values[0] == 1 && values[1] == 1);
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    assert_ok(tick_config_set_latency(&pit->config, "feed"));
    assert_null(tick_exchange_new(&pit->wiring, &pit->state, &pit->config)); // without a series
    tick_pit_free(pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_times_are_a_series_and_its_factors_are_once_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
