// SPDX-License-Identifier: Apache-2.0
// Explanations for people.
#include "app/run/explain.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/timestamp.h"
#include "strategy/conduct.h"

// One line of an explanation: a label, then its words.
static void label(const char *word) {
    printf("  %-11s ", word);
}

static void print_instant(int64_t ts_ns) {
    char at[TIMESTAMP_TEXT_SIZE];
    timestamp_print(at, sizeof at, ts_ns);
    printf("%s", at);
}

static void print_decimal(int128_t mantissa, int decimals) {
    char buf[DECIMAL_TEXT_SIZE];
    decimal_print_short(buf, sizeof buf, mantissa, decimals);
    printf("%s", buf);
}

static void print_real(double value) {
    if (isnan(value))
        printf("none");
    else
        printf("%.10g", value);
}

static void print_params(const struct param *table, size_t count, const double *values) {
    struct text text;
    text_init(&text, 1 << 16);
    for (size_t i = 0; i < count; i++) {
        text_printf(&text, "%s%s=", i > 0 ? " " : "", table[i].name);
        params_print_value(&table[i], values[i], &text);
    }
    printf("%s", count > 0 ? text_string(&text) : "none");
    text_fini(&text);
}

static const struct instrument *instrument_of(const struct explain *explain) {
    return &explain->run->instruments.items[explain->instrument];
}

static void print_inputs(const struct explain_case *one,
                         const struct engine_strategy_config *config) {
    const struct strategy *strategy = config->strategy;
    for (size_t i = 0; i < strategy->input_count; i++) {
        label(i == 0 ? "inputs" : "");
        printf("%-40s ", strategy->inputs[i]);
        if (isnan(one->inputs[i]))
            printf("not defined yet\n");
        else
            printf("%.10g\n", one->inputs[i]);
    }
}

static void print_book(const struct explain_case *one) {
    const struct explain_book *book = &one->book;
    label("book");
    printf("bid ");
    print_real(book->bid_tick == BOOK_L2_NO_BID ? NAN : (double)book->bid_tick * book->tick);
    printf("  ask ");
    print_real(book->ask_tick == BOOK_L2_NO_ASK ? NAN : (double)book->ask_tick * book->tick);
    printf("  working orders %u  trades %u  bought %.10g  sold %.10g\n", book->working,
           book->trades, book->bought, book->sold);
}

static void print_seen(const struct explain_case *one,
                       const struct engine_strategy_config *config) {
    const struct strategy_bar *bar = &one->bar;
    label("parameters");
    print_params(config->strategy->params, config->strategy->param_count, one->params);
    putchar('\n');
    if (config->strategy->scope == SCOPE_BOOK) {
        print_book(one);
    } else {
        label("bar");
        printf("open %.10g  high %.10g  low %.10g  close %.10g  volume %.10g\n", bar->open,
               bar->high, bar->low, bar->close, bar->volume);
    }
    print_inputs(one, config);
    label("held");
    printf("%.10g", one->position);
    if (one->entry_price != 0) printf(" at %.10g", one->entry_price);
    printf(", weight ");
    print_real(one->weight_before);
    printf(", stop ");
    print_real(one->stop_before);
    printf(", take ");
    print_real(one->take_before);
    putchar('\n');
}

static void print_wanted(const struct explain_case *one) {
    static const char *const kinds[] = {"keep", "set weight", "rebalance to weight"};
    const struct strategy_target *target = &one->target;
    label("wanted");
    printf("%s", target->kind <= TARGET_REBALANCE ? kinds[target->kind] : "unknown");
    if (target->kind != TARGET_KEEP) {
        printf(" %.10g, confidence %.10g, stop ", target->weight, target->confidence);
        print_real(target->stop);
        printf(", take ");
        print_real(target->take);
    }
    printf(", reason %u\n", target->reason);
    const char *quiet = explain_quiet(one);
    if (quiet == NULL) return;
    label("");
    printf("%s\n", quiet);
}

static void print_target(const struct explain *explain, const struct explain_case *one,
                         const struct target_event *target) {
    const struct engine_strategy_config *config = &explain->run->strategies[one->strategy];
    int decimals = instrument_of(explain)->qty_decimals;
    label("sizing");
    printf("%s (", config->sizing->name);
    print_params(config->sizing->params, config->sizing->param_count, config->sizing_params);
    printf("): fraction %.10g of the strategy's equity ", target->fraction);
    print_decimal(one->before.equity.m, RUN_MONEY_DECIMALS);
    printf(" is a position of ");
    print_decimal(target->qty.m, decimals);
    printf("; held ");
    print_decimal(target->position.m, decimals);
    putchar('\n');
}

