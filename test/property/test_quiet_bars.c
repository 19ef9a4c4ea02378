// SPDX-License-Identifier: Apache-2.0
// Bars that cause nothing go through the engine in runs, and the report hears of each run at once. Whoever is told one
// thing at a time sees the same run: the same events, the same state, the same report, byte for byte.
#include "report/report.h"
#include "world.h"

enum { SEEDS = 12, BARS = 3000, FRAME_S = 3600 };

enum told { ONE_BY_ONE, AT_ONCE, AT_ONCE_WITH_A_JOURNAL };

struct pit {
    struct world world;
    struct report *report;
    struct report_strategy names[WORLD_STRATEGIES_MAX];
    uint64_t bars_at_once;
    unsigned char *log; // of the journal
    size_t log_size;
    size_t log_max;
    struct text json;
};

static int put(void *self, const struct event_header *event) {
    struct pit *pit = self;
    union event copy; // outputs are packed at 8 bytes
    memcpy(&copy, event, event->size);
    return report_put(pit->report, &copy.header);
}

static int keep(void *self, const struct event_header *event) {
    struct pit *pit = self;
    if (pit->log_size + event->size > pit->log_max) {
        pit->log_max = pit->log_max == 0 ? 1 << 20 : 2 * pit->log_max;
        pit->log = realloc(pit->log, pit->log_max);
        assert_non_null(pit->log);
    }
    memcpy(pit->log + pit->log_size, event, event->size);
    pit->log_size += event->size;
    return 0;
}

static void mark(void *self, const struct account_mark *mark, const struct engine *engine) {
    struct pit *pit = self;
    assert_true(mark->equity.m == ledger_equity(engine_ledger(engine)).m);
    report_mark(pit->report, mark->ts_ns, mark->equity, mark->gross);
}

static int bars(void *self, const union event *bars, int bar_count,
                const struct account_mark *marks, int mark_count) {
    struct pit *pit = self;
    assert_true(mark_count > 0 && mark_count <= bar_count);
    assert_true(marks[mark_count - 1].ts_ns == bars[bar_count - 1].header.ts_ns);
    pit->bars_at_once += (uint64_t)bar_count;
    // The broker has heard of the run; of several instruments it may know the rest of an instant already.
    if (pit->world.instruments.count == 1)
        assert_true(sim_exchange_equity(pit->world.exchange).m ==
                    ledger_equity(engine_ledger(pit->world.engine)).m);
    return report_run(pit->report, bars, bar_count, marks, mark_count);
}

// One to three instruments, an average that crosses another on each, and from time to time chaos beside it.
static void build(struct pit *pit, uint64_t seed) {
    struct world *world = &pit->world;
    uint32_t instruments = 1 + (uint32_t)seed % 3;
    memset(pit, 0, sizeof *pit);
    world_init(world, 8);
    world->config.data_frame_s = FRAME_S;
    for (uint32_t i = 0; i < instruments; i++)
        world_instrument(world, (const char[]){(char)('A' + i), '\0'});
    struct engine_strategy_config *cross =
        world_trade(world, strategy_find("sma_cross"), 0, instruments);
    cross->params[0] = 5;
    cross->params[1] = 20 + (double)seed;
    cross->params[2] = (double)(seed % 2); // short as well
    if (seed % 4 == 3) world_trade(world, &world_chaos, 0, 1)->params[0] = (double)seed;
    world->capital = MONEY((int128_t)1000000 * 100000000);
    assert_ok(sim_config_set_slip(&world->sim, "fixed"));
    world->sim.params[SIM_VOLUME_SHARE] = 0; // an order is done within a bar
    world->sim.params[SIM_ALLOW_SHORT] = 1;
    world->sim.params[SIM_CREDIT_RATE] = seed % 5 == 4 ? 0.01 : 0;
    world_walk(world, seed + 1, BARS);
    if (seed % 3 == 1) {
        union event *split =
            world_event(world, EVENT_SPLIT, 0, world->events[world->count / 2].header.ts_ns);
        split->split.numerator = 3;
        split->split.denominator = 2;
        split->split.price = PRICE(5001);
        world_sort(world);
    }
    world_build(world);
    for (uint32_t s = 0; s < world->config.strategy_count; s++)
        pit->names[s] = (struct report_strategy){.name = "strategy",
                                                 .share_ppm = world->strategies[s].share_ppm};
    struct report_config config = {.instruments = &world->instruments,
                                   .strategies = pit->names,
                                   .strategy_count = world->config.strategy_count,
                                   .order_max = world->config.order_max,
                                   .lot_max = world->config.lot_max,
                                   .cost_method = world->config.cost_method,
                                   .periods_per_year = 365,
                                   .title = "quiet"};
    pit->report = report_new(&config);
    assert_non_null(pit->report);
}

