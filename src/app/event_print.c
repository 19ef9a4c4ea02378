// SPDX-License-Identifier: Apache-2.0
#include "app/event_print.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "base/timestamp.h"
#include "ledger/budget.h"
#include "order/algo.h"
#include "order/manual.h"
#include "order/order.h"
#include "risk/rule.h"
#include "strategy/conduct.h"
#include "strategy/strategy.h"

// A field list: "name=value" pairs for people, JSON members for machines.
struct fields {
    struct text text;
    bool json;
};

static void add_key(struct fields *fields, const char *name) {
    if (fields->json)
        text_printf(&fields->text, ",\"%s\":", name);
    else
        text_printf(&fields->text, "  %s=", name);
}

static void add_int(struct fields *fields, const char *name, int64_t value) {
    add_key(fields, name);
    text_printf(&fields->text, "%" PRId64, value);
}

static void add_id(struct fields *fields, const char *name, uint64_t value) {
    add_key(fields, name);
    text_printf(&fields->text, fields->json ? "\"%" PRIx64 "\"" : "%" PRIx64, value);
}

// NULL: a code that names nothing.
static void add_word(struct fields *fields, const char *name, const char *value) {
    add_key(fields, name);
    if (value == NULL) value = "unknown";
    text_printf(&fields->text, fields->json ? "\"%s\"" : "%s", value);
}

static void add_real(struct fields *fields, const char *name, double value) {
    add_key(fields, name);
    if (!isfinite(value) && fields->json)
        text_add(&fields->text, "null");
    else
        text_printf(&fields->text, "%.17g", value);
}

static void add_money(struct fields *fields, const char *name, money_t value) {
    char buf[DECIMAL_TEXT_SIZE];
    decimal_print(buf, sizeof buf, value.m, 0);
    add_word(fields, name, buf);
}

static void add_bar(struct fields *fields, const struct bar *bar) {
    char open[TIMESTAMP_TEXT_SIZE];
    timestamp_print(open, sizeof open, bar->open_ns);
    add_word(fields, "from", open);
    add_int(fields, "open", bar->open.m);
    add_int(fields, "high", bar->high.m);
    add_int(fields, "low", bar->low.m);
    add_int(fields, "close", bar->close.m);
    add_int(fields, "volume", bar->volume.m);
    add_int(fields, "frame_s", bar->frame_s);
}

static void add_report(struct fields *fields, const struct order_event *report) {
    add_id(fields, "order", report->order_id);
    if (report->header.kind == EVENT_ORDER_FILLED) {
        add_id(fields, "trade", report->trade_id);
        add_int(fields, "fee", report->fee);
    }
    if (report->qty.m != 0) {
        add_int(fields, "qty", report->qty.m);
        add_int(fields, "price", report->price.m);
    }
    add_int(fields, "leaves", report->leaves_qty.m);
    if (report->reason != REASON_NONE)
        add_word(fields, "reason", order_reason_name(report->reason));
}

static void add_submit(struct fields *fields, const struct submit_event *submit) {
    const struct order_spec *spec = &submit->spec;
    add_id(fields, "order", submit->order_id);
    add_int(fields, "strategy", spec->strategy);
    add_word(fields, "side", spec->side > 0 ? "buy" : "sell");
    add_word(fields, "type", order_type_name(spec->type));
    add_word(fields, "tif", order_tif_name(spec->tif));
    add_word(fields, "purpose", order_purpose_name(spec->purpose));
    add_int(fields, "qty", spec->qty.m);
    if (spec->limit_price.m != 0) add_int(fields, "limit", spec->limit_price.m);
    if (spec->stop_price.m != 0) add_int(fields, "stop", spec->stop_price.m);
    if (spec->group != 0) add_id(fields, "group", spec->group);
    if (spec->parent != 0) add_id(fields, "parent", spec->parent);
}

static void add_veto(struct fields *fields, const struct veto_event *veto) {
    const char *rule = veto->rule == RISK_RULE_ENGINE   ? engine_veto_name(veto->code)
                       : veto->rule < risk_rule_count() ? risk_rule_at(veto->rule)->name
                                                        : "unknown";
    add_word(fields, "rule", rule);
    add_int(fields, "asked", veto->qty_asked.m);
    add_int(fields, "left", veto->qty_left.m);
    add_real(fields, "limit", veto->limit);
    add_real(fields, "value", veto->value);
}

static void add_target(struct fields *fields, const struct target_event *target) {
    add_int(fields, "strategy", target->strategy);
    add_real(fields, "weight", target->weight);
    add_real(fields, "fraction", target->fraction);
    add_real(fields, "stop", target->stop);
    add_int(fields, "qty", target->qty.m);
    add_int(fields, "position", target->position.m);
    add_int(fields, "reason", target->reason);
}