static void print_rule(const struct explain *explain, const struct risk_trace_row *row) {
    const struct risk_rule *rule = risk_rule_at(row->rule);
    int decimals = instrument_of(explain)->qty_decimals;
    label("");
    printf("  %-18s ", rule->name);
    if (row->passed)
        printf("not asked: the order only reduces a position");
    else if (row->verdict == RISK_ALLOW)
        printf("allows");
    else if (row->verdict == RISK_SHRINK) {
        printf("shrinks to ");
        print_decimal(row->left.m, decimals);
    } else
        printf("refuses");
    if (row->limit != 0 || row->value != 0)
        printf(": %.10g against the limit %.10g", row->value, row->limit);
    printf("  (");
    print_params(rule->params, rule->param_count,
                 witness_risk(explain->run->engine)->params[row->rule]);
    printf(")\n");
}

// What did not come with the decision's own input says when it came.
static void print_later(const struct explain_case *one, uint64_t seq, int64_t ts_ns) {
    if (seq == one->seq) return;
    print_instant(ts_ns);
    putchar(' ');
}

static void print_whose(const struct explain *explain, uint32_t strategy) {
    if (explain_of_account(explain, strategy)) printf(", an order of the account");
}

static void print_order_words(const struct explain *explain, const struct order_spec *spec) {
    const struct instrument *instrument = instrument_of(explain);
    printf("%s ", spec->side > 0 ? "buy" : "sell");
    print_decimal(spec->qty.m, instrument->qty_decimals);
    printf(" %s", order_type_name(spec->type));
    if (spec->limit_price.m != 0) {
        printf(" limit ");
        print_decimal(spec->limit_price.m, instrument->price_decimals);
    }
    if (spec->stop_price.m != 0) {
        printf(" stop ");
        print_decimal(spec->stop_price.m, instrument->price_decimals);
    }
    printf(" %s, %s", order_tif_name(spec->tif), order_purpose_name(spec->purpose));
}

static void print_rules(const struct explain *explain, const struct explain_case *one, uint64_t seq,
                        uint32_t *next) {
    uint32_t order = 0;
    for (; *next < one->row_count && one->rows[*next].seq <= seq; (*next)++) {
        const struct explain_rule *rule = &one->rows[*next];
        if (*next == 0 || rule[-1].seq != rule->seq) order = 0;
        if (rule->row.order != order) {
            label("risk");
            print_later(one, rule->seq, rule->ts_ns);
            print_order_words(explain, &rule->row.spec);
            print_whose(explain, rule->row.spec.strategy);
            putchar('\n');
        }
        order = rule->row.order;
        print_rule(explain, &rule->row);
    }
}

static void print_limit(double value, double limit) {
    printf(", %.10g against the limit %.10g", value, limit);
}

static void print_veto(const struct explain *explain, const struct veto_event *veto) {
    int decimals = instrument_of(explain)->qty_decimals;
    bool own = veto->rule == RISK_RULE_ENGINE;
    const char *name = own ? engine_veto_name(veto->code) : risk_rule_at(veto->rule)->name;
    printf("by %s%s", own ? "the engine: " : "rule ", name);
    printf(", ");
    print_decimal(veto->qty_asked.m, decimals);
    printf(" asked, ");
    print_decimal(veto->qty_left.m, decimals);
    printf(" left");
    if (!own || veto->code >= VETO_GATE) print_limit(veto->value, veto->limit);
    print_whose(explain, veto->strategy);
}

static void print_step(const struct veto_event *step) {
    if (step->verdict == RISK_ALLOW) {
        printf("no longer: the breaker's time is over");
        return;
    }
    printf("%s by rule %s", risk_verdict_name(step->verdict),
           step->rule < risk_rule_count() ? risk_rule_at(step->rule)->name : "of the engine");
    print_limit(step->value, step->limit);
}

static void print_mode(const struct strategy_event *event) {
    printf("%s: %s", strategy_mode_name(event->mode), strategy_cause_name(event->cause));
    if (event->limit != 0 || event->value != 0) print_limit(event->value, event->limit);
}

static void print_allocation(const struct explain *explain, const struct allocation_event *event) {
    const struct instrument *instrument = instrument_of(explain);
    const struct currency *currency = &explain->run->instruments.currencies[event->fee_currency];
    printf("%s ", event->side > 0 ? "buys" : "sells");
    print_decimal(event->qty.m, instrument->qty_decimals);
    printf(" at ");
    print_decimal(event->price.m, instrument->price_decimals);
    if (event->order_id == 0) {
        printf(", crossed inside with other strategies, free of charge");
        return;
    }
    printf(", its part of a fill of %" PRIx64 ", fee ", event->order_id);
    print_decimal(event->fee, currency->decimals);
    printf(" %s", currency->code);
}

