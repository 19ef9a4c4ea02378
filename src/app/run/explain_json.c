// SPDX-License-Identifier: Apache-2.0
// Explanations for machines. Prices, quantities and money are decimal texts; what a strategy computes with is numbers.
#include "app/run/explain.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include <jansson.h>

#include "base/timestamp.h"
#include "strategy/conduct.h"

static json_t *instant(int64_t ts_ns) {
    char at[TIMESTAMP_TEXT_SIZE];
    timestamp_print(at, sizeof at, ts_ns);
    return json_string(at);
}

static json_t *real(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *decimal(int128_t mantissa, int decimals) {
    char buf[DECIMAL_TEXT_SIZE];
    decimal_print_short(buf, sizeof buf, mantissa, decimals);
    return json_string(buf);
}

static json_t *order_id(uint64_t id) {
    return json_sprintf("%" PRIx64, id);
}

static json_t *params(const struct param *table, size_t count, const double *values) {
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++) json_object_set_new(object, table[i].name, real(values[i]));
    return object;
}

static const struct instrument *instrument_of(const struct explain *explain) {
    return &explain->run->instruments.items[explain->instrument];
}

static json_t *quantity(const struct explain *explain, qty_t qty) {
    return decimal(qty.m, instrument_of(explain)->qty_decimals);
}

static json_t *price(const struct explain *explain, price_t value) {
    return value.m == 0 ? json_null() : decimal(value.m, instrument_of(explain)->price_decimals);
}

static json_t *spec_json(const struct explain *explain, const struct order_spec *spec) {
    return json_pack("{s:s,s:o,s:s,s:s,s:s,s:o,s:o}", "side", spec->side > 0 ? "buy" : "sell",
                     "qty", quantity(explain, spec->qty), "type", order_type_name(spec->type),
                     "tif", order_tif_name(spec->tif), "purpose", order_purpose_name(spec->purpose),
                     "limit", price(explain, spec->limit_price), "stop",
                     price(explain, spec->stop_price));
}

static json_t *bar_json(const struct strategy_bar *bar) {
    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o}", "open", real(bar->open), "high", real(bar->high),
                     "low", real(bar->low), "close", real(bar->close), "volume", real(bar->volume),
                     "close_time", instant(bar->close_ns));
}

static json_t *book_json(const struct explain_book *book) {
    double bid = book->bid_tick == BOOK_L2_NO_BID ? NAN : (double)book->bid_tick * book->tick;
    double ask = book->ask_tick == BOOK_L2_NO_ASK ? NAN : (double)book->ask_tick * book->tick;
    return json_pack("{s:o,s:o,s:I,s:I,s:o,s:o}", "bid", real(bid), "ask", real(ask), "working",
                     (json_int_t)book->working, "trades", (json_int_t)book->trades, "bought",
                     real(book->bought), "sold", real(book->sold));
}

static json_t *inputs_json(const struct explain_case *one, const struct strategy *strategy) {
    json_t *object = json_object();
    for (size_t i = 0; i < strategy->input_count; i++)
        json_object_set_new(object, strategy->inputs[i], real(one->inputs[i]));
    return object;
}

static json_t *target_json(const struct strategy_target *target) {
    static const char *const kinds[] = {"keep", "set", "rebalance"};
    return json_pack("{s:s,s:o,s:o,s:o,s:o,s:I}", "kind",
                     target->kind <= TARGET_REBALANCE ? kinds[target->kind] : "unknown", "weight",
                     real(target->weight), "confidence", real(target->confidence), "stop",
                     real(target->stop), "take", real(target->take), "reason",
                     (json_int_t)target->reason);
}

static json_t *sizing_json(const struct explain *explain, const struct explain_case *one,
                           const struct target_event *target) {
    const struct engine_strategy_config *config = &explain->run->strategies[one->strategy];
    return json_pack(
        "{s:s,s:o,s:o,s:o,s:o,s:o}", "method", config->sizing->name, "params",
        params(config->sizing->params, config->sizing->param_count, config->sizing_params),
        "fraction", real(target->fraction), "equity",
        decimal(one->before.equity.m, RUN_MONEY_DECIMALS), "qty", quantity(explain, target->qty),
        "held", quantity(explain, target->position));
}

