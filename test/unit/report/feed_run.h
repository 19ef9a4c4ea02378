// SPDX-License-Identifier: Apache-2.0
// A small run over a feed for the report's tests: best prices, orders that rest, and what the venue tells of them.
#ifndef FULMAR_TEST_REPORT_FEED_RUN_H
#define FULMAR_TEST_REPORT_FEED_RUN_H

#include "runs.h"

#define MS INT64_C(1000000)

static inline void feed_open(struct run *run) {
    run_open(run, run_symbols);
    run->config.step_ns = 100 * MS;
    run->strategies[0].position_max = 3;
    run_start(run);
    run_deposit(run, 0, 1000000);
    report_mark(run->report, 0, MONEY(1000000), MONEY(0));
}

static inline void feed_touch(struct run *run, int64_t ms, int64_t bid, int64_t ask) {
    report_touch(run->report, 0, ms * MS, PRICE(bid), PRICE(ask));
}

static inline uint64_t feed_limit(struct run *run, int64_t ms, int32_t side, int64_t qty,
                                  int64_t price) {
    struct submit_event event = {
        .header = {.ts_ns = ms * MS, .kind = EVENT_SUBMIT, .size = sizeof event},
        .order_id = order_id_make(0, ++run->sequences[0]),
        .spec = {.side = side,
                 .type = ORDER_LIMIT,
                 .qty = QTY(qty),
                 .limit_price = PRICE(price),
                 .purpose = PURPOSE_STRATEGY},
    };
    assert_ok(report_put(run->report, &event.header));
    return event.order_id;
}

static inline void feed_note(struct run *run, int64_t ms, enum report_queue_kind kind, uint64_t id,
                             uint64_t trade, int64_t ahead, int64_t passed) {
    const struct report_queue note = {.venue_ns = ms * MS,
                                      .order_id = id,
                                      .trade_id = trade,
                                      .ahead = QTY(ahead),
                                      .passed = QTY(passed),
                                      .kind = kind};
    report_queue(run->report, &note);
}

// A report made at the venue at `ms` and known 5 ms later.
static inline void feed_report(struct run *run, int64_t ms, enum event_kind kind, uint64_t id,
                               enum order_reason reason) {
    union event event;
    event_init(&event, kind, 0, (ms + 5) * MS);
    event.header.venue_ts_ns = ms * MS;
    event.order.order_id = id;
    event.order.reason = (uint16_t)reason;
    assert_ok(report_put(run->report, &event.header));
}

static inline void feed_fill(struct run *run, int64_t ms, uint64_t id, enum liquidity liquidity,
                             int64_t qty, int64_t leaves, int64_t price, int64_t fee) {
    union event event;
    event_init(&event, EVENT_ORDER_FILLED, 0, (ms + 5) * MS);
    event.header.venue_ts_ns = ms * MS;
    event.order.order_id = id;
    event.order.trade_id = run->next_trade++;
    event.order.price = PRICE(price);
    event.order.qty = QTY(qty);
    event.order.leaves_qty = QTY(leaves);
    event.order.fee = fee;
    event.order.liquidity = (uint16_t)liquidity;
    assert_ok(report_put(run->report, &event.header));
}

static inline void feed_cancel(struct run *run, int64_t ms, uint64_t id) {
    struct cancel_event event = {
        .header = {.ts_ns = ms * MS, .kind = EVENT_CANCEL, .size = sizeof event}, .order_id = id};
    assert_ok(report_put(run->report, &event.header));
}

static inline void feed_quote(struct run *run, int64_t ms, int64_t bid, int64_t ask) {
    union event event;
    event_init(&event, EVENT_QUOTE, 0, ms * MS);
    event.quote.bid = PRICE(bid);
    event.quote.ask = PRICE(ask);
    assert_ok(report_put(run->report, &event.header));
}

// Two bids of 2 at 9.98, two ticks behind 10.00, behind 50; one fills at 1,000 ms, before its cancel comes; the other
// fills by half at 1,105 ms and the rest of it is canceled; at 3,000 ms we take 1 at 9.90. The middle is 10.01 before
// the first fill, 9.99 at 1,000 ms, 9.95 from 1,050 ms, 9.91 from 2,000 ms, 9.89 from 6,000 ms to the end at 70,000.
static inline void feed_session(struct run *run) {
    feed_open(run);
    feed_touch(run, 1, 1000, 1002);
    feed_quote(run, 100, 1000, 1002);
    uint64_t a = feed_limit(run, 100, 1, 2, 998), b = feed_limit(run, 100, 1, 2, 998);
    feed_note(run, 110, REPORT_QUEUE_JOINED, a, 0, 50, 0);
    feed_report(run, 110, EVENT_ORDER_ACCEPTED, a, REASON_NONE);
    feed_note(run, 110, REPORT_QUEUE_JOINED, b, 0, 50, 0);
    feed_report(run, 110, EVENT_ORDER_ACCEPTED, b, REASON_NONE);
    feed_touch(run, 1000, 998, 1000); // with the trade that fills the first
    feed_note(run, 1000, REPORT_QUEUE_FILLED, a, 1, 0, 60);
    feed_fill(run, 1000, a, LIQUIDITY_MAKER, 2, 0, 998, -1);
    feed_touch(run, 1050, 994, 996);
    feed_cancel(run, 1100, a);
    feed_cancel(run, 1100, b);
    feed_note(run, 1105, REPORT_QUEUE_FILLED, b, 2, 0, 70);
    feed_fill(run, 1105, b, LIQUIDITY_MAKER, 1, 1, 998, -1);
    feed_report(run, 1110, EVENT_ORDER_CANCEL_REJECTED, a, REASON_TOO_LATE);
    feed_note(run, 1110, REPORT_QUEUE_LEFT, b, 0, 0, 70);
    feed_report(run, 1110, EVENT_ORDER_CANCELED, b, REASON_REQUESTED);
    feed_touch(run, 2000, 990, 992);
    uint64_t c = feed_limit(run, 2990, -1, 1, 990);
    feed_report(run, 3000, EVENT_ORDER_ACCEPTED, c, REASON_NONE);
    feed_fill(run, 3000, c, LIQUIDITY_TAKER, 1, 0, 990, 4);
    feed_touch(run, 6000, 988, 990);
    feed_touch(run, 70000, 988, 990);
    feed_quote(run, 70000, 988, 990);
    assert_ok(report_delay(run->report, 5 * MS));
    // 3 bought at 9.98, 1 sold at 9.90, 2 held at 9.89; fees -0.01 -0.01 +0.04.
    report_mark(run->report, 70000 * MS, MONEY(1000000 - 3 * 998 + 990 + 2 * 989 - 2), MONEY(1978));
    assert_ok(report_end(run->report));
    assert_true(report_difference(run->report).m == 0);
    assert_true(report_unexplained(run->report).m == 0);
}

#endif
