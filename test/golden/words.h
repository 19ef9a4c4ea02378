// SPDX-License-Identifier: Apache-2.0
// What a run said, in words that a hand-computed list can be compared with: one line an event, with the
// day it belongs to, the first of which ends with the first bar. Market data is left out.
//
//   3 submit 2.1 sell 900 stop @950        3 filled 2.1 900 @928 fee 372
#ifndef FULMAR_TEST_GOLDEN_WORDS_H
#define FULMAR_TEST_GOLDEN_WORDS_H

#include <inttypes.h>

#include "world.h"

// Appends the event's line, if it has one. Orders are named strategy.sequence, from 0 and 1.
static inline void words_add(struct text *out, const struct event_header *header, int day);

static inline const char *words_order(uint64_t order_id) {
    static char name[32];
    snprintf(name, sizeof name, "%u.%" PRIu64, order_id_strategy(order_id),
             order_id_sequence(order_id));
    return name;
}

static inline void words_submit(struct text *out, const struct submit_event *submit) {
    const struct order_spec *spec = &submit->spec;
    text_printf(out, " %s %s %" PRId64 " %s", words_order(submit->order_id),
                spec->side > 0 ? "buy" : "sell", spec->qty.m, order_type_name(spec->type));
    if (spec->limit_price.m != 0) text_printf(out, " @%" PRId64, spec->limit_price.m);
    if (spec->stop_price.m != 0) text_printf(out, " @%" PRId64, spec->stop_price.m);
    if (spec->parent != 0) text_printf(out, " of %s", words_order(spec->parent));
    if (spec->group != 0) text_printf(out, " group %s", words_order(spec->group));
}

static inline void words_report(struct text *out, const struct order_event *report) {
    text_printf(out, " %s", words_order(report->order_id));
    if (report->header.kind == EVENT_ORDER_FILLED)
        text_printf(out, " %" PRId64 " @%" PRId64 " left %" PRId64 " fee %" PRId64 " %s",
                    report->qty.m, report->price.m, report->leaves_qty.m, report->fee,
                    report->liquidity == LIQUIDITY_MAKER ? "maker" : "taker");
    if (report->header.kind == EVENT_ORDER_REPLACED)
        text_printf(out, " left %" PRId64, report->leaves_qty.m);
    if (report->reason != REASON_NONE) text_printf(out, " %s", order_reason_name(report->reason));
}

static inline void words_cash(struct text *out, const struct event_header *header) {
    struct cash_event cash;
    memcpy(&cash, header, sizeof cash);
    static const char *const reasons[] = {
        [CASH_DEPOSIT] = "deposit",   [CASH_WITHDRAWAL] = "withdrawal",
        [CASH_INTEREST] = "interest", [CASH_BORROW_FEE] = "borrow",
        [CASH_FUNDING] = "funding",   [CASH_ADJUSTMENT] = "adjustment"};
    text_printf(out, " %s %" PRId64, reasons[cash.reason], (int64_t)cash.amount.m);
}

static inline void words_add(struct text *out, const struct event_header *header, int day) {
    if (header->kind < EVENT_ORDER_ACCEPTED && header->kind != EVENT_SPLIT &&
        header->kind != EVENT_DIVIDEND)
        return;
    const char *name = event_kind_name(header->kind);
    if (strncmp(name, "order_", 6) == 0) name += 6;
    text_printf(out, "%d %s", day, name);
    if (header->kind == EVENT_SUBMIT)
        words_submit(out, (const void *)header);
    else if (header->kind == EVENT_REPLACE)
        text_printf(out, " %s to %" PRId64,
                    words_order(((const struct replace_event *)header)->order_id),
                    ((const struct replace_event *)header)->qty.m);
    else if (header->kind == EVENT_CANCEL)
        text_printf(out, " %s", words_order(((const struct cancel_event *)header)->order_id));
    else if (header->kind == EVENT_TARGET)
        text_printf(out, " %u on %u: %" PRId64, ((const struct target_event *)header)->strategy,
                    header->instrument, ((const struct target_event *)header)->qty.m);
    else if (header->kind == EVENT_CASH)
        words_cash(out, header);
    else if (header->kind >= EVENT_ORDER_ACCEPTED && header->kind < EVENT_CASH)
        words_report(out, (const void *)header);
    text_add(out, "\n");
}

// The whole run.
static inline void words_of(struct text *out, const struct world *world) {
    const struct event_header *event = NULL;
    while ((event = world_next(world, event)) != NULL) {
        int64_t since_ns = event->ts_ns - world->result.first_ns;
        words_add(out, event, (int)((since_ns + NS_PER_DAY - 1) / NS_PER_DAY) + 1);
    }
}

#endif
