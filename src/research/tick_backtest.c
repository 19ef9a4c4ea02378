// SPDX-License-Identifier: Apache-2.0
#include "research/tick_backtest.h"

#include "base/check.h"
#include "research/relay.h"
#include "research/venue_router.h"

enum { PROGRESS_EVERY = 1 << 20 };

// Where a reader of the feed is.
struct cursor {
    uint32_t part;
    uint64_t row;
};

// A feed on its way through the run.
struct lane {
    const struct tick_backtest_feed *feed;
    struct cursor played; // by the exchange
    struct cursor heard;  // by the engine
    price_t bid, ask;     // of the last quote
    bool closed;          // it was over, and the run went on
};

struct tick_backtest {
    const struct tick_backtest_config *config;
    struct relay relay;
    struct lane *lanes; // [count]
    uint32_t count;
    struct venue_router router;
    union event rate; // the next one
    bool has_rate;
    uint64_t next_progress;
    int64_t ts_ns; // the end of the latest step
    bool begun;    // the capital is in
    bool over;
    struct backtest_result result;
};

// Whether a reader is at the end; on the way it passes over parts that are done.
static bool at_end(const struct feed_rows *parts, uint32_t count, struct cursor *cursor) {
    while (cursor->part < count && cursor->row == parts[cursor->part].count)
        *cursor = (struct cursor){cursor->part + 1, 0};
    return cursor->part == count;
}

static bool played_all(struct lane *lane) {
    return at_end(lane->feed->parts, lane->feed->part_count, &lane->played);
}

static const struct feed_rows *heard_parts(const struct lane *lane) {
    return lane->feed->heard != NULL ? lane->feed->heard : lane->feed->parts;
}

static bool heard_all(struct lane *lane) {
    return at_end(heard_parts(lane), lane->feed->part_count, &lane->heard);
}

static struct engine_feed feed_of(const struct lane *lane, uint32_t part) {
    const struct tick_backtest_feed *feed = lane->feed;
    const struct feed_rows *rows = &heard_parts(lane)[part];
    return (struct engine_feed){.rows = rows,
                                .ts_ns = feed->heard ? rows->receipt_ns : rows->venue_ns,
                                .delay_ns = feed->heard ? 0 : feed->delay_ns,
                                .instrument = feed->instrument};
}

