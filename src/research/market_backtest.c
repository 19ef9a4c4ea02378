// SPDX-License-Identifier: Apache-2.0
#include "research/market_backtest.h"

#include "base/check.h"
#include "research/relay.h"

enum { RECORDS = 256, LOOK_UP_EVERY = 1024 };

struct run {
    const struct market_backtest_config *config;
    struct relay relay;
    struct matching_venue *venue;
    price_t bid, ask; // of the last quote
    uint64_t records;
    uint64_t steps;
    struct backtest_result result;
};

// What the venue told of its book by until_ns.
static int hear(struct run *run, int64_t until_ns) {
    struct feed_record records[RECORDS];
    uint32_t count;
    while ((count = matching_venue_feed(run->venue, until_ns, records, RECORDS)) > 0) {
        for (uint32_t i = 0; i < count; i++) {
            union event event;
            event_init(&event, EVENT_FEED, run->config->instrument, records[i].receipt_ns);
            event.feed.record = records[i];
            event.header.venue_ts_ns = records[i].venue_ns;
            TRY(relay_enter(&run->relay, &event));
            engine_apply(run->relay.engine, &event);
        }
        run->records += count;
    }
    return 0;
}

// The touch of the engine's book, where its prices are not those of the last quote.
static int quote(struct run *run, int64_t ts_ns) {
    const struct book_l2 *book = engine_book(run->relay.engine, run->config->instrument);
    int64_t bid = book_l2_best_bid(book), ask = book_l2_best_ask(book);
    int64_t tick = matching_venue_book(run->venue)->config.tick;
    union event event;
    event_init(&event, EVENT_QUOTE, run->config->instrument, ts_ns);
    if (bid != BOOK_L2_NO_BID) {
        event.quote.bid = PRICE(bid * tick);
        event.quote.bid_qty = QTY(book_l2_qty(book, 1, bid));
    }
    if (ask != BOOK_L2_NO_ASK) {
        event.quote.ask = PRICE(ask * tick);
        event.quote.ask_qty = QTY(book_l2_qty(book, -1, ask));
    }
    if (event.quote.bid.m == run->bid.m && event.quote.ask.m == run->ask.m) return 0;
    run->bid = event.quote.bid;
    run->ask = event.quote.ask;
    return relay_apply(&run->relay, &event);
}

// The market goes to ts_ns, and stops where a report is known: what the engine makes of it is sent then.
static int advance(struct run *run, int64_t ts_ns) {
    while (true) {
        bool whole = matching_venue_play(run->venue, ts_ns);
        int64_t known_ns = matching_venue_next_report_ns(run->venue);
        int64_t until_ns = known_ns < ts_ns ? known_ns : ts_ns;
        TRY(hear(run, until_ns));
        TRY(relay_drain(&run->relay, until_ns));
        if (whole && until_ns == ts_ns) return 0;
    }
}

static int decide(struct run *run, int64_t ts_ns) {
    union event clock;
    event_init(&clock, EVENT_CLOCK, INSTRUMENT_NONE, ts_ns);
    TRY(quote(run, ts_ns));
    TRY(relay_apply(&run->relay, &clock));
    relay_mark(&run->relay);
    return 0;
}

// Tells how far the run is; true when it is to stop.
static bool look_up(struct run *run) {
    const struct market_backtest_config *config = run->config;
    if (++run->steps % LOOK_UP_EVERY != 0) return false;
    if (config->observer.progress != NULL)
        config->observer.progress(config->observer.progress_self, run->records);
    return config->stop != NULL && *config->stop;
}

static int run_all(struct run *run) {
    const struct market_backtest_config *config = run->config;
    int64_t ts_ns = config->start_ns;
    CHECK(config->step_ns > 0);
    run->result.first_ns = ts_ns;
    TRY(relay_deposit(&run->relay, config->capital, config->account_currency, ts_ns));
    while (ts_ns <= config->end_ns - config->step_ns) {
        ts_ns += config->step_ns;
        TRY(advance(run, ts_ns));
        TRY(decide(run, ts_ns));
        if (!look_up(run)) continue;
        run->result.stopped = 1;
        break;
    }
    run->result.last_ns = run->relay.now_ns;
    return 0;
}

int market_backtest_run(struct arena *arena, struct engine *engine, struct matching_venue *venue,
                        const struct market_backtest_config *config,
                        struct backtest_result *ret_result) {
    struct run run = {.config = config, .venue = venue};
    TRY(relay_init(&run.relay, arena, engine, matching_venue_port(venue), &config->observer));
    TRY(run_all(&run));
    run.result.inputs = run.relay.seq;
    run.result.market = run.records;
    run.result.equity = ledger_equity(engine_ledger(engine));
    run.result.state_hash = engine_state_hash(engine);
    *ret_result = run.result;
    return 0;
}
