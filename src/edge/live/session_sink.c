// SPDX-License-Identifier: Apache-2.0
// Every event of a session passes here, inputs before they are applied: to the journal, or compared with it; to the
// tap; and into what is told of the past.
#include <string.h>

#include "edge/live/session_state.h"

static void note_fill(struct session *session, const struct order_event *event) {
    struct session_past *past = &session->past;
    const struct orders *orders = engine_orders(session->desk.engine);
    int handle = orders_find(orders, event->order_id);
    struct session_fill *fill = &past->fills[past->fill_count++ % SESSION_FILLS];
    *fill = (struct session_fill){
        .seq = event->header.seq,
        .ts_ns = event->header.ts_ns,
        .order_id = event->order_id,
        .trade_id = event->trade_id,
        .strategy = order_id_strategy(event->order_id),
        .instrument = event->header.instrument,
        .side = handle >= 0 ? orders_get(orders, (uint32_t)handle)->spec.side : event->side,
        .liquidity = event->liquidity,
        .qty = event->qty,
        .price = event->price,
        .fee = event->fee,
        .fee_currency = event->fee_currency,
    };
    if (fill->strategy < session->desk.strategy_count) past->strategies[fill->strategy].fills++;
}

static void note_report(struct session *session, const struct order_event *event) {
    uint16_t kind = event->header.kind;
    if (kind == EVENT_ORDER_FILLED) note_fill(session, event);
    bool ends = kind == EVENT_ORDER_REJECTED || kind == EVENT_ORDER_CANCELED ||
                kind == EVENT_ORDER_EXPIRED ||
                (kind == EVENT_ORDER_FILLED && event->leaves_qty.m == 0);
    if (!ends) return;
    struct session_past *past = &session->past;
    past->ended[past->ended_count++ % SESSION_ENDED_ORDERS] = event->order_id;
}

static void note_word(struct session *session, const struct veto_event *word) {
    struct session_past *past = &session->past;
    struct session_watch *watch = &past->watches[past->watch_count++ % SESSION_WATCHES];
    *watch = (struct session_watch){
        .seq = word->header.seq,
        .ts_ns = word->header.ts_ns,
        .kind = word->header.kind,
        .rule = word->rule,
        .code = word->code,
        .verdict = word->verdict,
        .strategy = word->strategy,
        .instrument = word->header.instrument,
        .limit = word->limit,
        .value = word->value,
    };
    if (word->rule >= risk_rule_count()) return;
    struct session_rule *rule = &past->rules[word->rule];
    rule->vetoes += word->header.kind == EVENT_VETO;
    rule->trips += word->header.kind == EVENT_HALTED;
    rule->limit = word->limit;
    rule->value = word->value;
}

static void note_target(struct session *session, const struct target_event *target) {
    if (target->strategy >= session->desk.strategy_count) return;
    struct session_strategy *strategy = &session->past.strategies[target->strategy];
    strategy->decided_ns = target->header.ts_ns;
    strategy->decided_instrument = target->header.instrument;
    strategy->decided_weight = target->weight;
    strategy->decided_confidence = target->confidence;
}

static void note(struct session *session, const struct event_header *event) {
    if (event->kind >= EVENT_ORDER_ACCEPTED && event->kind < EVENT_CASH)
        note_report(session, (const void *)event);
    else if (event->kind == EVENT_VETO || event->kind == EVENT_HALTED)
        note_word(session, (const void *)event);
    else if (event->kind == EVENT_TARGET)
        note_target(session, (const void *)event);
}

static void capture(struct session_capture *capture, const struct event_header *event) {
    const void *body = event;
    if (event->kind == EVENT_CANCEL) capture->canceled++;
    if (event->kind == EVENT_MANUAL) {
        const struct manual_result_event *result = body;
        capture->has_manual = true;
        capture->manual = result->outcome;
        capture->order_id = result->order_id;
    }
    if (event->kind == EVENT_VETO) {
        memcpy(&capture->word, body, sizeof capture->word);
        capture->veto = &capture->word;
    }
    if (event->kind == EVENT_STRATEGY &&
        ((const struct strategy_event *)body)->cause == CAUSE_PARAM_REFUSED)
        capture->refused = true;
}