// Each record as an event of its own, for the journal.
static int hear_recorded(struct tick_backtest *run, const struct engine_feed *feed, uint64_t *row,
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

// When the engine hears the next record of a feed; INT64_MAX: it has heard all.
static int64_t next_heard_ns(struct lane *lane) {
    if (heard_all(lane)) return INT64_MAX;
    const struct engine_feed feed = feed_of(lane, lane->heard.part);
    return feed.ts_ns[lane->heard.row] + feed.delay_ns;
}

// The feed that is heard next, and until when: another one's record comes after it. Of one instant that of the lower
// place comes first. NULL: all was heard.
static struct lane *next_heard(struct tick_backtest *run, int64_t *ret_until_ns) {
    struct lane *first = NULL;
    int64_t first_ns = INT64_MAX;
    *ret_until_ns = INT64_MAX;
    for (uint32_t i = 0; i < run->count; i++) {
        struct lane *lane = &run->lanes[i];
        int64_t next_ns = next_heard_ns(lane);
        if (next_ns < first_ns) {
            // What was first comes before this one at its own instant, and not at this one's.
            if (first_ns != INT64_MAX) *ret_until_ns = first_ns - 1;
            first = lane;
            first_ns = next_ns;
        } else if (next_ns < *ret_until_ns) {
            *ret_until_ns = next_ns;
        }
    }
    return first;
}

static int hear_one(struct tick_backtest *run, struct lane *lane, int64_t until_ns) {
    struct engine_feed feed = feed_of(lane, lane->heard.part);
    if (run->relay.observer->journal.put != NULL)
        return hear_recorded(run, &feed, &lane->heard.row, until_ns);
    lane->heard.row = engine_apply_feed(run->relay.engine, &feed, lane->heard.row, until_ns);
    run->relay.seq = engine_seq(run->relay.engine);
    run->relay.now_ns = engine_now_ns(run->relay.engine);
    return 0;
}

// What reaches the engine of the feeds by until_ns.
static int hear(struct tick_backtest *run, int64_t until_ns) {
    while (true) {
        int64_t other_ns;
        struct lane *lane = next_heard(run, &other_ns);
        if (lane == NULL || next_heard_ns(lane) > until_ns) return 0;
        TRY(hear_one(run, lane, other_ns < until_ns ? other_ns : until_ns));
    }
}

// An exchange goes on to until_ns, or to where a report is known before it.
static bool play(struct lane *lane, int64_t until_ns) {
    const struct tick_backtest_feed *feed = lane->feed;
    while (!played_all(lane)) {
        const struct feed_rows *rows = &feed->parts[lane->played.part];
        int64_t part_ns = until_ns;
        if (lane->played.part + 1 < feed->part_count && rows->venue_ns[rows->count - 1] < part_ns)
            part_ns = rows->venue_ns[rows->count - 1];
        bool whole = tick_exchange_play(feed->exchange, rows, &lane->played.row, part_ns);
        if (!whole) return false;
        if (lane->played.row < rows->count) return true;
    }
    const struct feed_rows none = {.count = 0};
    uint64_t row = 0;
    return tick_exchange_play(feed->exchange, &none, &row, until_ns);
}

// When something happens at an exchange next; INT64_MAX: nothing does.
static int64_t next_event_ns(struct lane *lane) {
    int64_t event_ns = tick_exchange_next_event_ns(lane->feed->exchange);
    if (played_all(lane)) return event_ns;
    int64_t row_ns = lane->feed->parts[lane->played.part].venue_ns[lane->played.row];
    return row_ns < event_ns ? row_ns : event_ns;
}

// The exchange at which something happens first, of those that may make a report, and when it happens at the next of
// them. NULL: at none by until_ns.
static struct lane *next_busy(struct tick_backtest *run, int64_t until_ns, int64_t *ret_second_ns) {
    struct lane *first = NULL;
    int64_t first_ns = INT64_MAX;
    *ret_second_ns = INT64_MAX;
    for (uint32_t i = 0; i < run->count; i++) {
        struct lane *lane = &run->lanes[i];
        if (tick_exchange_is_idle(lane->feed->exchange)) continue;
        int64_t next_ns = next_event_ns(lane);
        if (next_ns < first_ns) {
            *ret_second_ns = first_ns;
            first = lane;
            first_ns = next_ns;
        } else if (next_ns < *ret_second_ns) {
            *ret_second_ns = next_ns;
        }
    }
    return first_ns <= until_ns ? first : NULL;
}

static int64_t next_report_ns(const struct tick_backtest *run) {
    int64_t least_ns = INT64_MAX;
    for (uint32_t i = 0; i < run->count; i++) {
        int64_t known_ns = tick_exchange_next_report_ns(run->lanes[i].feed->exchange);
        if (known_ns < least_ns) least_ns = known_ns;
    }
    return least_ns;
}

// All exchanges go on to until_ns, or one of them to where a report of its is known before it. A report of another is
// known no sooner than what makes it, and an order that comes of it arrives later by the way there: so far each may go
// alone; where they share an account that decides what happens, only to the next instant of another. One that can make
// no report goes last, and at once.
static bool play_all(struct tick_backtest *run, int64_t until_ns) {
    struct lane *lane;
    int64_t second_ns;
    while (run->count > 1 && (lane = next_busy(run, until_ns, &second_ns)) != NULL) {
        const struct tick_exchange *exchange = lane->feed->exchange;
        int64_t least_ns =
            tick_exchange_shares(exchange) ? 0 : tick_exchange_entry_least_ns(exchange);
        if (second_ns >= until_ns - least_ns) second_ns = until_ns - least_ns;
        if (!play(lane, second_ns + least_ns) || next_report_ns(run) < until_ns) return false;
    }
    for (uint32_t i = 0; i < run->count; i++)
        if (!play(&run->lanes[i], until_ns)) return false;
    return true;
}

// The touch of the engine's book, where its prices are not those of the last quote.
static int quote(struct tick_backtest *run, struct lane *lane, int64_t ts_ns) {
    const struct book_l2 *book = engine_book(run->relay.engine, lane->feed->instrument);
    int64_t bid = book_l2_best_bid(book), ask = book_l2_best_ask(book);
    int64_t tick = tick_exchange_tick(lane->feed->exchange).m;
    union event event;
    event_init(&event, EVENT_QUOTE, lane->feed->instrument, ts_ns);
    if (bid != BOOK_L2_NO_BID) {
        event.quote.bid = PRICE(bid * tick);
        event.quote.bid_qty = QTY(book_l2_qty(book, 1, bid));
    }
    if (ask != BOOK_L2_NO_ASK) {
        event.quote.ask = PRICE(ask * tick);
        event.quote.ask_qty = QTY(book_l2_qty(book, -1, ask));
    }
    if (event.quote.bid.m == lane->bid.m && event.quote.ask.m == lane->ask.m) return 0;
    lane->bid = event.quote.bid;
    lane->ask = event.quote.ask;
    return relay_apply(&run->relay, &event);
}

static int quote_all(struct tick_backtest *run, int64_t ts_ns) {
    for (uint32_t i = 0; i < run->count; i++)
        if (!run->lanes[i].closed) TRY(quote(run, &run->lanes[i], ts_ns));
    return 0;
}

// Both clocks to ts_ns. Reports are applied when they are known, and what comes of them is sent then.
static int advance(struct tick_backtest *run, int64_t ts_ns) {
    while (true) {
        int64_t known_ns = next_report_ns(run);
        int64_t until_ns = known_ns < ts_ns ? known_ns : ts_ns;
        if (!play_all(run, until_ns)) continue;
        TRY(hear(run, until_ns));
        TRY(relay_drain(&run->relay, until_ns));
        if (until_ns == ts_ns) return 0;
    }
}

static bool is_over(struct lane *lane) {
    const struct tick_exchange *exchange = lane->feed->exchange;
    return played_all(lane) && heard_all(lane) &&
           tick_exchange_next_arrival_ns(exchange) == INT64_MAX &&
           tick_exchange_next_report_ns(exchange) == INT64_MAX;
}

// A market that the run goes on without.
static int close_lane(struct tick_backtest *run, struct lane *lane, int64_t ts_ns) {
    union event event;
    TRY(quote(run, lane, ts_ns));
    event_init(&event, EVENT_FEED, lane->feed->instrument, ts_ns);
    event.header.venue_ts_ns = tick_exchange_now_ns(lane->feed->exchange);
    event.feed.record = (struct feed_record){.venue_ns = event.header.venue_ts_ns,
                                             .what = feed_what(FEED_CLEAR, 0, 0)};
    tick_exchange_close(lane->feed->exchange);
    lane->closed = true;
    TRY(relay_enter(&run->relay, &event));
    engine_apply(run->relay.engine, &event);
    return 0;
}

// Whether all feeds are over; of several, one that is over before the others is closed.
static int look_for_end(struct tick_backtest *run, int64_t ts_ns, bool *ret_over) {
    uint32_t over = 0;
    for (uint32_t i = 0; i < run->count; i++) over += is_over(&run->lanes[i]);
    *ret_over = over == run->count;
    for (uint32_t i = 0; i < run->count && !*ret_over; i++)
        if (!run->lanes[i].closed && is_over(&run->lanes[i]))
            TRY(close_lane(run, &run->lanes[i], ts_ns));
    return 0;
}

static int next_rate(struct tick_backtest *run) {
    const struct event_source *rates = run->config->rates;
    int count = rates != NULL ? rates->fill(rates->self, &run->rate, 1) : 0;
    run->has_rate = count > 0;
    return count < 0 ? count : 0;
}

// Those that are known by ts_ns. An account that exchanges share is told as often as they are many.
static int take_rates(struct tick_backtest *run, int64_t ts_ns) {
    while (run->has_rate && run->rate.header.ts_ns <= ts_ns) {
        for (uint32_t i = 0; i < run->count; i++)
            tick_exchange_set_rate(run->lanes[i].feed->exchange, &run->rate.rate);
        TRY(relay_apply(&run->relay, &run->rate));
        TRY(next_rate(run));
    }
    return 0;
}

static int decide(struct tick_backtest *run, int64_t ts_ns) {
    union event clock;
    event_init(&clock, EVENT_CLOCK, INSTRUMENT_NONE, ts_ns);
    TRY(take_rates(run, ts_ns));
    TRY(quote_all(run, ts_ns));
    TRY(relay_apply(&run->relay, &clock));
    relay_mark(&run->relay);
    return 0;
}

static uint64_t records_of(const struct tick_backtest *run) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < run->count; i++)
        count += tick_exchange_counts(run->lanes[i].feed->exchange)->records;
    return count;
}

