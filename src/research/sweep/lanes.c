// SPDX-License-Identifier: Apache-2.0
#include "research/sweep/lanes.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "research/sweep/lane_state.h"
#include "strategy/signal.h"

#define ARENA_SIZE ((size_t)4 << 30)

enum { PARAM_FAST, PARAM_SLOW, PARAM_SIDES };
enum { LENGTH_MAX = 10000, NODES_MAX = 2 * LANES_RUNS_MAX };
// Room for columns in numbers, and what stands between two of them, so that they do not fall on the same lines of a
// cache.
enum { ROOM = LANES_MEMORY / 2 / sizeof(double), GAP = 8 };

static bool only_bars(const struct log *log) {
    int64_t known_ns = INT64_MIN;
    for (size_t at = 0; at < log->size;) {
        const struct event_header *event = log_event(log, at);
        if (event->kind != EVENT_BAR || event->ts_ns <= known_ns) return false;
        const struct bar *bar = &((const struct bar_event *)(const void *)event)->bar;
        if (bar->open_ns < known_ns || bar->close_ns != event->ts_ns) return false;
        known_ns = event->ts_ns;
        at = log_next(event, at);
    }
    return true;
}

static bool risk_is_usual(const struct risk_config *risk) {
    static const char *const known[] = {"permissions", "restricted",     "tick_lot",
                                        "order_size",  "order_notional", "price_band"};
    for (uint32_t i = 0; i < risk_rule_count(); i++) {
        bool is_known = false;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            is_known |= strcmp(known[k], risk_rule_at(i)->name) == 0;
        if (risk->enabled[i] && !is_known) return false;
    }
    return risk->params[risk_rule_find("order_notional")][0] >= 1.01;
}

static bool venue_is_usual(const struct sim_config *sim) {
    static const char *const fees[] = {"maker_taker", "per_share", "per_order"};
    bool fee = false;
    for (size_t i = 0; i < sizeof fees / sizeof *fees; i++)
        fee |= strcmp(fees[i], sim->fee->name) == 0;
    return fee && sim->slip->history == NULL && sim->latency->fixed &&
           sim->latency->entry_ns(sim->latency_params, NULL) == 0 &&
           sim->latency->report_ns(sim->latency_params, NULL) == 0 &&
           sim->params[SIM_MARGIN_INITIAL] == 1 && sim->params[SIM_MARGIN_MAINTENANCE] <= 0.25 &&
           sim->params[SIM_BORROW_RATE] == 0 && sim->params[SIM_CREDIT_RATE] == 0 &&
           sim->params[SIM_DEBIT_RATE] == 0 && sim->params[SIM_FAULT_REJECT] == 0 &&
           sim->params[SIM_FAULT_DISCONNECT] == 0 && sim->funding_count == 0;
}

// A target of the lanes is never at fault; what is counted a day would be.
static bool is_limited(const struct engine_strategy_config *strategy) {
    return strategy->conduct[CONDUCT_LOSS] != 0 || strategy->conduct[CONDUCT_ORDERS] != 0 ||
           strategy->conduct[CONDUCT_DECISIONS] != 0;
}

const char *lanes_refusal(const struct trial_config *config) {
    const struct engine_config *engine = config->engine;
    const struct engine_strategy_config *strategy = &engine->strategies[0];
    const struct instrument *instrument = &engine->instruments->items[0];
    if (strcmp(strategy->strategy->name, "sma_cross") != 0)
        return "its orders are not market orders alone";
    if (engine->instruments->count != 1 || engine->strategy_count != 1)
        return "there is more than one instrument or strategy";
    if (strcmp(strategy->sizing->name, "fixed_fraction") != 0 ||
        !(strategy->sizing_params[0] > 0) || strategy->sizing_params[0] > 1)
        return "sizes are no fixed fraction of the equity up to 1";
    if (strategy->execution != NULL || engine->netting != NETTING_OFF || is_limited(strategy) ||
        strategy->share_ppm != 1000000)
        return "orders are worked, netted or limited";
    if (strategy->size_scale != NULL || strategy->gate_count > 0 || strategy->stop_count > 0 ||
        engine->allocation != NULL)
        return "gates, stops, scaled sizes or an allocation stand around the strategy";
    if (strategy->frame_s != engine->data_frame_s)
        return "it decides on longer bars than the data's";
    if (instrument_is_inverse(instrument) || instrument->currency != engine->account_currency ||
        instrument->asset == ASSET_INDEX || instrument->notional_min > 0)
        return "the instrument is no plain one in the account's currency";
    if (!risk_is_usual(engine->risk)) return "risk rules beside the usual ones are on";
    if (engine->permissions != NULL || engine->risk_flags != NULL)
        return "what may be traded is restricted";
    if (!venue_is_usual(config->sim)) return "the venue's costs or faults are not simple";
    return only_bars(config->log) ? NULL : "the data is more than one bar an instant";
}

