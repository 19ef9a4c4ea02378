// SPDX-License-Identifier: Apache-2.0
#include "app/run/run_limits.h"

#include <string.h>

static const struct row {
    const char *name; // what the report calls it
    const char *rule;
    const char *param;
    enum report_measure measure;
} rows[] = {
    {"position.max_share", "position", "max_share", REPORT_LARGEST},
    {"position_count.max_positions", "position_count", "max_positions", REPORT_POSITIONS},
    {"gross_exposure.max_amount", "gross_exposure", "max_amount", REPORT_GROSS_AMOUNT},
    {"leverage.max_leverage", "leverage", "max_leverage", REPORT_GROSS},
    {"net_exposure.max_share", "net_exposure", "max_share", REPORT_NET},
    {"var_limit.max_share", "var_limit", "max_share", REPORT_VAR},
    {"es_limit.max_share", "es_limit", "max_share", REPORT_ES},
    {"daily_loss.soft_loss", "daily_loss", "soft_loss", REPORT_DAY_LOSS},
    {"daily_loss.max_loss", "daily_loss", "max_loss", REPORT_DAY_LOSS},
    {"drawdown.max_drawdown", "drawdown", "max_drawdown", REPORT_DRAWDOWN},
};
_Static_assert(sizeof rows / sizeof *rows <= RUN_LIMITS_MAX, "each has its place");

// The value of a rule's parameter; 0: the rule is off, or has no such limit.
static double limit_of(const struct run *run, const struct row *row) {
    int index = risk_rule_find(row->rule);
    if (index < 0 || !run->risk.enabled[index]) return 0;
    const struct risk_rule *rule = risk_rule_at((size_t)index);
    for (size_t k = 0; k < rule->param_count; k++)
        if (strcmp(rule->params[k].name, row->param) == 0) return run->risk.params[index][k];
    return 0;
}

uint32_t run_limits(const struct run *run, struct report_limit ret_limits[RUN_LIMITS_MAX]) {
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double limit = limit_of(run, &rows[i]);
        if (limit > 0)
            ret_limits[count++] = (struct report_limit){
                .name = rows[i].name, .limit = limit, .measure = rows[i].measure};
    }
    return count;
}
