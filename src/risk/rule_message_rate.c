// SPDX-License-Identifier: Apache-2.0
// No more messages to the venue, and no more value ordered, than so much within a window that slides. Cancels and
// replaces count; only orders that raise risk are refused.
#include "risk/share.h"

enum { MESSAGES, WINDOW, VALUE, PARAMS, RING = 1024 };

static const struct param params[PARAMS] = {
    {.name = "max_messages",
     .type = PARAM_INT,
     .unit = "messages",
     .def = 100,
     .min = 1,
     .max = RING,
     .help = "Most orders, cancels and replaces within the window."},
    {.name = "window_s",
     .type = PARAM_REAL,
     .unit = "s",
     .def = 1,
     .min = 0.001,
     .max = 86400,
     .help = "Length of the window; what is exactly so old is outside."},
    {.name = "max_value",
     .type = PARAM_REAL,
     .unit = "of equity",
     .def = 1000,
     .min = 0,
     .max = 1000000,
     .help = "Most value of the orders within the window, as a share of the account's equity."},
};

struct message {
    money_t value;
    int64_t ts_ns;
    int64_t reserved;
};
_Static_assert(sizeof(struct message) == 32, "engine state");

struct messages {
    money_t value; // of those in the ring
    uint64_t head; // the oldest in the ring, ever growing
    uint64_t tail;
    struct message ring[RING];
};

static size_t state_more(const double *values, uint32_t instruments, uint32_t strategies) {
    return sizeof(struct messages);
}

static void drop(struct messages *messages) {
    messages->value.m -= messages->ring[messages->head++ % RING].value.m;
}

static void forget(struct messages *messages, const struct risk_view *view, const double *values) {
    int64_t since_ns = view->now_ns - (int64_t)(values[WINDOW] * 1e9);
    while (messages->head < messages->tail &&
           messages->ring[messages->head % RING].ts_ns <= since_ns)
        drop(messages);
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    struct messages *messages = state;
    forget(messages, view, values);
    ret_result->limit = values[MESSAGES];
    ret_result->value = (double)(messages->tail - messages->head) + 1;
    if (ret_result->value > values[MESSAGES]) return RISK_VETO;
    money_t limit = risk_limit(view, values[VALUE]);
    money_t after = money_add(messages->value, order->notional);
    if (after.m <= limit.m) return RISK_ALLOW;
    ret_result->limit = values[VALUE];
    ret_result->value = risk_share(view, after);
    return risk_cut(view, order, money_sub(limit, messages->value), ret_result);
}

static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    struct messages *messages = state;
    forget(messages, view, values);
    if (messages->tail - messages->head == RING) drop(messages);
    messages->ring[messages->tail++ % RING] =
        (struct message){.value = fact->notional, .ts_ns = view->now_ns};
    messages->value.m += fact->notional.m;
}

const struct risk_rule risk_rule_message_rate = {
    .name = "message_rate",
    .summary =
        "Refuses orders beyond max_messages in window_s seconds, and cuts them to max_value of "
        "equity in that time.",
    .params = params,
    .param_count = PARAMS,
    .state_more = state_more,
    .notes = 1u << RISK_FACT_SENT | 1u << RISK_FACT_CANCEL | 1u << RISK_FACT_REPLACE,
    .rank = RISK_RANK_MESSAGE_RATE,
    .check = check,
    .note = note,
};