// Tells how far the run is; true when it is to stop.
static bool look_up(struct tick_backtest *run) {
    const struct tick_backtest_config *config = run->config;
    uint64_t done = records_of(run);
    if (LIKELY(done < run->next_progress)) return false;
    run->next_progress = done + PROGRESS_EVERY;
    if (config->observer.progress != NULL)
        config->observer.progress(config->observer.progress_self, done);
    return config->stop != NULL && *config->stop;
}

// The instant of the first record; INT64_MAX: there is none.
static int64_t first_ns(struct tick_backtest *run) {
    int64_t least_ns = INT64_MAX;
    for (uint32_t i = 0; i < run->count; i++) {
        struct lane *lane = &run->lanes[i];
        if (played_all(lane)) continue;
        int64_t ts_ns = lane->feed->parts[lane->played.part].venue_ns[0];
        if (ts_ns < least_ns) least_ns = ts_ns;
    }
    return least_ns;
}

static int begin(struct tick_backtest *run) {
    const struct tick_backtest_config *config = run->config;
    int64_t ts_ns = first_ns(run);
    if (ts_ns == INT64_MAX) return ERR_SET(ERR_NOT_FOUND, "there is no market data in this range");
    CHECK(config->step_ns > 0);
    run->begun = true;
    run->result.first_ns = ts_ns;
    TRY(relay_deposit(&run->relay, config->capital, config->account_currency, ts_ns));
    TRY(next_rate(run));
    TRY(take_rates(run, ts_ns));
    run->ts_ns = config->whole_steps ? ts_ns - ts_ns % config->step_ns : ts_ns;
    return 0;
}

