// SPDX-License-Identifier: Apache-2.0
// What the exchange with a book assumes, in words.
#include "sim/tick_state.h"

static void describe_model(struct text *out, const char *family, const char *name,
                           const char *summary, const struct param *params, size_t count,
                           const double *values) {
    text_printf(out, "%s\t%s: %s", family, name, summary);
    for (size_t i = 0; i < count; i++) {
        text_printf(out, "%s%s ", i == 0 ? " (" : ", ", params[i].name);
        params_print_value(&params[i], values[i], out);
        if (params[i].unit[0] != '\0') text_printf(out, " %s", params[i].unit);
    }
    text_printf(out, count > 0 ? ")\n" : "\n");
}

void tick_exchange_describe(const struct tick_exchange *exchange, struct text *out) {
    static const char *const fills[] = {
        [TICK_FILLS_SHARED] = ("what trades, or is shown beyond our price, is there once for all "
                               "our orders together"),
        [TICK_FILLS_PART] = "each order has what trades, for itself",
        [TICK_FILLS_WHOLE] = "an order that has its turn fills whole",
    };
    const struct tick_config *config = &exchange->config;
    text_printf(out, "fills\t%s\n", fills[config->fills]);
    describe_model(out, "queue", config->queue->name, config->queue->summary, config->queue->params,
                   config->queue->param_count, config->queue_params);
    describe_model(out, "latency", config->latency->name, config->latency->summary,
                   config->latency->params, config->latency->param_count, config->latency_params);
    describe_model(out, "fees", config->fee->name, config->fee->summary, config->fee->params,
                   config->fee->param_count, config->fee_params);
    if (config->funding != NULL)
        text_printf(out,
                    "funding\tpaid on the mark price that the rates tell, or else the middle of "
                    "the book\n");
    tick_limits_describe(&config->limits, config->resilience_ns, out);
    tick_margin_describe(&config->margin, out);
}
