// SPDX-License-Identifier: Apache-2.0
#include "research/tick_backtest.h"

#include "base/check.h"
#include "research/relay.h"

enum { PROGRESS_EVERY = 1 << 20 };

// Where a reader of the feed is.
struct cursor {
    uint32_t part;
    uint64_t row;
};

struct run {
    const struct tick_backtest_config *config;
    struct relay relay;
    struct tick_exchange *exchange;
    struct cursor played; // by the exchange
    struct cursor heard;  // by the engine
    price_t bid, ask;     // of the last quote
    uint64_t next_progress;
    struct backtest_result result;
};

// Whether a reader is at the end; on the way it passes over parts that are done.
static bool at_end(const struct feed_rows *parts, uint32_t count, struct cursor *cursor) {
    while (cursor->part < count && cursor->row == parts[cursor->part].count)
        *cursor = (struct cursor){cursor->part + 1, 0};
    return cursor->part == count;
}

static bool played_all(struct run *run) {
    return at_end(run->config->parts, run->config->part_count, &run->played);
}

static bool heard_all(struct run *run) {
    const struct tick_backtest_config *config = run->config;
    return at_end(config->heard ? config->heard : config->parts, config->part_count, &run->heard);
}

static struct engine_feed feed_of(const struct run *run, uint32_t part) {
    const struct tick_backtest_config *config = run->config;
    const struct feed_rows *rows = config->heard ? &config->heard[part] : &config->parts[part];
    return (struct engine_feed){.rows = rows,
                                .ts_ns = config->heard ? rows->receipt_ns : rows->venue_ns,
                                .delay_ns = config->heard ? 0 : config->delay_ns,
                                .instrument = config->instrument};
}

// Each record as an event of its own, for the journal.
static int hear_recorded(struct run *run, const struct engine_feed *feed, uint64_t *row,
                         int64_t until_ns) {
    const struct feed_rows *rows = feed->rows;
    for (; *row < rows->count && feed->ts_ns[*row] + feed->delay_ns <= until_ns; (*row)++) {
        union event event;
        event_init(&event, EVENT_FEED, feed->instrument, feed->ts_ns[*row] + feed->delay_ns);
        event.feed.record = (struct feed_record){.venue_ns = rows->venue_ns[*row],
                                                 .price = rows->price[*row],
                                                 .qty = rows->qty[*row],
                                                 .what = rows->what[*row]};
        event.header.venue_ts_ns = rows->venue_ns[*row];
        TRY(relay_enter(&run->relay, &event));
        engine_apply(run->relay.engine, &event);
    }
    return 0;
}

// What reaches the engine of the feed by until_ns.
static int hear(struct run *run, int64_t until_ns) {
    while (!heard_all(run)) {
        struct engine_feed feed = feed_of(run, run->heard.part);
        if (run->relay.observer->journal.put != NULL) {
            TRY(hear_recorded(run, &feed, &run->heard.row, until_ns));
        } else {
            run->heard.row = engine_apply_feed(run->relay.engine, &feed, run->heard.row, until_ns);
            run->relay.seq = engine_seq(run->relay.engine);
        }
        if (run->heard.row < feed.rows->count) return 0;
    }
    return 0;
}

// The exchange goes on to until_ns, or to where a report is known before it.
static bool play(struct run *run, int64_t until_ns) {
    while (!played_all(run)) {
        const struct feed_rows *rows = &run->config->parts[run->played.part];
        int64_t part_ns = until_ns;
        if (run->played.part + 1 < run->config->part_count &&
            rows->venue_ns[rows->count - 1] < part_ns)
            part_ns = rows->venue_ns[rows->count - 1];
        bool whole = tick_exchange_play(run->exchange, rows, &run->played.row, part_ns);
        if (!whole) return false;
        if (run->played.row < rows->count) return true;
    }
    const struct feed_rows none = {.count = 0};
    uint64_t row = 0;
    return tick_exchange_play(run->exchange, &none, &row, until_ns);
}

// The touch of the engine's book, where its prices are not those of the last quote.
static int quote(struct run *run, int64_t ts_ns) {
    const struct engine *engine = run->relay.engine;
    const struct book_l2 *book = engine_book(engine, run->config->instrument);
    int64_t bid = book_l2_best_bid(book), ask = book_l2_best_ask(book);
    const struct tick_backtest_config *config = run->config;
    int64_t tick = tick_exchange_tick(run->exchange).m;
    union event event;
    event_init(&event, EVENT_QUOTE, config->instrument, ts_ns);
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

// Both clocks to ts_ns. Reports are applied when they are known, and what comes of them is sent then.
static int advance(struct run *run, int64_t ts_ns) {
    while (true) {
        int64_t known_ns = tick_exchange_next_report_ns(run->exchange);
        int64_t until_ns = known_ns < ts_ns ? known_ns : ts_ns;
        if (!play(run, until_ns)) continue;
        TRY(hear(run, until_ns));
        TRY(relay_drain(&run->relay, until_ns));
        if (until_ns == ts_ns) return 0;
    }
}

static bool is_over(struct run *run) {
    return played_all(run) && heard_all(run) &&
           tick_exchange_next_arrival_ns(run->exchange) == INT64_MAX &&
           tick_exchange_next_report_ns(run->exchange) == INT64_MAX;
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
    const struct tick_backtest_config *config = run->config;
    uint64_t done = tick_exchange_counts(run->exchange)->records;
    if (LIKELY(done < run->next_progress)) return false;
    run->next_progress = done + PROGRESS_EVERY;
    if (config->observer.progress != NULL)
        config->observer.progress(config->observer.progress_self, done);
    return config->stop != NULL && *config->stop;
}

static int run_all(struct run *run) {
    const struct tick_backtest_config *config = run->config;
    if (played_all(run)) return ERR_SET(ERR_NOT_FOUND, "there is no market data in this range");
    CHECK(config->step_ns > 0);
    int64_t ts_ns = config->parts[run->played.part].venue_ns[0];
    run->result.first_ns = ts_ns;
    TRY(relay_deposit(&run->relay, config->capital, config->account_currency, ts_ns));
    while (true) {
        ts_ns += config->step_ns;
        TRY(advance(run, ts_ns));
        if (is_over(run)) break;
        TRY(decide(run, ts_ns));
        if (UNLIKELY(look_up(run))) {
            run->result.stopped = 1;
            break;
        }
    }
    TRY(quote(run, ts_ns));
    relay_mark(&run->relay);
    run->result.last_ns = run->relay.now_ns;
    return 0;
}

int tick_backtest_run(struct arena *arena, struct engine *engine, struct tick_exchange *exchange,
                      const struct tick_backtest_config *config,
                      struct backtest_result *ret_result) {
    struct run run = {.config = config, .exchange = exchange};
    TRY(relay_init(&run.relay, arena, engine, tick_exchange_port(exchange), &config->observer));
    TRY(run_all(&run));
    run.result.inputs = run.relay.seq;
    run.result.market = tick_exchange_counts(exchange)->records;
    run.result.equity = ledger_equity(engine_ledger(engine));
    run.result.state_hash = engine_state_hash(engine);
    *ret_result = run.result;
    return 0;
}