static void run(struct pit *pit, uint64_t seed, enum told told) {
    build(pit, seed);
    struct world *world = &pit->world;
    struct world_source source = {world->events, world->count, 0, 1 + (int)seed * 5};
    struct backtest_config config = {.source = world_source_port(&source),
                                     .capital = world->capital,
                                     .observer = {.events = {put, pit}, .mark = mark, .self = pit}};
    if (told != ONE_BY_ONE) config.observer.bars = bars;
    if (told == AT_ONCE_WITH_A_JOURNAL) config.observer.journal = (struct event_sink){keep, pit};
    assert_ok(
        backtest_run(&world->wiring, world->engine, world->exchange, &config, &world->result));
    ledger_check(engine_ledger(world->engine));
    orders_check(engine_orders(world->engine));
    sim_exchange_check(world->exchange);
    // The broker has seen the last price of every instrument as well.
    assert_true(sim_exchange_equity(world->exchange).m ==
                ledger_equity(engine_ledger(world->engine)).m);
    assert_ok(report_end(pit->report));
    assert_true(report_difference(pit->report).m == 0);
    text_init(&pit->json, REPORT_TEXT_MAX);
    report_json(pit->report, &pit->json);
    assert_ok(text_error(&pit->json));
}

static void drop(struct pit *pit) {
    text_fini(&pit->json);
    report_free(pit->report);
    free(pit->log);
    world_fini(&pit->world);
}

static void assert_same(const struct pit *a, const struct pit *b) {
    assert_memory_equal(&a->world.result, &b->world.result, sizeof a->world.result);
    assert_memory_equal(engine_counts(a->world.engine), engine_counts(b->world.engine),
                        sizeof(struct engine_counts));
    assert_memory_equal(sim_exchange_counts(a->world.exchange),
                        sim_exchange_counts(b->world.exchange), sizeof(struct sim_counts));
    assert_string_equal(text_string(&a->json), text_string(&b->json));
}

static void bars_told_at_once_make_the_same_run_and_the_same_report(void **state) {
    (void)state;
    uint64_t at_once = 0, fills = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct pit single, together, journaled;
        run(&single, seed, ONE_BY_ONE);
        run(&together, seed, AT_ONCE);
        run(&journaled, seed, AT_ONCE_WITH_A_JOURNAL);
        assert_same(&single, &together);
        assert_same(&single, &journaled);
        assert_int_equal(single.bars_at_once, 0);
        assert_int_equal(together.bars_at_once, journaled.bars_at_once);
        at_once += together.bars_at_once;
        fills += engine_counts(together.world.engine)->fills;
        drop(&single);
        drop(&together);
        drop(&journaled);
    }
    // There was something to tell at once, and something to do.
    if (at_once < (uint64_t)SEEDS * BARS / 4 || fills < 100 * SEEDS)
        fail_msg("%llu bars at once, %llu fills", (unsigned long long)at_once,
                 (unsigned long long)fills);
}

// A journal has each bar before what it causes, whether or not somebody is told at once.
static void the_journal_is_the_same_whoever_listens(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 4; seed++) {
        struct pit told;
        run(&told, seed, AT_ONCE_WITH_A_JOURNAL);
        struct pit *other = calloc(1, sizeof *other);
        assert_non_null(other);
        build(other, seed);
        world_run(&other->world); // marks are kept one by one
        assert_int_equal(told.log_size, other->world.log_size);
        assert_memory_equal(told.log, other->world.log, told.log_size);
        report_free(other->report);
        world_fini(&other->world);
        free(other);
        drop(&told);
    }
}

// Runs of every length through engine_apply_bars are engine_apply for each.
static void a_run_of_bars_is_each_bar_in_turn(void **state) {
    (void)state;
    struct pit one, many;
    build(&one, 2);
    build(&many, 2);
    uint64_t seq = 0;
    int step = 1;
    struct account_mark marks[16];
    for (uint64_t at = 0; at + 16 < one.world.count;) {
        for (int i = 0; i < step; i++)
            many.world.events[at + (uint64_t)i].header.seq = seq + (uint64_t)i + 1;
        int done = engine_apply_bars(many.world.engine, &many.world.events[at], step, marks);
        assert_in_range(done, 1, step);
        for (int i = 0; i < done; i++) {
            one.world.events[at].header.seq = ++seq;
            const struct engine_outputs *outputs =
                engine_apply(one.world.engine, &one.world.events[at++]);
            assert_true(outputs->count == 0 || i + 1 == done);
            assert_true(marks[i].equity.m == engine_equity(one.world.engine).m);
            assert_true(marks[i].gross.m == ledger_gross_value(engine_ledger(one.world.engine)).m);
            assert_int_equal(marks[i].ts_ns, engine_now_ns(one.world.engine));
            assert_int_equal(outputs->size,
                             i + 1 == done ? engine_outputs(many.world.engine)->size : 0);
            assert_memory_equal(outputs->bytes, engine_outputs(many.world.engine)->bytes,
                                outputs->size);
        }
        assert_int_equal(engine_state_hash(one.world.engine), engine_state_hash(many.world.engine));
        step = step % 15 + 1;
    }
    report_free(one.report);
    report_free(many.report);
    world_fini(&one.world);
    world_fini(&many.world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_told_at_once_make_the_same_run_and_the_same_report),
        cmocka_unit_test(the_journal_is_the_same_whoever_listens),
        cmocka_unit_test(a_run_of_bars_is_each_bar_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