static void add_conduct(struct fields *fields, const struct strategy_event *event) {
    add_int(fields, "strategy", event->strategy);
    add_word(fields, "mode", strategy_mode_name(event->mode));
    add_word(fields, "cause", strategy_cause_name(event->cause));
    if (event->cause >= CAUSE_PARAM) add_int(fields, "param", event->param);
    if (event->cause <= CAUSE_DRAINED) return;
    add_real(fields, "limit", event->limit);
    add_real(fields, "value", event->value);
}

static void add_allocation(struct fields *fields, const struct allocation_event *event) {
    add_id(fields, "order", event->order_id);
    add_int(fields, "strategy", event->strategy);
    add_word(fields, "side", event->side > 0 ? "buy" : "sell");
    add_int(fields, "qty", event->qty.m);
    add_int(fields, "price", event->price.m);
    add_int(fields, "fee", event->fee);
}

// A reason is up to eight characters, or a number where somebody else made it.
static void add_reason(struct fields *fields, uint64_t reason) {
    char code[sizeof reason + 1] = {0};
    memcpy(code, &reason, sizeof reason);
    size_t len = strlen(code);
    for (size_t i = 0; i < len; i++)
        if (code[i] <= ' ' || code[i] > '~' || code[i] == '"' || code[i] == '\\') len = 0;
    if (len > 0)
        add_word(fields, "reason", code);
    else if (reason != 0)
        add_int(fields, "reason", (int64_t)reason);
}

static void add_budget(struct fields *fields, const struct budget_event *event) {
    if (event->strategy != STRATEGY_NONE) add_int(fields, "strategy", event->strategy);
    add_int(fields, "weight_ppb", event->weight);
    add_int(fields, "share_ppm", event->share_ppm);
    add_money(fields, "budget", budget_money(event));
    add_money(fields, "moved", budget_moved(event));
}

static void add_command(struct fields *fields, const struct command_event *command) {
    uint16_t kind = command->header.kind;
    if (kind == EVENT_RESUME) add_reason(fields, command->reason);
    if (kind == EVENT_KILL)
        add_word(fields, "policy", command->param == 1 ? "flatten" : "cancel");
    else if (kind == EVENT_SET_LIMIT)
        add_int(fields, "rule", command->rule);
    else if (kind >= EVENT_STOP || command->scope == HALT_STRATEGY)
        add_int(fields, "strategy", command->index);
    else if (command->scope == HALT_INSTRUMENT)
        add_int(fields, "index", command->index);
    if (kind != EVENT_SET_LIMIT && kind != EVENT_SET_PARAM) return;
    add_int(fields, "param", command->param);
    add_real(fields, "value", command->value);
}

static void add_manual(struct fields *fields, const struct manual_event *event) {
    const struct manual_order *order = &event->order;
    char client_id[MANUAL_ID_SIZE + 1] = {0};
    bool place = event->header.kind == EVENT_PLACE;
    memcpy(client_id, order->client_id, MANUAL_ID_SIZE);
    if (manual_id_is_valid(order->client_id) && strpbrk(client_id, "\"\\") == NULL)
        add_word(fields, "client_id", client_id);
    if (event->order_id != 0) add_id(fields, "order", event->order_id);
    if (event->actor != 0) add_int(fields, "actor", (int64_t)event->actor);
    if (place) add_word(fields, "side", order->side > 0 ? "buy" : "sell");
    if (place) add_word(fields, "type", order_type_name(order->type));
    if (place) add_word(fields, "tif", order_tif_name(order->tif));
    if (order->qty.m != 0) add_int(fields, "qty", order->qty.m);
    if (order->limit_price.m != 0) add_int(fields, "limit", order->limit_price.m);
    if (order->stop_price.m != 0) add_int(fields, "stop", order->stop_price.m);
    if (order->trail.m != 0) add_int(fields, "trail", order->trail.m);
}

static void add_manual_result(struct fields *fields, const struct manual_result_event *result) {
    add_word(fields, "outcome", manual_outcome_name(result->outcome));
    if (result->order_id != 0) add_id(fields, "order", result->order_id);
}