static json_t *rules_json(const struct explain *explain, const struct explain_case *one) {
    json_t *rules = json_array();
    for (uint32_t i = 0; i < one->row_count; i++) {
        const struct risk_trace_row *row = &one->rows[i].row;
        const struct risk_rule *rule = risk_rule_at(row->rule);
        json_array_append_new(
            rules, json_pack("{s:I,s:o,s:b,s:o,s:s,s:s,s:o,s:o,s:o,s:o}", "order",
                             (json_int_t)row->order, "ts", instant(one->rows[i].ts_ns), "account",
                             explain_of_account(explain, row->spec.strategy), "asked",
                             spec_json(explain, &row->spec), "rule", rule->name, "verdict",
                             row->passed ? "not asked" : risk_verdict_name(row->verdict), "left",
                             quantity(explain, row->left), "limit", real(row->limit), "value",
                             real(row->value), "params",
                             params(rule->params, rule->param_count,
                                    witness_risk(explain->run->engine)->params[row->rule])));
    }
    return rules;
}

static const char *rule_name(uint32_t rule, uint32_t code) {
    if (rule < risk_rule_count()) return risk_rule_at(rule)->name;
    return engine_veto_name(code);
}

static json_t *veto_json(const struct explain *explain, const struct veto_event *veto) {
    return json_pack("{s:o,s:s,s:s,s:s,s:b,s:o,s:o,s:o,s:o}", "ts", instant(veto->header.ts_ns),
                     "kind", veto->header.kind == EVENT_HALTED ? "halted" : "veto", "rule",
                     rule_name(veto->rule, veto->code), "verdict", risk_verdict_name(veto->verdict),
                     "account", explain_of_account(explain, veto->strategy), "asked",
                     quantity(explain, veto->qty_asked), "left", quantity(explain, veto->qty_left),
                     "limit", real(veto->limit), "value", real(veto->value));
}

static json_t *sent_json(const struct explain *explain, const struct event_header *output) {
    const void *body = output;
    const struct replace_event *replace = body;
    uint64_t id = ((const struct cancel_event *)body)->order_id;
    const char *kind = output->kind == EVENT_SUBMIT   ? "submit"
                       : output->kind == EVENT_CANCEL ? "cancel"
                                                      : "replace";
    json_t *object =
        json_pack("{s:o,s:s,s:o,s:b}", "ts", instant(output->ts_ns), "kind", kind, "order",
                  order_id(id), "account", explain_of_account(explain, order_id_strategy(id)));
    if (output->kind == EVENT_SUBMIT)
        json_object_set_new(object, "spec",
                            spec_json(explain, &((const struct submit_event *)body)->spec));
    if (output->kind == EVENT_REPLACE)
        json_object_update_new(object,
                               json_pack("{s:o,s:o}", "qty", quantity(explain, replace->qty),
                                         "price", price(explain, replace->price)));
    return object;
}

static json_t *allocation_json(const struct explain *explain,
                               const struct allocation_event *event) {
    const struct currency *currency = &explain->run->instruments.currencies[event->fee_currency];
    return json_pack("{s:o,s:o,s:s,s:o,s:o,s:o,s:s}", "ts", instant(event->header.ts_ns), "order",
                     event->order_id != 0 ? order_id(event->order_id) : json_null(), "side",
                     event->side > 0 ? "buy" : "sell", "qty", quantity(explain, event->qty),
                     "price", price(explain, event->price), "fee",
                     decimal(event->fee, currency->decimals), "fee_currency", currency->code);
}

