// SPDX-License-Identifier: Apache-2.0
#include "market/event.h"

#include <string.h>

#include "base/check.h"

struct event_row {
    const char *name;
    uint16_t size; // 0: an output, whose layer knows
};

static const struct event_row event_rows[EVENT_KIND_END] = {
    [EVENT_BAR] = {"bar", sizeof(struct bar_event)},
    [EVENT_TRADE] = {"trade", sizeof(struct trade_event)},
    [EVENT_QUOTE] = {"quote", sizeof(struct quote_event)},
    [EVENT_CLOCK] = {"clock", sizeof(struct clock_event)},
    [EVENT_SPLIT] = {"split", sizeof(struct split_event)},
    [EVENT_DIVIDEND] = {"dividend", sizeof(struct dividend_event)},
    [EVENT_RATE] = {"rate", sizeof(struct rate_event)},
    [EVENT_DELIST] = {"delist", sizeof(struct event_header)},
    [EVENT_FEED] = {"feed", sizeof(struct feed_event)},
    [EVENT_ORDER_ACCEPTED] = {"order_accepted", sizeof(struct order_event)},
    [EVENT_ORDER_REJECTED] = {"order_rejected", sizeof(struct order_event)},
    [EVENT_ORDER_FILLED] = {"order_filled", sizeof(struct order_event)},
    [EVENT_ORDER_CANCELED] = {"order_canceled", sizeof(struct order_event)},
    [EVENT_ORDER_EXPIRED] = {"order_expired", sizeof(struct order_event)},
    [EVENT_ORDER_REPLACED] = {"order_replaced", sizeof(struct order_event)},
    [EVENT_ORDER_CANCEL_REJECTED] = {"order_cancel_rejected", sizeof(struct order_event)},
    [EVENT_ORDER_REPLACE_REJECTED] = {"order_replace_rejected", sizeof(struct order_event)},
    [EVENT_ORDER_TRIGGERED] = {"order_triggered", sizeof(struct order_event)},
    [EVENT_ORDER_UNKNOWN] = {"order_unknown", sizeof(struct order_event)},
    [EVENT_CASH] = {"cash", sizeof(struct cash_event)},
    [EVENT_HALT] = {"halt", sizeof(struct command_event)},
    [EVENT_RESUME] = {"resume", sizeof(struct command_event)},
    [EVENT_SET_LIMIT] = {"set_limit", sizeof(struct command_event)},
    [EVENT_STOP] = {"stop", sizeof(struct command_event)},
    [EVENT_DRAIN] = {"drain", sizeof(struct command_event)},
    [EVENT_START] = {"start", sizeof(struct command_event)},
    [EVENT_SET_PARAM] = {"set_param", sizeof(struct command_event)},
    [EVENT_KILL] = {"kill", sizeof(struct command_event)},
    [EVENT_PLACE] = {"place", EVENT_SIZE_MANUAL},
    [EVENT_TAKE_BACK] = {"take_back", EVENT_SIZE_MANUAL},
    [EVENT_AMEND] = {"amend", EVENT_SIZE_MANUAL},
    [EVENT_SUBMIT] = {"submit", 0},
    [EVENT_CANCEL] = {"cancel", 0},
    [EVENT_REPLACE] = {"replace", 0},
    [EVENT_VETO] = {"veto", 0},
    [EVENT_HALTED] = {"halted", 0},
    [EVENT_TARGET] = {"target", 0},
    [EVENT_STRATEGY] = {"strategy", 0},
    [EVENT_ALLOCATION] = {"allocation", 0},
    [EVENT_ALGO] = {"algo", 0},
    [EVENT_BUDGET] = {"budget", 0},
    [EVENT_MANUAL] = {"manual", 0},
};

void event_init(union event *ret_event, enum event_kind kind, uint32_t instrument, int64_t ts_ns) {
    uint16_t size = event_kind_size((uint16_t)kind);
    CHECK(size >= sizeof(struct event_header));
    memset(ret_event, 0, size);
    ret_event->header = (struct event_header){
        .ts_ns = ts_ns,
        .venue_ts_ns = ts_ns,
        .instrument = instrument,
        .kind = (uint16_t)kind,
        .size = size,
    };
}

const char *event_kind_name(uint16_t kind) {
    return kind < EVENT_KIND_END ? event_rows[kind].name : NULL;
}

uint16_t event_kind_size(uint16_t kind) {
    return kind < EVENT_KIND_END ? event_rows[kind].size : 0;
}