static void add_algo(struct fields *fields, const struct algo_event *algo) {
    static const char *const words[] = {"started", "child", "ended"};
    add_id(fields, "parent", algo->parent);
    add_word(fields, "what", algo->what <= ALGO_ENDED ? words[algo->what] : NULL);
    add_word(fields, "algo", algo->algo < algo_count() ? algo_at(algo->algo)->name : NULL);
    add_int(fields, "strategy", algo->strategy);
    add_word(fields, "side", algo->side > 0 ? "buy" : "sell");
    add_int(fields, "qty", algo->qty.m);
    add_int(fields, "filled", algo->filled.m);
    if (algo->what == ALGO_CHILD) add_id(fields, "order", algo->order_id);
    if (algo->what == ALGO_ENDED) {
        add_word(fields, "reason", algo_reason_name(algo->reason));
        add_int(fields, "market", algo->market_qty.m);
    }
}

static void add_input(struct fields *fields, const union event *event) {
    switch (event->header.kind) {
    case EVENT_BAR:
        add_bar(fields, &event->bar.bar);
        break;
    case EVENT_TRADE:
        add_int(fields, "price", event->trade.price.m);
        add_int(fields, "qty", event->trade.qty.m);
        break;
    case EVENT_QUOTE:
        add_int(fields, "bid", event->quote.bid.m);
        add_int(fields, "ask", event->quote.ask.m);
        break;
    case EVENT_FEED:
        add_word(fields, "record", feed_kind_name(feed_kind_of(event->feed.record.what)));
        add_int(fields, "side", feed_side_of(event->feed.record.what));
        add_int(fields, "price", event->feed.record.price);
        add_int(fields, "qty", event->feed.record.qty);
        break;
    case EVENT_SPLIT:
        add_int(fields, "numerator", event->split.numerator);
        add_int(fields, "denominator", event->split.denominator);
        break;
    case EVENT_DIVIDEND:
        add_int(fields, "amount", event->dividend.amount);
        add_int(fields, "decimals", event->dividend.decimals);
        break;
    case EVENT_CASH:
        add_money(fields, "amount", event->cash.amount);
        add_int(fields, "reason", event->cash.reason);
        break;
    default:
        if (event->header.kind >= EVENT_ORDER_ACCEPTED && event->header.kind < EVENT_CASH)
            add_report(fields, &event->order);
        else if (event->header.kind >= EVENT_PLACE)
            add_manual(fields, (const void *)event);
        else if (event->header.kind >= EVENT_HALT)
            add_command(fields, &event->command);
        break;
    }
}

static void add_output(struct fields *fields, const union event *event) {
    const void *body = event;
    switch (event->header.kind) {
    case EVENT_SUBMIT:
        add_submit(fields, body);
        break;
    case EVENT_CANCEL:
        add_id(fields, "order", ((const struct cancel_event *)body)->order_id);
        break;
    case EVENT_REPLACE:
        add_id(fields, "order", ((const struct replace_event *)body)->order_id);
        add_int(fields, "qty", ((const struct replace_event *)body)->qty.m);
        add_int(fields, "price", ((const struct replace_event *)body)->price.m);
        break;
    case EVENT_TARGET:
        add_target(fields, body);
        break;
    case EVENT_ALLOCATION:
        add_allocation(fields, body);
        break;
    case EVENT_STRATEGY:
        add_conduct(fields, body);
        break;
    case EVENT_BUDGET:
        add_budget(fields, body);
        break;
    case EVENT_ALGO:
        add_algo(fields, body);
        break;
    case EVENT_MANUAL:
        add_manual_result(fields, body);
        break;
    default:
        add_veto(fields, body);
        break;
    }
}

void event_print(const struct event_header *header, bool json, FILE *stream) {
    enum { LINE_MAX_BYTES = 4096 };
    struct fields fields = {.json = json};
    char at[TIMESTAMP_TEXT_SIZE];
    const char *name = event_kind_name(header->kind);
    union event event;
    memset(&event, 0, sizeof event);
    memcpy(&event, header, header->size); // a journal aligns to 8 bytes, money_t wants 16
    text_init(&fields.text, LINE_MAX_BYTES);
    timestamp_print(at, sizeof at, header->ts_ns);
    if (name == NULL) name = "unknown";
    if (json)
        text_printf(&fields.text, "{\"seq\":%" PRIu64 ",\"ts\":\"%s\",\"kind\":\"%s\"", header->seq,
                    at, name);
    else
        text_printf(&fields.text, "%8" PRIu64 "  %s  %-14s", header->seq, at, name);
    if (header->instrument != INSTRUMENT_NONE) add_int(&fields, "instrument", header->instrument);
    if (header->kind < EVENT_OUTPUT)
        add_input(&fields, &event);
    else
        add_output(&fields, &event);
    fprintf(stream, "%s%s", text_string(&fields.text), json ? "}" : "\n");
    text_fini(&fields.text);
}
