// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/explain.h"

static int no_such(uint64_t order_id, uint64_t trade_id) {
    const char *hint = "fulmar journal inspect FILE --kind order_filled prints the ids";
    if (trade_id != 0)
        return ERR_SET(ERR_NOT_FOUND, "the journal has no fill %" PRIx64 "; %s", trade_id, hint);
    return ERR_SET(ERR_NOT_FOUND, "the journal has no order %" PRIx64 "; %s", order_id, hint);
}

// The order that a fill belongs to; 0: no such fill.
static uint64_t order_of_fill(const struct event_header *event, uint64_t trade_id) {
    if (event->kind != EVENT_ORDER_FILLED) return 0;
    const struct order_event *fill = (const void *)event;
    return fill->trade_id == trade_id ? fill->order_id : 0;
}

// Orders that were sent, so that the one of a later fill is known without reading twice.
struct sent_list {
    struct explain_sent *items;
    size_t count, capacity;
    struct algo_event *parents; // as they were started
    size_t parent_count, parent_capacity;
};

static int add_parent(struct sent_list *list, const struct algo_event *started) {
    if (list->parent_count == list->parent_capacity) {
        size_t capacity = list->parent_capacity > 0 ? list->parent_capacity * 2 : 256;
        struct algo_event *parents = realloc(list->parents, capacity * sizeof *parents);
        if (parents == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu parents", capacity);
        list->parents = parents;
        list->parent_capacity = capacity;
    }
    list->parents[list->parent_count++] = *started;
    return 0;
}

// A child was just sent: the latest order is it, and its parent one of the latest.
static int add_algo(struct sent_list *list, const struct algo_event *algo) {
    if (algo->what == ALGO_STARTED) return add_parent(list, algo);
    if (algo->what != ALGO_CHILD) return 0;
    size_t order = list->count, parent = list->parent_count;
    while (order > 0 && list->items[order - 1].order_id != algo->order_id) order--;
    while (parent > 0 && list->parents[parent - 1].parent != algo->parent) parent--;
    if (order == 0 || parent == 0) return 0;
    struct explain_sent *sent = &list->items[order - 1];
    sent->parent = algo->parent;
    sent->parent_seq = list->parents[parent - 1].header.seq;
    sent->parent_ns = list->parents[parent - 1].header.ts_ns;
    return 0;
}

static int add_sent(struct sent_list *list, const struct event_header *event,
                    const struct event_header *cause) {
    const struct submit_event *submit = (const void *)event;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? list->capacity * 2 : 1024;
        struct explain_sent *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu orders", capacity);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = (struct explain_sent){.order_id = submit->order_id,
                                                       .seq = event->seq,
                                                       .ts_ns = event->ts_ns,
                                                       .cause = cause->kind,
                                                       .spec = submit->spec};
    if (cause->kind != EVENT_PLACE) return 0;
    const struct manual_event *manual = (const void *)cause;
    if (manual_id_is_valid(manual->order.client_id))
        memcpy(list->items[list->count - 1].client_id, manual->order.client_id, MANUAL_ID_SIZE);
    return 0;
}

static int find_sent(const struct sent_list *list, uint64_t order_id, uint64_t trade_id,
                     struct explain_sent *ret_sent) {
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].order_id != order_id) continue;
        *ret_sent = list->items[i];
        return 0;
    }
    if (order_id_is_venue(order_id))
        return ERR_SET(ERR_NOT_FOUND,
                       "the venue made order %" PRIx64
                       " by itself: a liquidation, or a delisting; no decision did",
                       order_id);
    return no_such(order_id, trade_id);
}

int explain_find(struct journal_reader *reader, uint64_t order_id, uint64_t trade_id,
                 struct explain_sent *ret_sent) {
    const struct event_header *event, *cause = NULL;
    struct sent_list list = {0};
    uint64_t wanted = trade_id == 0 ? order_id : 0;
    int rc;
    while ((rc = journal_next(reader, &event)) > 0) {
        if (event->kind < EVENT_OUTPUT) cause = event;
        if (trade_id != 0 && wanted == 0) wanted = order_of_fill(event, trade_id);
        if (event->kind == EVENT_SUBMIT && cause != NULL &&
            (rc = add_sent(&list, event, cause)) < 0)
            break;
        if (event->kind == EVENT_ALGO && (rc = add_algo(&list, (const void *)event)) < 0) break;
    }
    if (rc == 0 || rc == ERR_TRUNCATED)
        rc = wanted == 0 ? no_such(order_id, trade_id)
                         : find_sent(&list, wanted, trade_id, ret_sent);
    free(list.items);
    free(list.parents);
    return rc;
}