static int step(struct tick_backtest *run) {
    run->ts_ns += run->config->step_ns;
    TRY(advance(run, run->ts_ns));
    TRY(look_for_end(run, run->ts_ns, &run->over));
    return run->over ? 0 : decide(run, run->ts_ns);
}

// After the last step.
static int finish(struct tick_backtest *run) {
    TRY(quote_all(run, run->ts_ns));
    relay_mark(&run->relay);
    return 0;
}

static int open_lanes(struct tick_backtest *run, struct arena *arena) {
    const struct tick_backtest_config *config = run->config;
    CHECK(config->feed_count > 0);
    run->count = config->feed_count;
    run->lanes = ARENA_NEW(arena, struct lane, run->count);
    if (run->lanes == NULL) return ERR_APPEND(ERR_NOMEM, "for the feeds of a run");
    TRY(venue_router_init(&run->router, arena, run->count));
    for (uint32_t i = 0; i < run->count; i++) {
        const struct tick_backtest_feed *feed = &config->feeds[i];
        run->lanes[i] = (struct lane){.feed = feed};
        TRY(venue_router_add(&run->router, feed->instrument, tick_exchange_port(feed->exchange)));
    }
    return 0;
}

int tick_backtest_open(struct arena *arena, struct engine *engine,
                       const struct tick_backtest_config *config,
                       struct tick_backtest **ret_backtest) {
    struct tick_backtest *run = ARENA_NEW(arena, struct tick_backtest, 1);
    if (run == NULL) return ERR_APPEND(ERR_NOMEM, "for the run of a feed");
    *run = (struct tick_backtest){.config = config};
    TRY(open_lanes(run, arena));
    TRY(relay_init(&run->relay, arena, engine, venue_router_port(&run->router), &config->observer));
    *ret_backtest = run;
    return 0;
}

int tick_backtest_next(struct tick_backtest *run, int64_t *ret_ts_ns) {
    if (!run->begun) TRY(begin(run));
    if (run->over) return 0;
    *ret_ts_ns = run->ts_ns + run->config->step_ns;
    return 1;
}

int tick_backtest_step(struct tick_backtest *run, const struct backtest_bound *bound) {
    int64_t next_ns;
    int rc = tick_backtest_next(run, &next_ns);
    if (rc <= 0) return rc;
    if (bound != NULL && (next_ns > bound->until_ns || run->relay.seq + 1 >= bound->before_seq))
        return 0;
    TRY(step(run));
    if (run->over) TRY(finish(run));
    return 1;
}

int tick_backtest_command(struct tick_backtest *run, union event *event) {
    if (!run->begun) TRY(begin(run));
    event->header.ts_ns = run->relay.now_ns;
    TRY(relay_apply(&run->relay, event));
    return relay_drain(&run->relay, run->relay.now_ns);
}

void tick_backtest_result(const struct tick_backtest *run, struct backtest_result *ret_result) {
    *ret_result = run->result;
    ret_result->last_ns = run->relay.now_ns;
    ret_result->inputs = run->relay.seq;
    ret_result->market = records_of(run);
    ret_result->equity = ledger_equity(engine_ledger(run->relay.engine));
    ret_result->state_hash = engine_state_hash(run->relay.engine);
}

uint64_t tick_backtest_seq(const struct tick_backtest *run) {
    return run->relay.seq;
}

int64_t tick_backtest_now_ns(const struct tick_backtest *run) {
    return run->relay.now_ns;
}

uint64_t tick_backtest_market(const struct tick_backtest *run) {
    return records_of(run);
}

int tick_backtest_run(struct arena *arena, struct engine *engine,
                      const struct tick_backtest_config *config,
                      struct backtest_result *ret_result) {
    struct tick_backtest *run;
    TRY(tick_backtest_open(arena, engine, config, &run));
    TRY(begin(run));
    while (!run->over && run->result.stopped == 0) {
        TRY(step(run));
        run->result.stopped = !run->over && UNLIKELY(look_up(run));
    }
    TRY(finish(run));
    tick_backtest_result(run, ret_result);
    return 0;
}