int lanes_init(struct lanes *lanes) {
    *lanes = (struct lanes){0};
    int rc = arena_init(&lanes->kept, ARENA_SIZE);
    if (rc == 0) rc = arena_init(&lanes->scratch, ARENA_SIZE);
    if (rc < 0) lanes_fini(lanes);
    return rc;
}

void lanes_fini(struct lanes *lanes) {
    if (lanes->kept.base != NULL) arena_fini(&lanes->kept);
    if (lanes->scratch.base != NULL) arena_fini(&lanes->scratch);
}

// Averages by length: each is computed once, whichever runs read it.
struct columns {
    uint16_t *of_length; // [LENGTH_MAX + 1], column + 1; 0: none yet
    uint16_t *lengths;   // [NODES_MAX], of the columns in order
    uint32_t count;
    uint32_t ready; // of them, with their values in a chunk that holds all bars
};

// What a chunk is read into.
struct store {
    struct lane_chunk chunk;
    struct bar *bars;
    int64_t *closes;
    int64_t *day_closes;
    uint32_t *day_at;
    double *values; // of the columns
    uint32_t bars_max;
};

struct lanes_state {
    const struct trial_config *config;
    struct lane_machine machine;
    struct columns columns;
    struct store store;
    struct lanes_feed {
        size_t at; // of the log
        int64_t day_end_ns;
        int64_t start_ns;
        bool day_open;
        uint64_t days;
        uint64_t marks;
        int64_t last_price;
    } feed;
    bool whole; // all bars are one chunk, which is kept from call to call
};

static int store_init(struct store *store, struct arena *arena) {
    store->bars = ARENA_NEW(arena, struct bar, LANES_BARS);
    store->closes = ARENA_NEW(arena, int64_t, LANES_BARS + LANES_WORD);
    store->day_closes = ARENA_NEW(arena, int64_t, LANES_BARS + 2 * SCORE_PARTS);
    store->day_at = ARENA_NEW(arena, uint32_t, LANES_BARS + 1);
    store->values = ARENA_NEW(arena, double, ROOM);
    bool made = store->bars != NULL && store->closes != NULL && store->day_closes != NULL &&
                store->day_at != NULL && store->values != NULL;
    return made ? 0 : ERR_APPEND(ERR_NOMEM, "while making room for the columns of a sweep");
}

int lanes_open(struct lanes *lanes, const struct trial_config *config) {
    arena_rewind(&lanes->kept, 0);
    struct lanes_state *state = ARENA_NEW(&lanes->kept, struct lanes_state, 1);
    if (state == NULL) return ERR_NOMEM;
    lanes->state = state;
    state->config = config;
    state->whole = config->log->count <= LANES_BARS;
    lane_machine_init(&state->machine, config);
    state->columns.of_length = ARENA_NEW(&lanes->kept, uint16_t, LENGTH_MAX + 1);
    state->columns.lengths = ARENA_NEW(&lanes->kept, uint16_t, NODES_MAX);
    if (state->columns.of_length == NULL || state->columns.lengths == NULL) return ERR_NOMEM;
    return store_init(&state->store, &lanes->kept);
}

static void forget(struct columns *columns) {
    for (uint32_t c = 0; c < columns->count; c++) columns->of_length[columns->lengths[c]] = 0;
    columns->count = columns->ready = 0;
}

static uint32_t column_of(struct columns *columns, double length) {
    uint16_t *known = &columns->of_length[(int)length];
    if (*known == 0) {
        columns->lengths[columns->count++] = (uint16_t)length;
        *known = (uint16_t)columns->count;
    }
    return *known - 1u;
}

static int start_lanes(struct lanes_state *state, const struct space *space, const uint64_t *points,
                       uint32_t count, struct lane *lanes) {
    double params[PARAMS_MAX] = {0};
    if (state->columns.count + 2 * count > NODES_MAX) forget(&state->columns);
    for (uint32_t i = 0; i < count; i++) {
        struct lane *lane = &lanes[i];
        int64_t capital = (int64_t)state->config->capital.m;
        double equity = (double)capital;
        space_values(space, points[i], params);
        lane->cash = capital;
        lane->left = params[PARAM_SIDES] != 0;
        lane->slow = column_of(&state->columns, params[PARAM_SLOW]);
        lane->fast = column_of(&state->columns, params[PARAM_FAST]);
        score_init(&lane->score, NULL, 0);
        lane->score.start = lane->score.last = lane->score.base = equity;
        lane->score.peak = lane->score.worst_peak = lane->score.worst_trough = equity;
    }
    return 0;
}

