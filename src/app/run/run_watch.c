// SPDX-License-Identifier: Apache-2.0
#include "app/run/run_watch.h"

#include <string.h>

#include "base/check.h"

enum { DELAYS = 1 << 14 };

_Static_assert((int)TICK_QUEUE_JOINED == REPORT_QUEUE_JOINED &&
                   (int)TICK_QUEUE_FILLED == REPORT_QUEUE_FILLED &&
                   (int)TICK_QUEUE_LEFT == REPORT_QUEUE_LEFT,
               "the same kinds in both layers");

static void on_touch(void *self, uint32_t instrument, int64_t venue_ns, price_t bid, price_t ask) {
    report_touch(self, instrument, venue_ns, bid, ask);
}

static void on_queue(void *self, const struct tick_queue_note *note) {
    const struct report_queue told = {.venue_ns = note->venue_ns,
                                      .order_id = note->order_id,
                                      .trade_id = note->trade_id,
                                      .ahead = note->ahead,
                                      .passed = note->passed,
                                      .kind = note->kind,
                                      .instrument = note->instrument};
    report_queue(self, &told);
}

void run_watch_start(struct run *run, struct report *report) {
    for (uint32_t i = 0; i < run->feed_count; i++)
        tick_exchange_watch(
            run->feeds[i].exchange,
            &(struct tick_watch){.touch = on_touch, .queue = on_queue, .self = report});
}

// The best prices stand until the last record that was played.
static void tell_end(const struct run_feed *feed, struct report *report) {
    const struct book_l2 *book = tick_exchange_book(feed->exchange);
    const struct feed_rows *last = &feed->parts[feed->count - 1];
    int64_t tick = tick_exchange_tick(feed->exchange).m;
    int64_t bid = book_l2_best_bid(book), ask = book_l2_best_ask(book);
    int64_t end_ns = last->venue_ns[last->count - 1];
    int64_t now_ns = tick_exchange_now_ns(feed->exchange);
    report_touch(report, feed->instrument, now_ns < end_ns ? now_ns : end_ns,
                 PRICE(bid == BOOK_L2_NO_BID ? 0 : bid * tick),
                 PRICE(ask == BOOK_L2_NO_ASK ? 0 : ask * tick));
}

// How long every so many records of a feed were on their way; *skip of the first are passed over.
static int tell_delays(const struct run *run, const struct run_feed *feed, uint64_t every,
                       uint64_t *skip, struct report *report) {
    bool recorded = run->feed_params[RUN_FEED_HEARD] == RUN_FEED_RECORDED;
    int64_t delay_ns = (int64_t)(run->feed_params[RUN_FEED_DELAY] * 1e9 + 0.5);
    for (uint32_t part = 0; part < feed->count; part++) {
        const struct feed_rows *rows = &feed->heard[part];
        for (; *skip < rows->count; *skip += every)
            TRY(report_delay(report, recorded ? rows->receipt_ns[*skip] - rows->venue_ns[*skip]
                                              : delay_ns));
        *skip -= rows->count;
    }
    return 0;
}

int run_watch_end(const struct run *run, struct report *report) {
    uint64_t every = run->market_events / DELAYS + 1, skip = 0;
    for (uint32_t i = 0; i < run->feed_count; i++) {
        tell_end(&run->feeds[i], report);
        TRY(tell_delays(run, &run->feeds[i], every, &skip, report));
    }
    return 0;
}

int64_t run_watch_step_ns(const struct run *run) {
    return run->is_feed ? (int64_t)(run->feed_params[RUN_FEED_STEP] * 1e9 + 0.5) : 0;
}

double run_watch_position_max(const struct engine_strategy_config *strategy) {
    for (size_t i = 0; i < strategy->strategy->param_count; i++)
        if (strcmp(strategy->strategy->params[i].name, "max_position") == 0)
            return strategy->params[i];
    return 0;
}