static void print_algo(const struct explain *explain, const struct algo_event *event) {
    int decimals = instrument_of(explain)->qty_decimals;
    const struct algo *algo = event->algo < algo_count() ? algo_at(event->algo) : NULL;
    printf("%s, parent %" PRIx64 ": %s ", algo != NULL ? algo->name : "unknown", event->parent,
           event->side > 0 ? "buy" : "sell");
    print_decimal(event->qty.m, decimals);
    if (event->what == ALGO_STARTED) {
        printf(", to be done by ");
        print_instant(event->end_ns);
        return;
    }
    printf(", ");
    print_decimal(event->filled.m, decimals);
    printf(" filled");
    if (event->what == ALGO_ENDED) printf("; ended: %s", algo_reason_name(event->reason));
}

static const char *output_label(const struct event_header *output) {
    switch (output->kind) {
    case EVENT_VETO:
        return ((const struct veto_event *)(const void *)output)->verdict == RISK_SHRINK
                   ? "shrunk"
                   : "blocked";
    case EVENT_HALTED:
        return "breaker";
    case EVENT_STRATEGY:
        return "mode";
    case EVENT_ALLOCATION:
        return "part";
    case EVENT_ALGO:
        return "execution";
    default:
        return "sent";
    }
}

static void print_sending(const struct explain *explain, const struct event_header *output) {
    const struct instrument *instrument = instrument_of(explain);
    const void *body = output;
    const struct submit_event *submit = body;
    const struct replace_event *replace = body;
    uint64_t id = ((const struct cancel_event *)body)->order_id;
    printf("%" PRIx64 " ", id);
    if (output->kind == EVENT_SUBMIT) {
        print_order_words(explain, &submit->spec);
    } else if (output->kind == EVENT_CANCEL) {
        printf("cancel");
    } else {
        printf("change to ");
        print_decimal(replace->qty.m, instrument->qty_decimals);
        printf(" at ");
        print_decimal(replace->price.m, instrument->price_decimals);
    }
    print_whose(explain, order_id_strategy(id));
}

static void print_output(const struct explain *explain, const struct explain_case *one,
                         const struct event_header *output) {
    const void *body = output;
    const struct algo_event *algo = body;
    // A child is told as the order that it is.
    if (output->kind == EVENT_ALGO && algo->what == ALGO_CHILD) return;
    label(output_label(output));
    print_later(one, output->seq, output->ts_ns);
    if (output->kind == EVENT_VETO)
        print_veto(explain, body);
    else if (output->kind == EVENT_HALTED)
        print_step(body);
    else if (output->kind == EVENT_STRATEGY)
        print_mode(body);
    else if (output->kind == EVENT_ALLOCATION)
        print_allocation(explain, body);
    else if (output->kind == EVENT_ALGO)
        print_algo(explain, body);
    else
        print_sending(explain, output);
    putchar('\n');
}

// What the rules said of an order stands before it, and behind the target that it is for.
static void print_outputs(const struct explain *explain, const struct explain_case *one) {
    const struct event_header *output = NULL;
    uint32_t next = 0;
    while ((output = explain_output(one, output)) != NULL) {
        bool target = output->kind == EVENT_TARGET;
        print_rules(explain, one, target ? output->seq - 1 : output->seq, &next);
        if (target)
            print_target(explain, one, (const void *)output);
        else
            print_output(explain, one, output);
    }
    print_rules(explain, one, UINT64_MAX, &next);
    if (one->outputs_left_out > 0)
        printf("  and %u outputs more, left out for want of room\n", one->outputs_left_out);
    if (one->rows_left_out > 0)
        printf("  and %u answers of rules more, left out for want of room\n", one->rows_left_out);
}

static void print_report(const struct explain *explain, const struct order_event *report) {
    const struct instrument *instrument = instrument_of(explain);
    const struct currency *currencies = explain->run->instruments.currencies;
    label("venue");
    print_instant(report->header.ts_ns);
    printf(" %" PRIx64 " %s", report->order_id, event_kind_name(report->header.kind));
    if (report->header.kind == EVENT_ORDER_FILLED) {
        printf(" ");
        print_decimal(report->qty.m, instrument->qty_decimals);
        printf(" at ");
        print_decimal(report->price.m, instrument->price_decimals);
        printf(", fee ");
        print_decimal(report->fee, currencies[report->fee_currency].decimals);
        printf(" %s, ", currencies[report->fee_currency].code);
        print_decimal(report->leaves_qty.m, instrument->qty_decimals);
        printf(" left, fill %" PRIx64, report->trade_id);
    }
    if (report->reason != REASON_NONE) printf(": %s", order_reason_name(report->reason));
    putchar('\n');
}

