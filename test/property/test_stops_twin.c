// SPDX-License-Identifier: Apache-2.0
// Stops that the engine keeps, on real minutes, against a twin that knows neither orders nor events: bar by bar, where
// a position would begin and end by the rules of strategy/stop_rule.h and the venue's of sim/exchange.h.
#include <math.h>

#include "world.h"

enum { BARS_MAX = 20000, CYCLE = 97, ENTER = 40, LEAVE = 90, FRAME_S = 60, EXITS_MAX = 4096 };

struct row {
    int64_t ts_ns, open, high, low, close; // ends at ts_ns; cents
};

static struct row rows[BARS_MAX];
static size_t row_count;

struct fill {
    int64_t ts_ns, price; // ts_ns: the end of its bar
};

struct fills {
    size_t count;
    struct fill list[EXITS_MAX];
};

static void read_minutes(void) {
    const char *path = harness_shared("data/crypto_bars/bitfinex_btcusd_1m_2018.csv.xz");
    char command[4200], line[256];
    snprintf(command, sizeof command, "xz -dc '%s'", path);
    FILE *stream = popen(command, "r");
    assert_non_null(stream);
    row_count = 0;
    while (row_count < BARS_MAX && fgets(line, sizeof line, stream) != NULL) {
        double ms, o, h, l, c;
        assert_int_equal(sscanf(line, "%lf,%lf,%lf,%lf,%lf", &ms, &o, &c, &h, &l), 5);
        rows[row_count++] = (struct row){((int64_t)ms + 60000) * NS_PER_MS, llround(o * 100),
                                         llround(h * 100), llround(l * 100), llround(c * 100)};
    }
    pclose(stream);
    assert_int_equal(row_count, BARS_MAX);
}

// Goes in at one bar of a cycle and out at another, long and short in turn; says nothing in between.
static void decide(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    (void)state;
    uint64_t at = view->decisions % CYCLE, turn = view->decisions / CYCLE;
    struct strategy_target *target = &ret_out->targets[0];
    if (at != ENTER && at != LEAVE) return;
    target->kind = TARGET_SET;
    target->weight = at == LEAVE ? 0 : turn % 2 == 0 ? 0.5 : -0.5;
}

static const struct strategy pulse = {
    .name = "pulse", .summary = "Goes in and out by the clock.", .decide = decide};

struct plan {
    const char *rule;
    double params[4];
};

// What the rule's input is at every row, from its definition: Wilder's range or the deviation of log returns.
static double measure[BARS_MAX];

static void measure_ranges(size_t period) {
    double value = 0;
    for (size_t i = 0; i < row_count; i++) {
        double before = (double)rows[i > 0 ? i - 1 : 0].close / 100;
        double high = fmax((double)rows[i].high / 100, before);
        double range = high - fmin((double)rows[i].low / 100, before);
        if (i > 0) value += i <= period ? range / (double)period : (range - value) / (double)period;
        measure[i] = i < period ? NAN : value;
    }
}

static void measure_deviations(size_t period) {
    for (size_t row = 0; row < row_count; row++) {
        double mean = 0, squares = 0;
        measure[row] = NAN;
        if (row < period) continue;
        for (size_t i = row - period + 1; i <= row; i++)
            mean += log((double)rows[i].close / (double)rows[i - 1].close) / (double)period;
        for (size_t i = row - period + 1; i <= row; i++)
            squares += pow(log((double)rows[i].close / (double)rows[i - 1].close) - mean, 2);
        measure[row] = sqrt(squares / (double)(period - 1));
    }
}

// A rule's level in units of price at a row; NaN: none.
static double level_at(const struct plan *plan, size_t row, int side, double entry, double best) {
    const double *p = plan->params;
    if (strcmp(plan->rule, "atr") == 0) return entry - side * p[1] * measure[row];
    if (strcmp(plan->rule, "chandelier") == 0) return best - side * p[1] * measure[row];
    if (strcmp(plan->rule, "fixed") == 0) return (p[1] != 0 ? best : entry) * (1 - side * p[0]);
    if (strcmp(plan->rule, "time") == 0) return NAN;
    return (p[3] != 0 ? best : entry) * (1 - side * p[1] * measure[row] * sqrt(p[2]));
}

// The order's price: away from the position to a cent; none where there is no level.
static int64_t cents(double level, int side) {
    double ticks = level * 100, nearest = floor(ticks + 0.5);
    if (isnan(level)) return side > 0 ? 0 : INT64_MAX;
    if (fabs(ticks - nearest) < 1e-6) return (int64_t)nearest;
    return (int64_t)(side > 0 ? floor(ticks) : ceil(ticks));
}

static bool hits(const struct row *row, int side, int64_t stop) {
    return side > 0 ? row->low <= stop : row->high >= stop;
}

static int64_t worse(int side, int64_t a, int64_t b) {
    return (side > 0) == (a < b) ? a : b;
}

static void add(struct fills *fills, const struct row *row, int64_t price) {
    assert_true(fills->count < EXITS_MAX);
    fills->list[fills->count++] = (struct fill){row->ts_ns, price};
}