static json_t *algo_json(const struct explain *explain, const struct algo_event *event) {
    static const char *const what[] = {"started", "child", "ended"};
    json_t *object =
        json_pack("{s:o,s:o,s:s,s:s,s:s,s:o,s:o,s:o}", "ts", instant(event->header.ts_ns), "parent",
                  order_id(event->parent), "algo",
                  event->algo < algo_count() ? algo_at(event->algo)->name : "unknown", "what",
                  event->what <= ALGO_ENDED ? what[event->what] : "unknown", "side",
                  event->side > 0 ? "buy" : "sell", "qty", quantity(explain, event->qty), "filled",
                  quantity(explain, event->filled), "planned_end", instant(event->end_ns));
    if (event->what == ALGO_CHILD) json_object_set_new(object, "order", order_id(event->order_id));
    if (event->what == ALGO_ENDED)
        json_object_set_new(object, "reason", json_string(algo_reason_name(event->reason)));
    return object;
}

static json_t *mode_json(const struct strategy_event *event) {
    return json_pack("{s:o,s:s,s:s,s:o,s:o}", "ts", instant(event->header.ts_ns), "mode",
                     strategy_mode_name(event->mode), "cause", strategy_cause_name(event->cause),
                     "limit", real(event->limit), "value", real(event->value));
}

static json_t *halt_json(const struct explain_case *one) {
    const struct explain_halt *halt = &one->halt;
    if (!one->halted || halt->kind == 0) return json_null();
    bool breaker = halt->kind == EVENT_HALTED;
    return json_pack("{s:o,s:s,s:o,s:o}", "since", instant(halt->ts_ns), "by",
                     breaker ? rule_name(halt->rule, VETO_HALTED) : event_kind_name(halt->kind),
                     "limit", breaker ? real(halt->limit) : json_null(), "value",
                     breaker ? real(halt->value) : json_null());
}

static void add_outputs(const struct explain *explain, const struct explain_case *one,
                        json_t *object) {
    json_t *sent = json_array(), *blocked = json_array(), *parts = json_array();
    json_t *execution = json_array(), *modes = json_array();
    const struct event_header *output = NULL;
    while ((output = explain_output(one, output)) != NULL) {
        const void *body = output;
        if (output->kind == EVENT_TARGET)
            json_object_set_new(object, "sizing", sizing_json(explain, one, body));
        else if (output->kind == EVENT_VETO || output->kind == EVENT_HALTED)
            json_array_append_new(blocked, veto_json(explain, body));
        else if (output->kind == EVENT_ALLOCATION)
            json_array_append_new(parts, allocation_json(explain, body));
        else if (output->kind == EVENT_ALGO)
            json_array_append_new(execution, algo_json(explain, body));
        else if (output->kind == EVENT_STRATEGY)
            json_array_append_new(modes, mode_json(body));
        else
            json_array_append_new(sent, sent_json(explain, output));
    }
    json_object_set_new(object, "rules", rules_json(explain, one));
    json_object_set_new(object, "blocked", blocked);
    json_object_set_new(object, "sent", sent);
    json_object_set_new(object, "parts", parts);
    json_object_set_new(object, "execution", execution);
    json_object_set_new(object, "modes", modes);
    json_object_set_new(object, "at_work",
                        one->work.header.seq != 0 ? algo_json(explain, &one->work) : json_null());
}

static json_t *report_json(const struct explain *explain, const struct order_event *report) {
    const struct currency *currency = &explain->run->instruments.currencies[report->fee_currency];
    json_t *object =
        json_pack("{s:o,s:o,s:s,s:o}", "ts", instant(report->header.ts_ns), "order",
                  order_id(report->order_id), "kind", event_kind_name(report->header.kind),
                  "leaves", quantity(explain, report->leaves_qty));
    if (report->header.kind == EVENT_ORDER_FILLED)
        json_object_update_new(
            object,
            json_pack("{s:o,s:o,s:o,s:o,s:s}", "fill", order_id(report->trade_id), "qty",
                      quantity(explain, report->qty), "price", price(explain, report->price), "fee",
                      decimal(report->fee, currency->decimals), "fee_currency", currency->code));
    if (report->reason != REASON_NONE)
        json_object_set_new(object, "reason", json_string(order_reason_name(report->reason)));
    return object;
}