static int64_t day_end(int64_t ts_ns) {
    int64_t day = (ts_ns - 1) / NS_PER_DAY - (ts_ns - 1 < 0 && (ts_ns - 1) % NS_PER_DAY != 0);
    return (day + 1) * NS_PER_DAY;
}

// Columns that are computed as the log is read.
struct reader {
    struct signal_graph *graph;
    const double **places; // where the values stand
    uint32_t first;        // column
    uint32_t count;
};

static int reader_init(struct reader *reader, struct arena *arena, const struct lanes_state *state,
                       uint32_t first) {
    const struct engine_config *engine = state->config->engine;
    const struct strategy *rules = engine->strategies[0].strategy;
    struct signal_config signals = {.instruments = engine->instruments,
                                    .node_max = NODES_MAX,
                                    .frame_max = 1,
                                    .data_frame_s = engine->data_frame_s};
    double params[PARAMS_MAX] = {0};
    *reader = (struct reader){.first = first, .count = state->columns.count - first};
    reader->graph = signal_graph_new(arena, arena, &signals);
    reader->places = ARENA_NEW(arena, const double *, reader->count + 1);
    if (reader->graph == NULL || reader->places == NULL)
        return ERR_APPEND(ERR_NOMEM, "while making the columns of a sweep");
    for (uint32_t c = 0; c < reader->count; c++) {
        params[PARAM_FAST] = state->columns.lengths[first + c];
        int value = signal_add(reader->graph, 0, engine->data_frame_s, rules->inputs[0],
                               rules->params, rules->param_count, params);
        TRY(value);
        reader->places[c] = signal_place(reader->graph, value);
    }
    return 0;
}

// What comes before `from_ns` is for the inputs alone. Where everything counts the deposit is the first mark, at the
// first bar's instant.
static void start_feed(struct lanes_state *state, const struct reader *reader) {
    const struct log *log = state->config->log;
    struct lanes_feed *feed = &state->feed;
    *feed = (struct lanes_feed){.marks = state->config->from_ns == INT64_MIN,
                                .start_ns = log->first_ns};
    while (feed->at < log->size) {
        const struct bar_event *event = (const void *)log_event(log, feed->at);
        feed->start_ns = event->header.ts_ns;
        if (event->header.ts_ns >= state->config->from_ns) break;
        signal_apply(reader->graph, 0, &event->bar);
        feed->last_price = event->bar.close.m;
        feed->at = log_next(&event->header, feed->at);
    }
    feed->day_end_ns = day_end(feed->start_ns);
}

// Whether a day ends before this bar.
static bool next_day(struct lanes_feed *feed, int64_t ts_ns) {
    bool over = ts_ns > feed->day_end_ns, ends = over && feed->day_open;
    if (over) {
        feed->day_open = false;
        feed->day_end_ns = day_end(ts_ns);
    }
    feed->day_open |= ts_ns > feed->start_ns;
    return ends;
}

static void start_chunk(struct store *store, uint64_t days) {
    struct lane_chunk *chunk = &store->chunk;
    chunk->bars = store->bars;
    chunk->closes = store->closes;
    chunk->day_at = store->day_at;
    chunk->columns = store->values;
    chunk->day = days;
    chunk->count = 0;
    chunk->day_ends = false;
}

// The next bars and what the columns are at them, and where days end.
static void read_chunk(struct lanes_state *state, const struct reader *reader) {
    const struct log *log = state->config->log;
    struct store *store = &state->store;
    struct lane_chunk *chunk = &store->chunk;
    struct lanes_feed *feed = &state->feed;
    uint32_t place = 0;
    double *columns = store->values + reader->first * chunk->stride;
    start_chunk(store, feed->days);
    for (; chunk->count < store->bars_max && feed->at < log->size; chunk->count++) {
        const struct bar_event *event = (const void *)log_event(log, feed->at);
        uint32_t t = chunk->count;
        bool ends = next_day(feed, event->header.ts_ns);
        feed->days += ends;
        if (t == 0) {
            chunk->day_ends = ends;
            chunk->day_base = feed->days - feed->days % SCORE_PARTS;
            place = (uint32_t)(feed->days - chunk->day_base);
        } else if (ends) {
            store->day_closes[place++] = feed->last_price;
        }
        store->day_at[t] = place;
        signal_apply(reader->graph, 0, &event->bar);
        for (uint32_t c = 0; c < reader->count; c++)
            columns[c * chunk->stride + t] = *reader->places[c];
        store->bars[t] = event->bar;
        store->closes[t] = feed->last_price = event->bar.close.m;
        feed->marks++;
        feed->at = log_next(&event->header, feed->at);
    }
    store->day_at[chunk->count] = place;
    chunk->day_closes = store->day_closes;
    for (uint32_t c = 0; c < reader->count; c++)
        for (uint32_t t = chunk->count; t % LANES_WORD != 0; t++)
            columns[c * chunk->stride + t] = NAN;
}

