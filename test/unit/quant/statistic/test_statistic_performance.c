// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "golden.h"
#include "harness.h"
#include "quant/statistic/statistic.h"

struct expectation {
    const char *name;
    const char *key;
    int output;
    const char *set; // "name=value" of a parameter other than periods and rf, or NULL
};

static const struct expectation expectations[] = {
    {"alpha", "alpha_ann_simple", 0, NULL},
    {"alpha_compound", "alpha_ann_geometric", 0, NULL},
    {"alpha_period", "alpha_period", 0, NULL},
    {"best", "best", 0, NULL},
    {"market_beta", "beta", 0, NULL},
    {"beta_side", "up_beta", 0, NULL},
    {"beta_side", "down_beta", 0, "side=down"},
    {"cagr", "cagr", 0, NULL},
    {"calmar", "calmar", 0, NULL},
    {"capture", "up_capture_geometric", 0, NULL},
    {"capture", "down_capture_geometric", 0, "side=down"},
    {"capture_sum", "up_capture_sum", 0, NULL},
    {"capture_sum", "down_capture_sum", 0, "side=down"},
    {"correlation", "corr", 0, NULL},
    {"cvar", "cvar95_mean_le", 0, NULL},
    {"deflated_sharpe", "dsr_100trials_annualvar_0.5", 0, NULL},
    {"deviation", "std_ddof1", 0, NULL},
    {"downside", "downside_dev_period_mar0", 0, NULL},
    {"excess_kurtosis_sample", "excess_kurt_sample_adjusted", 0, NULL},
    {"hit_rate", "hit_rate_gt0", 0, NULL},
    {"information_ratio", "information_ratio", 0, NULL},
    {"kurtosis", "kurtosis_population_nonexcess", 0, NULL},
    {"m2", "m2_ann", 0, NULL},
    {"max_drawdown", "max_drawdown", 0, NULL},
    {"mean_return", "mean", 0, NULL},
    {"omega", "omega_0", 0, NULL},
    {"pain", "pain_index", 0, NULL},
    {"probabilistic_sharpe", "psr_0", 0, NULL},
    {"probabilistic_sharpe", "psr_annual_sr_1", 0, "sharpe=1"},
    {"profit_factor", "profit_factor", 0, NULL},
    {"sharpe", "sharpe_rf", 0, NULL},
    {"skew", "skew_population", 0, NULL},
    {"skew_sample", "skew_sample_adjusted", 0, NULL},
    {"sortino", "sortino_mar0", 0, NULL},
    {"stability", "stability_r2_cumlog", 0, NULL},
    {"tail_ratio", "tail_ratio_type7", 0, NULL},
    {"total_return", "total_return", 0, NULL},
    {"track_record", "min_track_record_len_95_sr0", 0, NULL},
    {"tracking_error", "tracking_error_ann", 0, NULL},
    {"treynor", "treynor_ann", 0, NULL},
    {"ulcer", "ulcer_index", 0, NULL},
    {"value_at_risk", "var95_hist_type7", 0, NULL},
    {"volatility", "vol_ann", 0, NULL},
    {"worst", "worst", 0, NULL},
};

static void evaluate(const struct statistic *row, const struct golden *g, const char *set,
                     struct statistic_value *ret_values) {
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 20));
    double params[PARAMS_MAX];
    params_defaults(row->params, row->param_count, params);
    int periods = params_find(row->params, row->param_count, "periods");
    int rf = params_find(row->params, row->param_count, "rf");
    if (periods >= 0) params[periods] = g->periods;
    if (rf >= 0) params[rf] = g->rf;
    if (set != NULL) {
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(set, "="), set);
        assert_ok(params_set(row->params, row->param_count, name, strchr(set, '=') + 1, params));
    }
    struct statistic_data data = {.columns = {g->returns, g->benchmark},
                                  .column_count = row->input_count,
                                  .count = g->count,
                                  .arena = &arena};
    assert_ok(row->evaluate(&data, params, ret_values));
    arena_fini(&arena);
}

static void every_row_equals_the_reference(void **state) {
    enum { EXPECTATIONS = sizeof expectations / sizeof *expectations };
    for (enum golden_set set = GOLDEN_DAILY; set < GOLDEN_SETS; set++) {
        const struct golden *g = golden_load(set);
        for (size_t i = 0; i < EXPECTATIONS; i++) {
            const struct statistic *row = statistic_find(expectations[i].name);
            assert_non_null(row);
            struct statistic_value out[STATISTIC_OUTPUTS_MAX] = {0};
            evaluate(row, g, expectations[i].set, out);
            golden_equal(g, expectations[i].key, out[expectations[i].output].number);
        }
    }
    extern const struct statistic_table statistic_performance;
    for (size_t i = 0; i < statistic_performance.count; i++) {
        const char *name = statistic_performance.rows[i].name;
        bool covered = false;
        for (size_t k = 0; k < EXPECTATIONS; k++)
            covered = covered || strcmp(expectations[k].name, name) == 0;
        if (!covered) fail_msg("%s has no expectation", name);
    }
}

static void a_drawdown_tells_its_rows(void **state) {
    const struct golden *g = golden_load(GOLDEN_MONTHLY);
    struct statistic_value out[STATISTIC_OUTPUTS_MAX] = {0};
    evaluate(statistic_find("max_drawdown"), g, NULL, out);
    assert_true(out[1].number == 13 && out[2].number == 18 && isnan(out[3].number));
    golden_equal(g, "mdd_periods_peak_to_trough", out[4].number);
    assert_true(isnan(out[5].number));
    evaluate(statistic_find("deflated_sharpe"), g, NULL, out);
    golden_equal(g, "dsr_sr0_period", out[1].number / sqrt(12));
    g = golden_load(GOLDEN_DAILY);
    evaluate(statistic_find("max_drawdown"), g, NULL, out);
    golden_equal(g, "mdd_periods_peak_to_trough", out[4].number);
    golden_equal(g, "mdd_periods_trough_to_recovery", out[5].number);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_equals_the_reference),
        cmocka_unit_test(a_drawdown_tells_its_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
