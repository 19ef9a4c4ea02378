// SPDX-License-Identifier: Apache-2.0
#include "research/sweep/lanes.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "research/sweep/lane_state.h"
#include "strategy/signal.h"

#define ARENA_SIZE ((size_t)4 << 30)

enum { LENGTH_MAX = 10000, NODES_MAX = LANE_COLUMNS * LANES_RUNS_MAX };
// Room for columns in numbers, and what stands between two of them, so that they do not fall on the same lines of a
// cache.
enum { ROOM = LANES_MEMORY / 2 / sizeof(double), GAP = 8 };

// The strategies that lanes know, and how a run of one goes through bars.
static const struct known {
    const char *name;
    void (*run)(const struct lane_machine *machine, const struct lane_chunk *chunk,
                struct lane *lane);
} known[] = {
    {"mean_reversion", lane_hold},
    {"momentum", lane_hold},
    {"sma_cross", lane_cross},
    {"volatility_breakout", lane_hold},
};

static const struct known *known_of(const struct strategy *strategy) {
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, strategy->name) == 0) return &known[i];
    return NULL;
}

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
    static const char *const usual[] = {"permissions", "restricted",     "tick_lot",
                                        "order_size",  "order_notional", "price_band"};
    for (uint32_t i = 0; i < risk_rule_count(); i++) {
        bool is_known = false;
        for (size_t k = 0; k < sizeof usual / sizeof *usual; k++)
            is_known |= strcmp(usual[k], risk_rule_at(i)->name) == 0;
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
    if (known_of(strategy->strategy) == NULL) return "lanes do not know the strategy";
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

// Columns by what they are made of: an input of the strategy, and the value of the one parameter that it names. Each is
// computed once, whichever runs read it, and inputs that differ by the name of their parameter alone share them.
struct columns {
    struct input {
        uint32_t param; // that it names
        uint32_t like;  // the first input that is the same but for that name
        uint16_t *of;   // [LENGTH_MAX + 1], column + 1 by the parameter's value; 0: none yet
    } inputs[LANE_COLUMNS];
    struct column {
        uint16_t input;
        uint16_t value;
    } * made; // [NODES_MAX], in order
    uint32_t count;
    uint32_t ready; // of them, with their values in a chunk that holds all bars
};

// What a chunk is read into.
struct store {
    struct lane_chunk chunk;
    struct bar *bars;
    struct strategy_bar *seen;
    int64_t *closes;
    int64_t *day_closes;
    uint32_t *day_at;
    double *values; // of the columns
    uint32_t bars_max;
};

struct lanes_state {
    const struct trial_config *config;
    const struct strategy *rules;
    const struct known *known;
    const struct space *space;
    uint32_t sides; // parameter
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
    store->seen = ARENA_NEW(arena, struct strategy_bar, LANES_BARS);
    store->closes = ARENA_NEW(arena, int64_t, LANES_BARS + LANES_WORD);
    store->day_closes = ARENA_NEW(arena, int64_t, LANES_BARS + 2 * SCORE_PARTS);
    store->day_at = ARENA_NEW(arena, uint32_t, LANES_BARS + 1);
    store->values = ARENA_NEW(arena, double, ROOM);
    bool made = store->bars != NULL && store->seen != NULL && store->closes != NULL &&
                store->day_closes != NULL && store->day_at != NULL && store->values != NULL;
    return made ? 0 : ERR_APPEND(ERR_NOMEM, "while making room for the columns of a sweep");
}

// "sma(close, $fast)" and "sma(close, $slow)" are the same but for a name.
static bool is_like(const char *a, const char *b) {
    size_t head = strcspn(a, "$"), skip_a = head + 1, skip_b = head + 1;
    if (strncmp(a, b, head + 1) != 0) return false;
    while (a[skip_a] == '_' || (a[skip_a] >= 'a' && a[skip_a] <= 'z')) skip_a++;
    while (b[skip_b] == '_' || (b[skip_b] >= 'a' && b[skip_b] <= 'z')) skip_b++;
    return strcmp(a + skip_a, b + skip_b) == 0;
}

static uint32_t param_named(const struct strategy *rules, const char *spec) {
    const char *name = strchr(spec, '$');
    size_t size = 0;
    CHECK(name != NULL && strchr(name + 1, '$') == NULL);
    name++;
    while (name[size] == '_' || (name[size] >= 'a' && name[size] <= 'z')) size++;
    for (uint32_t i = 0; i < rules->param_count; i++)
        if (strlen(rules->params[i].name) == size && memcmp(rules->params[i].name, name, size) == 0)
            return i;
    CHECK(false);
}

static int columns_init(struct columns *columns, struct arena *arena,
                        const struct strategy *rules) {
    CHECK(rules->input_count <= LANE_COLUMNS);
    columns->made = ARENA_NEW(arena, struct column, NODES_MAX);
    for (uint32_t k = 0; k < rules->input_count; k++) {
        struct input *input = &columns->inputs[k];
        input->param = param_named(rules, rules->inputs[k]);
        while (!is_like(rules->inputs[input->like], rules->inputs[k])) input->like++;
        input->of = ARENA_NEW(arena, uint16_t, LENGTH_MAX + 1);
        if (input->of == NULL) return ERR_NOMEM;
    }
    return columns->made == NULL ? ERR_NOMEM : 0;
}

int lanes_open(struct lanes *lanes, const struct trial_config *config, const struct space *space) {
    arena_rewind(&lanes->kept, 0);
    struct lanes_state *state = ARENA_NEW(&lanes->kept, struct lanes_state, 1);
    if (state == NULL) return ERR_NOMEM;
    lanes->state = state;
    state->config = config;
    state->space = space;
    state->rules = config->engine->strategies[0].strategy;
    state->known = known_of(state->rules);
    CHECK(state->known != NULL && state->rules->state_size <= LANE_MEMORY);
    while (strcmp(state->rules->params[state->sides].name, "sides") != 0) state->sides++;
    state->whole = config->log->count <= LANES_BARS;
    lane_machine_init(&state->machine, config);
    TRY(columns_init(&state->columns, &lanes->kept, state->rules));
    return store_init(&state->store, &lanes->kept);
}

static void forget(struct columns *columns) {
    for (uint32_t c = 0; c < columns->count; c++)
        columns->inputs[columns->made[c].input].of[columns->made[c].value] = 0;
    columns->count = columns->ready = 0;
}

static uint32_t column_of(struct columns *columns, uint32_t input, const double *params) {
    uint32_t value = (uint32_t)params[columns->inputs[input].param];
    uint32_t like = columns->inputs[input].like;
    uint16_t *made = &columns->inputs[like].of[value];
    if (*made == 0) {
        columns->made[columns->count++] = (struct column){(uint16_t)like, (uint16_t)value};
        *made = (uint16_t)columns->count;
    }
    return *made - 1u;
}

static void start_lanes(struct lanes_state *state, const uint64_t *points, uint32_t count,
                        struct lane *lanes, double *params) {
    int64_t capital = (int64_t)state->config->capital.m;
    double equity = (double)capital;
    for (uint32_t i = 0; i < count; i++, params += PARAMS_MAX) {
        struct lane *lane = &lanes[i];
        space_values(state->space, points[i], params);
        lane->params = params;
        lane->cash = capital;
        lane->weight = lane->stop = NAN;
        lane->left = params[state->sides] != 0;
        for (uint32_t k = 0; k < state->rules->input_count; k++)
            lane->columns[k] = column_of(&state->columns, k, params);
        score_init(&lane->score, NULL, 0);
        lane->score.start = lane->score.last = lane->score.base = equity;
        lane->score.peak = lane->score.worst_peak = lane->score.worst_trough = equity;
    }
}

static int64_t day_end(int64_t ts_ns) {
    int64_t day = (ts_ns - 1) / NS_PER_DAY - (ts_ns - 1 < 0 && (ts_ns - 1) % NS_PER_DAY != 0);
    return (day + 1) * NS_PER_DAY;
}

// Columns that are computed as the log is read.
struct reader {
    struct signal_graph *graph;
    const double **places; // where the values stand
    const struct strategy_bar *seen;
    uint32_t first; // column
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
    int frame = signal_add_frame(reader->graph, 0, engine->data_frame_s);
    TRY(frame);
    for (uint32_t c = 0; c < reader->count; c++) {
        const struct column *column = &state->columns.made[first + c];
        params[state->columns.inputs[column->input].param] = column->value;
        int value = signal_add(reader->graph, 0, engine->data_frame_s, rules->inputs[column->input],
                               rules->params, rules->param_count, params);
        TRY(value);
        reader->places[c] = signal_place(reader->graph, value);
    }
    reader->seen = signal_bar(reader->graph, frame);
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
    chunk->seen = store->seen;
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
        store->seen[t] = *reader->seen;
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
        if (!lanes[i].left) state->known->run(&state->machine, &state->store.chunk, &lanes[i]);
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
    set_bars(&state->store,
             ((uint32_t)state->config->log->count + LANES_WORD - 1) / LANES_WORD * LANES_WORD);
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

int lanes_run(struct lanes *lanes, const uint64_t *points, uint32_t count,
              struct score_result *ret_results, uint8_t *ret_left, struct returns *ret_returns) {
    struct lanes_state *state = lanes->state;
    CHECK(count > 0 && count <= LANES_RUNS_MAX);
    arena_rewind(&lanes->scratch, 0);
    struct lane *runs = ARENA_NEW(&lanes->scratch, struct lane, count);
    double *params = ARENA_NEW(&lanes->scratch, double, (size_t)count *PARAMS_MAX);
    if (runs == NULL || params == NULL) return ERR_NOMEM;
    if (!state->whole || state->columns.count + LANE_COLUMNS * count > NODES_MAX)
        forget(&state->columns);
    start_lanes(state, points, count, runs, params);
    for (uint32_t i = 0; i < count && ret_returns != NULL; i++)
        runs[i].returns = returns_tile(ret_returns, i) + i % RETURNS_TILE;
    bool fits =
        state->whole && state->columns.count * (state->config->log->count + 2 * LANES_WORD) <= ROOM;
    int rc = fits ? run_whole(lanes, runs, count) : run_long(lanes, runs, count);
    if (!fits) forget(&state->columns);
    TRY(rc);
    for (uint32_t i = 0; i < count; i++) {
        ret_left[i] = runs[i].left;
        if (!ret_left[i]) end_lane(state, &runs[i], &ret_results[i]);
    }
    return 0;
}