// Compares with the journal; where that ends, the event is new.
static int compare(struct session *session, const struct event_header *event, bool *ret_new) {
    const struct event_header *there;
    int rc = journal_next(session->recovering, &there);
    *ret_new = rc == 0 || rc == ERR_TRUNCATED;
    if (*ret_new) return 0;
    if (rc < 0) return rc;
    session->recovered_events++;
    if (there->size == event->size && memcmp(there, event, event->size) == 0) return 0;
    return ERR_SET(ERR_CORRUPT,
                   "%s: event %llu (%s) is not what the same data and configuration give now (%s "
                   "of input %llu); the tape or the program has changed since",
                   session->info.journal, (unsigned long long)there->seq,
                   event_kind_name(there->kind) != NULL ? event_kind_name(there->kind) : "?",
                   event_kind_name(event->kind), (unsigned long long)event->seq);
}

// The ring is full in the midst of a group: the disk has to take something first. Where it does not and somebody wants
// trading stopped, what follows is not recorded any more.
static int push(struct session *session, const struct event_header *event) {
    struct keeper *keeper = &session->keeper;
    if (LIKELY(lane_push(&keeper->lane, event))) return 0;
    if (!session->started)
        return ERR_SET(ERR_FULL, "too many events for %s before its session runs",
                       session->info.journal);
    while (!lane_push(&keeper->lane, event)) {
        if (atomic_load(&keeper->error) < 0) return 0; // told by the core's next cycle
        if (atomic_load(&session->stops_waiting) > 0 || atomic_load(&session->stop_core))
            return ERR_SET(ERR_IO, "the disk of %s stands still; what follows is not recorded",
                           session->info.journal);
        waker_rouse(&keeper->waker);
        waker_arm(&session->waker);
        waker_wait(&session->waker, 1000000);
    }
    return 0;
}

void session_hold(struct session *session, uint64_t seq) {
    struct keeper *keeper = &session->keeper;
    if (!session->started || atomic_load_explicit(&keeper->synced, memory_order_acquire) >= seq)
        return;
    keeper_want(keeper, seq);
    while (atomic_load_explicit(&keeper->synced, memory_order_acquire) < seq) {
        if (atomic_load(&keeper->error) < 0 || atomic_load(&session->stops_waiting) > 0 ||
            atomic_load(&session->stop_core))
            return;
        waker_arm(&session->waker);
        if (atomic_load_explicit(&keeper->synced, memory_order_acquire) < seq)
            waker_wait(&session->waker, 1000000);
        else
            waker_disarm(&session->waker);
    }
}

static int keep(struct session *session, const struct event_header *event) {
    if (session->error < 0) return 0; // nothing is recorded behind a gap
    TRY(push(session, event));
    bool leaves = event->kind == EVENT_SUBMIT || event->kind == EVENT_REPLACE;
    if (!leaves || session->info.durability != SESSION_DURABLE_JOURNAL) return 0;
    session_hold(session, event->seq);
    // An order whose cause could not be written down does not leave.
    if (atomic_load(&session->keeper.error) < 0 && session->error == 0)
        return ERR_SET(ERR_IO, "%s", session->keeper.story);
    return 0;
}

static int put(void *self, const struct event_header *event) {
    struct session *session = self;
    bool fresh = true;
    if (UNLIKELY(session->recovering != NULL)) TRY(compare(session, event, &fresh));
    if (fresh && session->has_journal) TRY(keep(session, event));
    if (LIKELY(event->kind < EVENT_ORDER_ACCEPTED)) return 0;
    if (session->capture.on) capture(&session->capture, event);
    note(session, event);
    uint64_t number = atomic_load_explicit(&session->tap_tail, memory_order_relaxed) + 1;
    cells_write(&session->tap, number, event, event->size);
    atomic_store_explicit(&session->tap_tail, number, memory_order_release);
    return 0;
}

struct event_sink session_sink(struct session *session) {
    return (struct event_sink){.put = put, .self = session};
}
