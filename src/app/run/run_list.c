// SPDX-License-Identifier: Apache-2.0
#include "app/run/run_list.h"

#include <stdio.h>

#include "app/command.h"
#include "app/run/run_market.h"
#include "base/text.h"
#include "order/algo.h"
#include "risk/rule.h"
#include "sim/exchange.h"
#include "strategy/allocation.h"
#include "strategy/entry_gate.h"
#include "strategy/size_scale.h"
#include "strategy/sizing.h"
#include "strategy/stop_rule.h"
#include "strategy/strategy.h"

enum { LIST_MAX = 1 << 20 };

static void add_heading(struct text *out, const char *words) {
    text_printf(out, "%s%s\n", out->len > 0 ? "\n" : "", words);
}

static void add_row(struct text *out, const char *name, const char *summary,
                    const struct param *params, size_t count) {
    struct text table;
    text_init(&table, LIST_MAX);
    text_printf(out, "\n  %s: %s\n", name, summary);
    params_help(params, count, &table);
    for (const char *line = text_string(&table); *line != '\0';) {
        size_t len = 0;
        while (line[len] != '\0' && line[len] != '\n') len++;
        text_printf(out, "    %.*s\n", (int)len, line);
        line += len + (line[len] == '\n');
    }
    text_fini(&table);
}

static void add_models(struct text *out) {
    add_heading(out, "Fee models (--fee MODEL:PARAM=VALUE,...)");
    for (size_t i = 0; i < fee_model_count(); i++)
        add_row(out, fee_model_at(i)->name, fee_model_at(i)->summary, fee_model_at(i)->params,
                fee_model_at(i)->param_count);
    add_heading(out, "Slippage models (--slippage MODEL:PARAM=VALUE,...)");
    for (size_t i = 0; i < slip_model_count(); i++)
        add_row(out, slip_model_at(i)->name, slip_model_at(i)->summary, slip_model_at(i)->params,
                slip_model_at(i)->param_count);
    add_heading(out, "Latency models (--latency MODEL:PARAM=VALUE,...)");
    for (size_t i = 0; i < latency_model_count(); i++)
        add_row(out, latency_model_at(i)->name, latency_model_at(i)->summary,
                latency_model_at(i)->params, latency_model_at(i)->param_count);
    add_heading(out, "Queue models of recorded feeds (--queue MODEL:PARAM=VALUE,...)");
    for (size_t i = 0; i < queue_model_count(); i++)
        add_row(out, queue_model_at(i)->name, queue_model_at(i)->summary, queue_model_at(i)->params,
                queue_model_at(i)->param_count);
    add_heading(out, "The simulated venue (--venue NAME=VALUE)");
    add_row(out, "venue", "How bars fill orders, margin, rates, faults.", sim_params,
            SIM_PARAM_COUNT);
    add_row(out, "market", "A market that is made in place of data (--market NAME=VALUE).",
            run_market_params, RUN_MARKET_PARAM_COUNT);
    add_row(out, "venue of a recorded feed",
            "How our orders meet its book, and when we hear of it.", run_feed_params,
            RUN_FEED_PARAM_COUNT);
}

static void add_all(struct text *out) {
    add_heading(out, "Strategies (--strategy NAME:PARAM=VALUE,...)");
    for (size_t i = 0; i < strategy_count(); i++)
        add_row(out, strategy_at(i)->name, strategy_at(i)->summary, strategy_at(i)->params,
                strategy_at(i)->param_count);
    add_heading(out, "Sizing (--sizing NAME:PARAM=VALUE,...)");
    for (size_t i = 0; i < sizing_count(); i++)
        add_row(out, sizing_at(i)->name, sizing_at(i)->summary, sizing_at(i)->params,
                sizing_at(i)->param_count);
    add_row(out, "scale (--scale NAME=VALUE)", "What every size is scaled by.", size_scale_params,
            SCALE_COUNT);
    add_heading(out, "Gates before an entry (--gate NAME:PARAM=VALUE,...)");
    for (size_t i = 0; i < entry_gate_count(); i++)
        add_row(out, entry_gate_at(i)->name, entry_gate_at(i)->summary, entry_gate_at(i)->params,
                entry_gate_at(i)->param_count);
    add_heading(out, "Stops that the engine keeps (--stop NAME:PARAM=VALUE,...)");
    for (size_t i = 0; i < stop_rule_count(); i++)
        add_row(out, stop_rule_at(i)->name, stop_rule_at(i)->summary, stop_rule_at(i)->params,
                stop_rule_at(i)->param_count);
    add_heading(out,
                "Allocation of capital among strategies (--allocation METHOD:PARAM=VALUE,...)");
    for (size_t i = 0; i < allocation_count(); i++)
        add_row(out, allocation_at(i)->name, allocation_at(i)->summary, allocation_at(i)->params,
                allocation_at(i)->param_count);
    add_heading(out, "Execution algorithms (--execution ALGO:PARAM=VALUE,...)");
    for (size_t i = 0; i < algo_count(); i++)
        add_row(out, algo_at(i)->name, algo_at(i)->summary, algo_at(i)->params,
                algo_at(i)->param_count);
    add_models(out);
    add_heading(out, "Risk rules (--risk RULE, --risk RULE.PARAM=VALUE, --risk RULE=off)");
    for (size_t i = 0; i < risk_rule_count(); i++)
        add_row(out, risk_rule_at(i)->name, risk_rule_at(i)->summary, risk_rule_at(i)->params,
                risk_rule_at(i)->param_count);
}

int run_list(void) {
    struct text text;
    text_init(&text, LIST_MAX);
    add_all(&text);
    int rc = text_error(&text);
    if (rc == 0) fputs(text_string(&text), stdout);
    text_fini(&text);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}
