// SPDX-License-Identifier: Apache-2.0
#include "report/quoting.h"

#include <stdlib.h>

#include "base/check.h"

int quoting_init(struct quoting *quoting, const struct orders *orders,
                 const struct instruments *instruments, uint32_t order_max) {
    *quoting = (struct quoting){.orders = orders, .instruments = instruments};
    for (uint32_t i = 0; i < instruments->count; i++)
        if (instruments->items[i].qty_decimals > quoting->qty_decimals)
            quoting->qty_decimals = instruments->items[i].qty_decimals;
    quoting->quotes = calloc(order_max + 1, sizeof *quoting->quotes);
    quoting->fills = calloc(QUOTING_FILLS_MAX, sizeof *quoting->fills);
    if (quoting->quotes == NULL || quoting->fills == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for the queues of orders");
    return 0;
}

void quoting_fini(struct quoting *quoting) {
    free(quoting->quotes);
    free(quoting->fills);
    for (int i = 0; i < QUOTING_DISTANCES; i++) samples_fini(&quoting->distances[i].waits);
    for (int i = 0; i < QUOTING_LATENCIES; i++) samples_fini(&quoting->latencies[i]);
    samples_fini(&quoting->waits);
}

static void note_fill(struct quoting *quoting, const struct report_queue *note, qty_t ahead) {
    if (quoting->fill_end - quoting->fill_first == QUOTING_FILLS_MAX) quoting->fill_first++;
    quoting->fills[quoting->fill_end++ & (QUOTING_FILLS_MAX - 1)] =
        (struct quoting_fill){.trade_id = note->trade_id,
                              .ahead = ahead,
                              .passed = note->passed,
                              .instrument = note->instrument,
                              .known = true};
}

// A quantity at the decimals of the sums.
static int128_t summed(const struct quoting *quoting, uint32_t instrument, qty_t qty) {
    int32_t decimals = quoting->instruments->items[instrument].qty_decimals;
    return (int128_t)qty.m * decimal_pow10(quoting->qty_decimals - decimals);
}

void quoting_note(struct quoting *quoting, const struct report_queue *note) {
    int handle = orders_find(quoting->orders, note->order_id);
    if (handle < 0) return;
    struct quote *quote = &quoting->quotes[handle];
    if (note->kind == REPORT_QUEUE_JOINED) {
        quote->ahead = note->ahead;
        quote->queued = true;
    }
    quote->left = note->ahead;
    quote->passed = note->passed;
    if (note->kind == REPORT_QUEUE_FILLED) note_fill(quoting, note, quote->ahead);
}

// Fills of one venue are known in the order in which they were told; those of others may come between.
struct quoting_fill quoting_take_fill(struct quoting *quoting, uint32_t instrument,
                                      uint64_t trade_id) {
    struct quoting_fill found = {0};
    for (uint64_t at = quoting->fill_first; at < quoting->fill_end && !found.known; at++) {
        struct quoting_fill *fill = &quoting->fills[at & (QUOTING_FILLS_MAX - 1)];
        if (!fill->known || fill->trade_id != trade_id || fill->instrument != instrument) continue;
        found = *fill;
        fill->known = false;
    }
    while (quoting->fill_first < quoting->fill_end &&
           !quoting->fills[quoting->fill_first & (QUOTING_FILLS_MAX - 1)].known)
        quoting->fill_first++;
    return found;
}

void quoting_submit(struct quoting *quoting, uint32_t handle, int64_t ts_ns) {
    quoting->quotes[handle] = (struct quote){.sent_ns = ts_ns, .distance = -1};
    quoting->counts.sent++;
}

void quoting_request(struct quoting *quoting, uint32_t handle, const struct event_header *event) {
    quoting->quotes[handle].request_ns = event->ts_ns;
    if (event->kind == EVENT_CANCEL)
        quoting->counts.cancels++;
    else
        quoting->counts.replaces++;
}

// Which way an answer's request took, or QUOTING_LATENCIES: the venue speaks by itself.
static enum quoting_latency way_of(const struct order_event *event) {
    switch (event->header.kind) {
    case EVENT_ORDER_ACCEPTED:
    case EVENT_ORDER_REJECTED:
        return QUOTING_ENTRY;
    case EVENT_ORDER_CANCEL_REJECTED:
        return QUOTING_CANCEL;
    case EVENT_ORDER_CANCELED:
        return event->reason == REASON_REQUESTED ? QUOTING_CANCEL : QUOTING_LATENCIES;
    case EVENT_ORDER_REPLACED:
    case EVENT_ORDER_REPLACE_REJECTED:
        return QUOTING_REPLACE;
    default:
        return QUOTING_LATENCIES;
    }
}

static bool is_refusal(const struct order_event *event) {
    return event->header.kind == EVENT_ORDER_REJECTED ||
           event->header.kind == EVENT_ORDER_REPLACE_REJECTED;
}

static void count_refusal(struct quoting_counts *counts, enum order_reason reason) {
    counts->limits += reason == REASON_RATE_LIMIT || reason == REASON_FULL ||
                      reason == REASON_PRICE_BAND || reason == REASON_MIN_NOTIONAL;
    counts->margin += reason == REASON_INSUFFICIENT_MARGIN || reason == REASON_NOT_SHORTABLE;
}

static void count_answer(struct quoting_counts *counts, const struct order_event *event) {
    if (is_refusal(event)) count_refusal(counts, (enum order_reason)event->reason);
    counts->cancels_late += event->header.kind == EVENT_ORDER_CANCEL_REJECTED;
    counts->replaces_late += event->header.kind == EVENT_ORDER_REPLACE_REJECTED;
    counts->cancels_done +=
        event->header.kind == EVENT_ORDER_CANCELED && event->reason == REASON_REQUESTED;
    counts->post_only +=
        event->header.kind == EVENT_ORDER_REJECTED && event->reason == REASON_POST_ONLY_WOULD_TAKE;
}

int quoting_report(struct quoting *quoting, const struct order_event *event) {
    int64_t venue_ns = event->header.venue_ts_ns, ts_ns = event->header.ts_ns;
    count_answer(&quoting->counts, event);
    TRY(samples_add(&quoting->latencies[QUOTING_REPORT], ts_ns - venue_ns));
    int handle = orders_find(quoting->orders, event->order_id);
    enum quoting_latency way = way_of(event);
    if (handle < 0 || way == QUOTING_LATENCIES) return 0;
    struct quote *quote = &quoting->quotes[handle];
    int64_t from_ns = way == QUOTING_ENTRY ? quote->sent_ns : quote->request_ns;
    if (way == QUOTING_ENTRY) {
        quote->arrived_ns = venue_ns;
        TRY(samples_add(&quoting->latencies[QUOTING_ROUND_TRIP], ts_ns - from_ns));
    }
    return samples_add(&quoting->latencies[way], venue_ns - from_ns);
}

void quoting_distance_range(int distance, int64_t *ret_first, int64_t *ret_last) {
    CHECK(distance >= 0 && distance < QUOTING_DISTANCES);
    *ret_first = distance == 0 ? INT64_MIN : distance == 1 ? 0 : INT64_C(1) << (distance - 2);
    *ret_last = distance == 0                       ? -1
                : distance == 1                     ? 0
                : distance == QUOTING_DISTANCES - 1 ? INT64_MAX
                                                    : (INT64_C(1) << (distance - 1)) - 1;
}

static int distance_of(int64_t ticks) {
    for (int distance = 0; distance < QUOTING_DISTANCES; distance++) {
        int64_t first, last;
        quoting_distance_range(distance, &first, &last);
        if (ticks <= last) return distance;
    }
    return QUOTING_DISTANCES - 1;
}

// An order that took at once, in whole, never rested: it has no distance.
static void place(struct quoting *quoting, struct quote *quote, const struct order *order,
                  const struct touches *venue) {
    const struct touch *touch = touches_at(venue, quote->arrived_ns);
    const struct order_spec *spec = &order->spec;
    int64_t best = touch == NULL ? 0 : spec->side > 0 ? touch->bid.m : touch->ask.m;
    int64_t other = touch == NULL ? 0 : spec->side > 0 ? touch->ask.m : touch->bid.m;
    bool crosses = other > 0 && spec->side * (spec->limit_price.m - other) >= 0;
    bool rests = spec->type == ORDER_LIMIT && spec->tif != TIF_IOC && spec->tif != TIF_FOK;
    if (!rests || best == 0 || crosses) return;
    int64_t tick = quoting->instruments->items[spec->instrument].tick.m;
    quote->distance = distance_of(spec->side * (best - spec->limit_price.m) / tick);
    struct quoting_distance *distance = &quoting->distances[quote->distance];
    distance->orders++;
    distance->qty += summed(quoting, spec->instrument, spec->qty);
    if (!quote->queued) return;
    distance->queued++;
    distance->ahead += summed(quoting, spec->instrument, quote->ahead);
}

static int fill(struct quoting *quoting, struct quote *quote, const struct order_event *event,
                uint32_t state_from) {
    quoting->counts.fills++;
    quoting->counts.fills_in_cancel += state_from == ORDER_PENDING_CANCEL;
    struct quoting_distance *distance =
        quote->distance < 0 ? NULL : &quoting->distances[quote->distance];
    if (distance != NULL)
        distance->qty_filled += summed(quoting, event->header.instrument, event->qty);
    if (quote->touched) return 0;
    quote->touched = true;
    if (distance == NULL) return 0;
    distance->touched++;
    int64_t wait_ns = event->header.venue_ts_ns - quote->arrived_ns;
    TRY(samples_add(&quoting->waits, wait_ns));
    return samples_add(&distance->waits, wait_ns);
}

static enum quoting_end end_of(const struct order *order) {
    switch (order->state) {
    case ORDER_FILLED:
        return QUOTING_FILLED;
    case ORDER_CANCELED:
        return order->filled_qty.m > 0 ? QUOTING_CANCELED_PART : QUOTING_CANCELED;
    case ORDER_REJECTED:
        return QUOTING_REJECTED;
    case ORDER_EXPIRED:
        return QUOTING_EXPIRED;
    default:
        return QUOTING_WORKING;
    }
}

static void end(struct quoting *quoting, const struct quote *quote, const struct order *order,
                int64_t venue_ns) {
    enum quoting_end how = end_of(order);
    struct quoting_ended *ended = &quoting->ends[how];
    ended->orders++;
    if (quote->arrived_ns != 0) {
        ended->arrived++;
        ended->time_ns += venue_ns - quote->arrived_ns;
    }
    if (quote->queued) {
        uint32_t instrument = order->spec.instrument;
        ended->queued++;
        ended->joined += summed(quoting, instrument, quote->ahead);
        ended->left += summed(quoting, instrument, quote->left);
        ended->passed += summed(quoting, instrument, quote->passed);
    }
    if (quote->distance < 0) return;
    struct quoting_distance *distance = &quoting->distances[quote->distance];
    distance->filled += how == QUOTING_FILLED;
    distance->canceled += how == QUOTING_CANCELED;
}

int quoting_apply(struct quoting *quoting, const struct order_event *event,
                  const struct order_change *change, const struct touches *venue) {
    struct quote *quote = &quoting->quotes[change->handle];
    const struct order *order = orders_get(quoting->orders, change->handle);
    if (event->header.kind == EVENT_ORDER_ACCEPTED) place(quoting, quote, order, venue);
    if (change->is_fill) TRY(fill(quoting, quote, event, change->state_from));
    if (change->ended) end(quoting, quote, order, event->header.venue_ts_ns);
    return 0;
}

int quoting_delay(struct quoting *quoting, int64_t delay_ns) {
    return samples_add(&quoting->latencies[QUOTING_FEED], delay_ns);
}

void quoting_end(struct quoting *quoting) {
    for (int i = 0; i < QUOTING_DISTANCES; i++) samples_end(&quoting->distances[i].waits);
    for (int i = 0; i < QUOTING_LATENCIES; i++) samples_end(&quoting->latencies[i]);
    samples_end(&quoting->waits);
    for (uint32_t i = 0; i < quoting->instruments->count; i++)
        for (uint32_t at = quoting->orders->exposure[i].first; at != UINT32_MAX;
             at = orders_next_live(quoting->orders, at))
            quoting->ends[QUOTING_WORKING].orders++;
}

const char *quoting_distance_name(int distance) {
    static const char *const names[QUOTING_DISTANCES] = {
        "better than the best",  "at the best",           "1 tick behind",
        "2 to 3 ticks behind",   "4 to 7 behind",         "8 to 15 behind",
        "16 to 31 behind",       "32 to 63 behind",       "64 to 127 behind",
        "128 to 255 behind",     "256 to 511 behind",     "512 to 1,023 behind",
        "1,024 to 2,047 behind", "2,048 to 4,095 behind", "4,096 to 8,191 behind",
        "8,192 and more behind",
    };
    CHECK(distance >= 0 && distance < QUOTING_DISTANCES);
    return names[distance];
}

const char *quoting_end_name(enum quoting_end end) {
    static const char *const names[QUOTING_ENDS] = {
        [QUOTING_FILLED] = "filled",
        [QUOTING_CANCELED_PART] = "canceled, filled in part",
        [QUOTING_CANCELED] = "canceled, unfilled",
        [QUOTING_REJECTED] = "refused",
        [QUOTING_EXPIRED] = "expired",
        [QUOTING_WORKING] = "working at the end",
    };
    CHECK(end < QUOTING_ENDS);
    return names[end];
}