// One cycle of the strategy, from the row of its decision on.
static void cycle(const struct plan *plan, size_t decided, int side, struct fills *fills) {
    size_t last = decided + LEAVE - ENTER, bars = 0;
    if (decided + 1 >= row_count) return;
    double close = (double)rows[decided].close / 100;
    double level = level_at(plan, decided, side, close, close);
    int64_t price = rows[decided + 1].open;
    double entry = (double)price / 100, best = entry;
    add(fills, &rows[decided + 1], price);
    for (size_t i = decided + 1; i < row_count; i++) {
        const struct row *row = &rows[i];
        int64_t stop = cents(level, side);
        bool asked = i == last + 1;
        bool expired = strcmp(plan->rule, "time") == 0 && bars >= (size_t)plan->params[0];
        if (asked || expired) { // at the open, before the stop is looked at
            add(fills, row, row->open);
            return;
        }
        if (hits(row, side, stop)) {
            add(fills, row, i == decided + 1 ? stop : worse(side, stop, row->open));
            return;
        }
        double reach = (double)(side > 0 ? row->high : row->low) / 100;
        best = side > 0 ? fmax(best, reach) : fmin(best, reach);
        bars++;
        double next = level_at(plan, i, side, entry, best);
        if (isnan(level) || (next - level) * side > 0) level = next;
    }
}

static void run_twin(const struct plan *plan, struct fills *fills) {
    fills->count = 0;
    if (strcmp(plan->rule, "volatility") == 0)
        measure_deviations((size_t)plan->params[0]);
    else
        measure_ranges((size_t)fmax(plan->params[0], 2));
    for (size_t turn = 0; turn * CYCLE + ENTER < row_count; turn++)
        cycle(plan, turn * CYCLE + ENTER, turn % 2 == 0 ? 1 : -1, fills);
}

static void build(struct world *world, const struct plan *plan, struct stop_choice *choice) {
    world_init(world, 2);
    world->config.data_frame_s = FRAME_S;
    uint32_t instrument = world_instrument(world, "BTC");
    struct engine_strategy_config *config = world_trade(world, &pulse, instrument, 1);
    int rule = stop_rule_find(plan->rule);
    assert_true(rule >= 0);
    *choice = (struct stop_choice){.rule = (uint32_t)rule};
    memcpy(choice->params, plan->params, sizeof plan->params);
    config->stops = choice;
    config->stop_count = 1;
    world->capital = MONEY((int128_t)100000000000);
    world->sim.params[SIM_ALLOW_SHORT] = 1;
    world->sim.params[SIM_VOLUME_SHARE] = 0;
    for (size_t i = 0; i < row_count; i++)
        world_bar(world, instrument, rows[i].ts_ns - FRAME_S * NS_PER_S,
                  (const int64_t[]){rows[i].open, rows[i].high, rows[i].low, rows[i].close},
                  1000000);
    world_build(world);
}

// Fills of the run: their bars and prices. A fill inside a bar is told at its end, one at its open may be sooner.
static void read_fills(const struct world *world, struct fills *fills) {
    const struct event_header *event = NULL;
    fills->count = 0;
    while ((event = world_next(world, event)) != NULL) {
        if (event->kind != EVENT_ORDER_FILLED) continue;
        union event copy;
        memcpy(&copy, event, event->size);
        int64_t frame = FRAME_S * NS_PER_S;
        int64_t end = (copy.header.ts_ns + frame - 1) / frame * frame;
        assert_true(fills->count < EXITS_MAX);
        fills->list[fills->count++] = (struct fill){end, copy.order.price.m};
    }
}

static const struct plan plans[] = {
    {"fixed", {0.003, 0}},          {"fixed", {0.004, 1}},           {"atr", {14, 2}},
    {"chandelier", {22, 3}},        {"chandelier", {5, 1}},          {"time", {7}},
    {"volatility", {20, 2, 10, 0}}, {"volatility", {10, 1.5, 5, 1}},
};

static void positions_end_where_a_twin_says(void **state) {
    (void)state;
    static struct fills got, want;
    struct world *world = malloc(sizeof *world);
    read_minutes();
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        struct stop_choice choice;
        build(world, &plans[i], &choice);
        world_run(world);
        read_fills(world, &got);
        run_twin(&plans[i], &want);
        for (size_t k = 0; k < want.count && k < got.count; k++)
            if (got.list[k].price != want.list[k].price || got.list[k].ts_ns != want.list[k].ts_ns)
                fail_msg("plan %zu, fill %zu: %lld at %lld, twin %lld at %lld", i, k,
                         (long long)got.list[k].price, (long long)(got.list[k].ts_ns / NS_PER_S),
                         (long long)want.list[k].price, (long long)(want.list[k].ts_ns / NS_PER_S));
        assert_int_equal(got.count, want.count);
        assert_true(want.count > 300);
        world_fini(world);
    }
    free(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_end_where_a_twin_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