static void run_chunk(const struct lanes_state *state, struct lane *lanes, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (!lanes[i].left) lane_cross(&state->machine, &state->store.chunk, &lanes[i]);
}

// Bars of a chunk that leave room for so many columns; 0: there is none.
static uint32_t bars_of(const struct lanes_state *state) {
    uint64_t bars = ROOM / (state->columns.count + 1) / LANES_WORD * LANES_WORD;
    bars = bars > 2 * LANES_WORD ? bars - LANES_WORD : LANES_WORD;
    return bars < LANES_BARS ? (uint32_t)bars : LANES_BARS;
}

static void set_bars(struct store *store, uint32_t bars) {
    store->bars_max = bars;
    store->chunk.stride = (size_t)bars + GAP;
}

// All bars are there: what columns are new is computed, and every run goes through at once.
static int run_whole(struct lanes *lanes, struct lane *runs, uint32_t count) {
    struct lanes_state *state = lanes->state;
    struct reader reader;
    set_bars(&state->store, ((uint32_t)state->config->log->count + LANES_WORD - 1) / LANES_WORD *
                                LANES_WORD);
    if (state->columns.ready < state->columns.count) {
        TRY(reader_init(&reader, &lanes->scratch, state, state->columns.ready));
        start_feed(state, &reader);
        read_chunk(state, &reader);
        state->columns.ready = state->columns.count;
    }
    if (state->store.chunk.count > 0) run_chunk(state, runs, count);
    return 0;
}

static int run_long(struct lanes *lanes, struct lane *runs, uint32_t count) {
    struct lanes_state *state = lanes->state;
    const struct trial_config *config = state->config;
    struct reader reader;
    set_bars(&state->store, bars_of(state));
    TRY(reader_init(&reader, &lanes->scratch, state, 0));
    start_feed(state, &reader);
    while (state->feed.at < config->log->size) {
        read_chunk(state, &reader);
        run_chunk(state, runs, count);
        if (config->stop != NULL && *config->stop) return ERR_INTERRUPTED;
    }
    return 0;
}

static void end_lane(const struct lanes_state *state, struct lane *lane,
                     struct score_result *ret_result) {
    const struct lanes_feed *feed = &state->feed;
    const struct lane_machine *machine = &state->machine;
    struct score *score = &lane->score;
    if (feed->day_open && lane->returns != NULL)
        lane->returns[feed->days * RETURNS_TILE] = score->last / score->base - 1;
    score->days = feed->days;
    score->marks = feed->marks;
    score->day_open = feed->day_open;
    money_t equity = MONEY(lane->cash + lane_worth(machine, feed->last_price, lane->qty));
    score_end(score, equity, machine->money_decimals, state->config->days_a_year, ret_result);
    ret_result->engine = SCORE_BY_LANES;
}

int lanes_run(struct lanes *lanes, const struct space *space, const uint64_t *points,
              uint32_t count, struct score_result *ret_results, uint8_t *ret_left,
              struct returns *ret_returns) {
    struct lanes_state *state = lanes->state;
    CHECK(count > 0 && count <= LANES_RUNS_MAX);
    arena_rewind(&lanes->scratch, 0);
    struct lane *runs = ARENA_NEW(&lanes->scratch, struct lane, count);
    if (runs == NULL) return ERR_NOMEM;
    if (!state->whole) forget(&state->columns);
    start_lanes(state, space, points, count, runs);
    for (uint32_t i = 0; i < count && ret_returns != NULL; i++)
        runs[i].returns = returns_tile(ret_returns, i) + i % RETURNS_TILE;
    bool fits = state->whole && state->columns.count * (state->config->log->count + 2 * LANES_WORD) <= ROOM;
    int rc = fits ? run_whole(lanes, runs, count) : run_long(lanes, runs, count);
    if (!fits) forget(&state->columns);
    TRY(rc);
    for (uint32_t i = 0; i < count; i++) {
        ret_left[i] = runs[i].left;
        if (!ret_left[i]) end_lane(state, &runs[i], &ret_results[i]);
    }
    return 0;
}
