// SPDX-License-Identifier: Apache-2.0
#include "edge/api/stream_event.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/jout.h"
#include "edge/api/desk_print.h"
#include "risk/rule.h"
#include "strategy/strategy.h"

static void print_id(const char *key, uint64_t id, struct text *out) {
    jout_key(out, key);
    text_printf(out, "\"%" PRIu64 "\"", id);
}

static const struct instrument *instrument_of(const struct session_info *info,
                                              const struct event_header *header) {
    return header->instrument < info->instruments->count
               ? instruments_get(info->instruments, header->instrument)
               : NULL;
}

static void print_report(const struct session_info *info, const struct order_event *event,
                         struct text *out) {
    const struct instrument *instrument = instrument_of(info, &event->header);
    print_id("order", event->order_id, out);
    jout_key_string(out, "strategy", desk_strategy_name(info, order_id_strategy(event->order_id)));
    jout_key_string(out, "reason", order_reason_name(event->reason));
    if (instrument == NULL || event->header.kind != EVENT_ORDER_FILLED) return;
    jout_key_string(out, "side", event->side > 0 ? "buy" : event->side < 0 ? "sell" : "");
    jout_key_decimal(out, "qty", event->qty.m, instrument->qty_decimals);
    jout_key_decimal(out, "price", event->price.m, instrument->price_decimals);
    jout_key_decimal(out, "leaves", event->leaves_qty.m, instrument->qty_decimals);
}

static void print_submit(const struct session_info *info, const struct submit_event *event,
                         struct text *out) {
    const struct order_spec *spec = &event->spec;
    const struct instrument *instrument = instruments_get(info->instruments, spec->instrument);
    print_id("order", event->order_id, out);
    jout_key_string(out, "strategy", desk_strategy_name(info, spec->strategy));
    jout_key_string(out, "side", spec->side > 0 ? "buy" : "sell");
    jout_key_string(out, "type", order_type_name(spec->type));
    jout_key_string(out, "purpose", order_purpose_name(spec->purpose));
    jout_key_decimal(out, "qty", spec->qty.m, instrument->qty_decimals);
    if (spec->limit_price.m != 0)
        jout_key_decimal(out, "limit_price", spec->limit_price.m, instrument->price_decimals);
    if (spec->stop_price.m != 0)
        jout_key_decimal(out, "stop_price", spec->stop_price.m, instrument->price_decimals);
}

static void print_veto(const struct session_info *info, const struct veto_event *event,
                       struct text *out) {
    const char *code = event->rule == RISK_RULE_ENGINE ? engine_veto_name(event->code) : NULL;
    jout_key_string(out, "rule", desk_rule_name(event->rule));
    jout_key_string(out, "code", code != NULL ? code : "");
    jout_key_string(out, "verdict", risk_verdict_name(event->verdict));
    jout_key_string(out, "strategy", desk_strategy_name(info, event->strategy));
    jout_key_real(out, "limit", event->limit);
    jout_key_real(out, "value", event->value);
}

static void print_target(const struct session_info *info, const struct target_event *event,
                         struct text *out) {
    jout_key_string(out, "strategy", desk_strategy_name(info, event->strategy));
    jout_key_real(out, "weight", event->weight);
    jout_key_real(out, "confidence", event->confidence);
    jout_key_real(out, "fraction", event->fraction);
}

static void print_rest(const struct session_info *info, const union event *event,
                       struct text *out) {
    const void *bytes = event;
    uint16_t kind = event->header.kind;
    if (kind >= EVENT_ORDER_ACCEPTED && kind <= EVENT_ORDER_UNKNOWN)
        print_report(info, &event->order, out);
    else if (kind == EVENT_SUBMIT)
        print_submit(info, bytes, out);
    else if (kind == EVENT_CANCEL)
        print_id("order", ((const struct cancel_event *)bytes)->order_id, out);
    else if (kind == EVENT_REPLACE)
        print_id("order", ((const struct replace_event *)bytes)->order_id, out);
    else if (kind == EVENT_VETO || kind == EVENT_HALTED)
        print_veto(info, bytes, out);
    else if (kind == EVENT_TARGET)
        print_target(info, bytes, out);
}

void stream_print_event(const struct session_info *info, const union event *event,
                        struct text *out) {
    const char *name = event_kind_name(event->header.kind);
    jout_object(out);
    jout_key_string(out, "kind", name != NULL ? name : "other");
    jout_key_int(out, "seq", (int64_t)event->header.seq);
    jout_key_time(out, "time", event->header.ts_ns);
    jout_key(out, "instrument");
    desk_print_symbol(info, event->header.instrument, out);
    print_rest(info, event, out);
    jout_end_object(out);
}
