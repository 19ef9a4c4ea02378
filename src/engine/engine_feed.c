// SPDX-License-Identifier: Apache-2.0
// A recorded feed's records: books change, and trades are kept until the next clock where somebody reads them.
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "engine/engine_algo.h"

// The columns of a row that matter here.
struct record {
    int64_t ts_ns, venue_ns, price, qty, what;
};

static int64_t add_limited(int64_t a, int64_t b) {
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static void take_trade(struct engine *engine, uint32_t instrument, const struct record *record) {
    struct trade_tape *tape = engine->tapes[instrument];
    if (tape == NULL) return;
    const struct instrument *rules = &engine->config.instruments->items[instrument];
    const struct book_l2 *book = &engine->books[instrument];
    int side = feed_side_of(record->what);
    int64_t *sum = side > 0 ? &tape->bought : side < 0 ? &tape->sold : &tape->unknown;
    *sum = add_limited(*sum, record->qty);
    tape->ring[tape->count++ % STRATEGY_TRADES_MAX] = (struct strategy_trade){
        .ts_ns = record->ts_ns,
        .venue_ns = record->venue_ns,
        .price = decimal_to_double(record->price, rules->price_decimals),
        .qty = decimal_to_double(record->qty, rules->qty_decimals),
        .best_bid = book_l2_best_bid(book),
        .best_ask = book_l2_best_ask(book),
        .side = side,
        .flags = feed_flags_of(record->what),
    };
}

static inline bool set_level(struct engine *engine, uint32_t instrument,
                             const struct record *record, int64_t tick) {
    struct book_l2_change change;
    int side = feed_side_of(record->what);
    if (LIKELY(book_l2_set(&engine->books[instrument], side, tick, record->qty, &change) == 0))
        return true;
    engine->core->counts.levels_refused++;
    return false;
}

static __attribute__((noinline)) void tell_level(struct engine *engine, uint32_t instrument,
                                                 const struct record *record, int64_t tick) {
    struct book_signals *features = engine->features[instrument];
    if (features != NULL) book_signals_next(features, record->ts_ns);
    if (set_level(engine, instrument, record, tick) && features != NULL)
        book_signals_level(features, record->ts_ns, record->what, tick, record->qty);
}

static __attribute__((noinline)) void take_other(struct engine *engine, uint32_t instrument,
                                                 const struct record *record, enum feed_kind kind) {
    struct book_signals *features = engine->features != NULL ? engine->features[instrument] : NULL;
    if (features != NULL) book_signals_next(features, record->ts_ns);
    if (kind == FEED_TRADE && engine->tapes != NULL) take_trade(engine, instrument, record);
    if (kind == FEED_TRADE && engine_algo_live(engine))
        engine_algo_trade(engine, instrument, record->ts_ns, record->price, record->qty);
    if (kind == FEED_CLEAR) book_l2_clear(&engine->books[instrument], feed_side_of(record->what));
    if (features != NULL)
        book_signals_record(features, record->ts_ns, record->what, record->price, record->qty);
}

// What a feed says of a book by price. A level too many is left out and counted.
static inline void take_record(struct engine *engine, uint32_t instrument,
                               const struct record *record) {
    enum feed_kind kind = feed_kind_of(record->what);
    if (LIKELY(kind == FEED_LEVEL || kind == FEED_SNAPSHOT)) {
        int64_t step = engine->config.instruments->items[instrument].tick.m;
        int64_t tick = step == 1 ? record->price : record->price / step;
        if (UNLIKELY(engine->features != NULL))
            tell_level(engine, instrument, record, tick);
        else
            set_level(engine, instrument, record, tick);
    } else {
        take_other(engine, instrument, record, kind);
    }
}

void engine_feed_record(struct engine *engine, const struct feed_event *event) {
    const struct record record = {event->header.ts_ns, event->record.venue_ns, event->record.price,
                                  event->record.qty, event->record.what};
    take_record(engine, event->header.instrument, &record);
}

// The instant from which on the next record has more to do than to change a book.
static int64_t quiet_until(const struct engine *engine) {
    const struct engine_core *core = engine->core;
    int64_t day_end = core->day_ns + NS_PER_DAY;
    if (core->timer_head == core->timer_tail) return day_end;
    int64_t due_ns = engine->timers[core->timer_head & engine->timer_mask].due_ns;
    return due_ns < day_end ? due_ns : day_end;
}

static void apply_one(struct engine *engine, uint32_t instrument, const struct record *record) {
    union event event;
    event_init(&event, EVENT_FEED, instrument, record->ts_ns);
    event.header.seq = engine->core->seq + 1;
    event.feed.record = (struct feed_record){.venue_ns = record->venue_ns,
                                             .price = record->price,
                                             .qty = record->qty,
                                             .what = record->what};
    engine_apply(engine, &event);
}

uint64_t engine_apply_feed(struct engine *engine, const struct engine_feed *feed, uint64_t first,
                           int64_t until_ns) {
    CHECK(engine->books != NULL && feed->instrument < engine->config.instruments->count);
    struct engine_core *core = engine->core;
    const struct feed_rows *rows = feed->rows;
    uint64_t i = first, settled = first;
    int64_t quiet_ns = quiet_until(engine);
    engine->outputs.size = 0;
    engine->outputs.count = 0;
    for (; i < rows->count; i++) {
        const struct record record = {feed->ts_ns[i] + feed->delay_ns, rows->venue_ns[i],
                                      rows->price[i], rows->qty[i], rows->what[i]};
        if (record.ts_ns > until_ns) break;
        if (UNLIKELY(record.ts_ns >= quiet_ns)) {
            core->seq += i - settled;
            core->counts.inputs += i - settled;
            apply_one(engine, feed->instrument, &record);
            settled = i + 1;
            quiet_ns = quiet_until(engine);
            continue;
        }
        take_record(engine, feed->instrument, &record);
    }
    if (i == settled) return i;
    core->seq += i - settled;
    core->counts.inputs += i - settled;
    CHECK(feed->ts_ns[i - 1] + feed->delay_ns >= core->ts_ns);
    core->ts_ns = feed->ts_ns[i - 1] + feed->delay_ns;
    return i;
}

// The trades since the last clock, oldest first: out of the ring.
void engine_feed_view(const struct engine *engine, struct instance *instance) {
    const struct slot *slot = instance->slots;
    const struct trade_tape *tape = engine->tapes[slot->instrument];
    struct strategy_view *view = &instance->view;
    int decimals = engine->config.instruments->items[slot->instrument].qty_decimals;
    uint64_t kept = tape->count < STRATEGY_TRADES_MAX ? tape->count : STRATEGY_TRADES_MAX;
    uint64_t at = (tape->count - kept) % STRATEGY_TRADES_MAX;
    uint64_t before_end = STRATEGY_TRADES_MAX - at < kept ? STRATEGY_TRADES_MAX - at : kept;
    memcpy(instance->trades, tape->ring + at, before_end * sizeof *tape->ring);
    memcpy(instance->trades + before_end, tape->ring, (kept - before_end) * sizeof *tape->ring);
    view->trade_count = (uint32_t)kept;
    view->trades_missed = tape->count - kept;
    view->bought = decimal_to_double(tape->bought, decimals);
    view->sold = decimal_to_double(tape->sold, decimals);
    view->unknown = decimal_to_double(tape->unknown, decimals);
}

void engine_feed_time(struct engine *engine) {
    for (uint32_t i = 0; i < engine->config.instruments->count; i++)
        if (engine->features[i] != NULL)
            book_signals_time(engine->features[i], engine->cause->ts_ns);
}

void engine_feed_decided(struct engine *engine) {
    for (uint32_t i = 0; i < engine->config.instruments->count; i++) {
        struct trade_tape *tape = engine->tapes[i];
        if (tape == NULL) continue;
        tape->count = 0;
        tape->bought = tape->sold = tape->unknown = 0;
    }
}

// Who reads trades shares one tape of them an instrument.
static int make_tapes(struct engine *engine, struct arena *wiring, struct arena *state) {
    const struct engine_config *config = &engine->config;
    for (uint32_t s = 0; s < config->strategy_count; s++) {
        const struct engine_strategy_config *strategy = &config->strategies[s];
        if (!strategy->strategy->reads_trades) continue;
        if (engine->tapes == NULL)
            engine->tapes = ARENA_NEW(wiring, struct trade_tape *, config->instruments->count);
        if (engine->tapes == NULL) return engine_full("tapes");
        for (uint32_t i = 0; i < strategy->instrument_count; i++) {
            struct trade_tape **tape = &engine->tapes[strategy->instruments[i]];
            if (*tape == NULL) *tape = ARENA_NEW(state, struct trade_tape, 1);
            if (*tape == NULL) return engine_full("tapes");
        }
    }
    return 0;
}

static int add_features(struct engine *engine, struct arena *wiring,
                        const struct engine_strategy_config *config, uint32_t instrument) {
    struct book_signals **features = &engine->features[instrument];
    if (*features == NULL) {
        *features = ARENA_NEW(wiring, struct book_signals, 1);
        if (*features == NULL) return engine_full("features");
        book_signals_init(*features, &engine->config.instruments->items[instrument],
                          &engine->books[instrument]);
    }
    for (size_t k = 0; k < config->strategy->input_count; k++) {
        int value =
            book_signals_add(*features, config->strategy->inputs[k], config->strategy->params,
                             config->strategy->param_count, config->params);
        if (value < 0)
            return ERR_APPEND(value, "in an input of strategy %s", config->strategy->name);
    }
    return 0;
}

// Inputs of all strategies are known before the state of any is laid out.
static int make_features(struct engine *engine, struct arena *wiring, struct arena *state) {
    const struct engine_config *config = &engine->config;
    for (uint32_t s = 0; s < config->strategy_count; s++) {
        const struct engine_strategy_config *strategy = &config->strategies[s];
        if (strategy->strategy->scope != SCOPE_BOOK || strategy->strategy->input_count == 0)
            continue;
        if (engine->features == NULL)
            engine->features = ARENA_NEW(wiring, struct book_signals *, config->instruments->count);
        if (engine->features == NULL) return engine_full("features");
        for (uint32_t i = 0; i < strategy->instrument_count; i++)
            TRY(add_features(engine, wiring, strategy, strategy->instruments[i]));
    }
    for (uint32_t i = 0; engine->features != NULL && i < config->instruments->count; i++)
        if (engine->features[i] != NULL && book_signals_begin(engine->features[i], state) < 0)
            return engine_full("features");
    return 0;
}

int engine_feed_init(struct engine *engine, struct arena *wiring, struct arena *state) {
    TRY(make_tapes(engine, wiring, state));
    return make_features(engine, wiring, state);
}