static void print_state(const struct explain *explain, const struct explain_case *one) {
    const struct explain_state *state = &one->after;
    const struct position *position = &state->position;
    const struct instrument *instrument = instrument_of(explain);
    const struct currency *currency = &explain->run->instruments.currencies[instrument->currency];
    label("after");
    print_instant(state->ts_ns);
    printf(" position ");
    print_decimal(position->qty.m, instrument->qty_decimals);
    if (position->qty.m != 0) {
        printf(" at ");
        print_decimal(position->entry.m, instrument->price_decimals);
    }
    printf(", realised ");
    print_decimal(position->realised.m, currency->decimals);
    printf(", open ");
    print_decimal(position->value.m - position->cost.m, currency->decimals);
    printf(", fees ");
    print_decimal(position->fees.m, currency->decimals);
    printf(", income ");
    print_decimal(position->income.m, currency->decimals);
    printf(" %s; the strategy's equity ", currency->code);
    print_decimal(state->equity.m, RUN_MONEY_DECIMALS);
    printf("%s\n", one->settled ? "" : " (orders still at work)");
}

static void print_halt(const struct explain_case *one) {
    const struct explain_halt *halt = &one->halt;
    label("halted");
    printf("no order of it may raise risk now");
    if (halt->kind == 0) {
        putchar('\n');
        return;
    }
    printf(", since ");
    print_instant(halt->ts_ns);
    if (halt->kind == EVENT_HALTED && halt->rule < risk_rule_count()) {
        printf(": rule %s", risk_rule_at(halt->rule)->name);
        print_limit(halt->value, halt->limit);
    } else if (halt->kind != EVENT_HALTED) {
        printf(": an operator's %s", event_kind_name(halt->kind));
    }
    putchar('\n');
}

// A parent that an earlier decision started and that works still.
static void print_work(const struct explain *explain, const struct explain_case *one) {
    if (one->work.header.seq == 0) return;
    label("at work");
    print_algo(explain, &one->work);
    printf(", since ");
    print_instant(one->work.start_ns);
    putchar('\n');
}

static void print_case(const struct explain *explain, const struct explain_case *one) {
    const struct engine_strategy_config *config = &explain->run->strategies[one->strategy];
    printf("\nstrategy %u %s: ", one->strategy + 1, config->strategy->name);
    if (one->decisions == 0) {
        printf("no decision by then\n");
        return;
    }
    printf("decision %" PRIu64 " at ", one->decisions);
    print_instant(one->ts_ns);
    printf(", input %" PRIu64 " (%s)\n", one->seq, event_kind_name(one->cause));
    print_seen(one, config);
    print_wanted(one);
    if (one->mode != STRATEGY_RUNNING) {
        label("mode");
        printf("%s\n", strategy_mode_name(one->mode));
    }
    if (one->halted) print_halt(one);
    print_work(explain, one);
    print_outputs(explain, one);
    if (one->waits == EXPLAIN_WAITS_ORDER) {
        label("waits");
        printf("for the account's order on the instrument to be taken back\n");
    }
    for (uint32_t i = 0; i < one->report_count; i++) print_report(explain, &one->reports[i]);
    if (one->reports_left_out > 0)
        printf("  and %u reports more, left out for want of room\n", one->reports_left_out);
    print_state(explain, one);
    if (one->acted_ns == one->ts_ns || one->acted_ns == 0) return;
    label("last act");
    printf("the latest decision of which something came was at ");
    print_instant(one->acted_ns);
    putchar('\n');
}

static void print_sent(const struct explain *explain, const struct explain_sent *sent) {
    printf("order %" PRIx64 ": ", sent->order_id);
    print_order_words(explain, &sent->spec);
    printf("\n  sent at ");
    print_instant(sent->ts_ns);
    printf(", input %" PRIu64 " (%s)", sent->seq, event_kind_name(sent->cause));
    bool later = explain->case_count > 0 && explain->cases->seq != sent->seq;
    if (sent->cause == EVENT_PLACE)
        printf("; by hand, client id %s", sent->client_id);
    else if (explain_of_account(explain, sent->spec.strategy))
        printf("; an order of the account, of what the strategies below wanted together");
    else if (sent->parent != 0)
        printf("; a child of parent %" PRIx64 ", which the decision below started", sent->parent);
    else if (later && explain->cases->ts_ns != sent->ts_ns)
        printf("; not by a decision of that instant: it follows from the one below");
    putchar('\n');
}

void explain_print(const struct explain *explain, const struct explain_sent *sent) {
    const struct instrument *instrument = instrument_of(explain);
    if (sent != NULL)
        print_sent(explain, sent);
    else {
        printf("%s on %s, decisions by ", instrument->symbol, instrument->venue);
        print_instant(explain->until_ns);
        putchar('\n');
    }
    for (uint32_t i = 0; i < explain->case_count; i++) print_case(explain, &explain->cases[i]);
    if (explain->torn) printf("\nThe journal is torn: told as far as it is whole.\n");
}