static json_t *state_json(const struct explain *explain, const struct explain_state *state) {
    const struct position *position = &state->position;
    const struct currency *currency =
        &explain->run->instruments.currencies[instrument_of(explain)->currency];
    int decimals = currency->decimals;
    return json_pack(
        "{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:s,s:o}", "ts", instant(state->ts_ns), "position",
        quantity(explain, position->qty), "entry", price(explain, position->entry), "realised",
        decimal(position->realised.m, decimals), "open",
        decimal(position->value.m - position->cost.m, decimals), "fees",
        decimal(position->fees.m, decimals), "income", decimal(position->income.m, decimals),
        "currency", currency->code, "equity", decimal(state->equity.m, RUN_MONEY_DECIMALS));
}

static void add_decision(const struct explain *explain, const struct explain_case *one,
                         json_t *object) {
    const struct strategy *strategy = explain->run->strategies[one->strategy].strategy;
    const char *quiet = explain_quiet(one);
    json_object_set_new(object, "ts", instant(one->ts_ns));
    json_object_set_new(object, "seq", json_integer((json_int_t)one->seq));
    json_object_set_new(object, "cause", json_string(event_kind_name(one->cause)));
    if (strategy->scope == SCOPE_BOOK)
        json_object_set_new(object, "book", book_json(&one->book));
    else
        json_object_set_new(object, "bar", bar_json(&one->bar));
    json_object_set_new(object, "inputs", inputs_json(one, strategy));
    json_object_set_new(object, "held",
                        json_pack("{s:o,s:o,s:o,s:o,s:o}", "position", real(one->position), "entry",
                                  real(one->entry_price), "weight", real(one->weight_before),
                                  "stop", real(one->stop_before), "take", real(one->take_before)));
    json_object_set_new(object, "target", target_json(&one->target));
    json_object_set_new(object, "quiet", quiet != NULL ? json_string(quiet) : json_null());
    json_object_set_new(object, "mode", json_string(strategy_mode_name(one->mode)));
    json_object_set_new(object, "halted", json_boolean(one->halted));
    json_object_set_new(object, "halt", halt_json(one));
    add_outputs(explain, one, object);
    json_t *reports = json_array();
    for (uint32_t i = 0; i < one->report_count; i++)
        json_array_append_new(reports, report_json(explain, &one->reports[i]));
    json_object_set_new(object, "reports", reports);
    json_object_set_new(object, "settled", json_boolean(one->settled));
    json_object_set_new(object, "after", state_json(explain, &one->after));
    json_object_set_new(object, "last_act",
                        one->acted_ns != 0 ? instant(one->acted_ns) : json_null());
}

static json_t *case_json(const struct explain *explain, const struct explain_case *one) {
    const struct engine_strategy_config *config = &explain->run->strategies[one->strategy];
    json_t *object = json_pack("{s:I,s:s,s:o,s:I}", "number", (json_int_t)one->strategy + 1,
                               "strategy", config->strategy->name, "params",
                               params(config->strategy->params, config->strategy->param_count,
                                      one->decisions > 0 ? one->params : config->params),
                               "decisions", (json_int_t)one->decisions);
    if (one->decisions > 0) add_decision(explain, one, object);
    return object;
}

void explain_print_json(const struct explain *explain, const struct explain_sent *sent) {
    json_t *object = json_pack("{s:s}", "symbol", instrument_of(explain)->symbol);
    if (sent != NULL)
        json_object_set_new(object, "order",
                            json_pack("{s:o,s:o,s:I,s:s,s:b,s:o,s:o}", "id",
                                      order_id(sent->order_id), "ts", instant(sent->ts_ns), "seq",
                                      (json_int_t)sent->seq, "cause", event_kind_name(sent->cause),
                                      "account", explain_of_account(explain, sent->spec.strategy),
                                      "parent",
                                      sent->parent != 0 ? order_id(sent->parent) : json_null(),
                                      "spec", spec_json(explain, &sent->spec)));
    else
        json_object_set_new(object, "at", instant(explain->until_ns));
    json_t *cases = json_array();
    for (uint32_t i = 0; i < explain->case_count; i++)
        json_array_append_new(cases, case_json(explain, &explain->cases[i]));
    json_object_set_new(object, "strategies", cases);
    json_object_set_new(object, "torn", json_boolean(explain->torn));
    json_dumpf(object, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(object);
}
