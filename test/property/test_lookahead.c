// SPDX-License-Identifier: Apache-2.0
// No strategy, and nothing around it, looks ahead: what the system says up to a moment is the same, byte for byte,
// when the data ends there and when something else follows.
#include <ftw.h>

#include "edge/store/import.h"
#include "edge/store/tape.h"
#include "world.h"

enum { BARS = 500, INSTRUMENTS = 3, CUTS = 3, REAL_BARS = 700 };

// All the strategies that there are, each on every instrument.
static void trade_all(struct world *world) {
    for (size_t s = 0; s < strategy_count(); s++)
        if (strategy_at(s)->scope != SCOPE_BOOK)
            world_trade(world, strategy_at(s), 0, world->instruments.count);
    world->capital = MONEY((int128_t)1000000 * 100000000);
    world->sim.params[SIM_ALLOW_SHORT] = 1;
    world->sim.params[SIM_MARGIN_INITIAL] = 0.25;
}

static void add_instruments(struct world *world) {
    world_init(world, 8);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        world_instrument(world, (const char[]){(char)('A' + i), '\0'});
    trade_all(world);
}

// The data's first event later than that of index `at` of the same time.
static uint64_t group_end(const struct world *world, uint64_t at) {
    int64_t ts_ns = world->events[at].header.ts_ns;
    while (at < world->count && world->events[at].header.ts_ns == ts_ns) at++;
    return at;
}

static void copy_events(struct world *to, const struct world *from, uint64_t count) {
    for (uint64_t i = 0; i < count; i++)
        *world_event(to, (enum event_kind)from->events[i].header.kind, 0, 0) = from->events[i];
}

// The same times, other prices: everything from `at` on goes the other way, three times as far.
static void change_future(struct world *world, uint64_t at) {
    for (uint64_t i = at; i < world->count; i++) {
        struct bar *bar = &world->events[i].bar.bar;
        int64_t close = 2 * bar->open.m - bar->close.m;
        bar->close = PRICE(close > 50 ? close : 50);
        bar->high = PRICE(3 * (bar->open.m > bar->close.m ? bar->open.m : bar->close.m));
        bar->low = PRICE((bar->open.m < bar->close.m ? bar->open.m : bar->close.m) / 3 + 1);
        bar->volume = QTY(bar->volume.m / 2);
    }
}

// What `part` said up to `until_ns` is the beginning of what `whole` said.
static void assert_begins(const struct world *whole, const struct world *part, int64_t until_ns) {
    size_t size = 0;
    const struct event_header *event = NULL;
    while ((event = world_next(part, event)) != NULL && event->ts_ns <= until_ns)
        size = (size_t)((const unsigned char *)event + event->size - part->log);
    assert_true(size > 0 && size <= whole->log_size);
    assert_memory_equal(part->log, whole->log, size);
    if (size == whole->log_size) return;
    // The venue's answers to the last orders come with the next data.
    event = (const void *)(whole->log + size);
    bool answer = event->kind >= EVENT_ORDER_ACCEPTED && event->kind < EVENT_CASH;
    assert_true(event->ts_ns > until_ns || answer);
}

// `again` makes a world like `whole`, without data and not yet built.
static void cut_and_compare(const struct world *whole, void (*again)(struct world *)) {
    for (int cut = 1; cut <= CUTS; cut++) {
        struct world part, other;
        uint64_t end = group_end(whole, whole->count * (uint64_t)cut / (CUTS + 1));
        int64_t until_ns = whole->events[end - 1].header.ts_ns;
        again(&part);
        copy_events(&part, whole, end);
        world_build(&part);
        world_run(&part);
        assert_begins(whole, &part, until_ns);
        world_fini(&part);
        again(&other);
        copy_events(&other, whole, whole->count);
        change_future(&other, end);
        world_build(&other);
        world_run(&other);
        assert_begins(whole, &other, until_ns);
        assert_true(other.result.state_hash != whole->result.state_hash);
        world_fini(&other);
    }
}

static void nothing_up_to_a_moment_depends_on_what_follows(void **state) {
    (void)state;
    struct world whole;
    add_instruments(&whole);
    world_walk(&whole, 11, BARS);
    world_build(&whole);
    world_run(&whole);
    const struct engine_counts *counts = engine_counts(whole.engine);
    assert_true(counts->targets > 100 && counts->fills > 100 && counts->ledger_errors == 0);
    cut_and_compare(&whole, add_instruments);
    world_fini(&whole);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static const char *const stocks[] = {"AAPL", "IBM", "SPY"}, *const files[] = {"aapl", "ibm", "spy"};

static void add_stocks(struct world *world) {
    world_init(world, 8);
    for (size_t i = 0; i < sizeof stocks / sizeof *stocks; i++) {
        struct instrument instrument;
        instrument_defaults(&instrument, ASSET_EQUITY, stocks[i], 0);
        assert_ok(instruments_add(&world->instruments, &instrument));
    }
    trade_all(world);
}

static void read_stock(struct world *world, const char *dir, uint32_t instrument) {
    struct tape_series series;
    struct tape *tape;
    union event event;
    assert_ok(tape_find(dir, stocks[instrument], &series));
    assert_ok(tape_open(dir, &series, &tape));
    struct tape_source *tapes =
        tape_source_new(&world->wiring, tape, instrument, INT64_MIN, INT64_MAX);
    assert_non_null(tapes);
    struct event_source source = tape_source_port(tapes);
    for (int i = 0; i < REAL_BARS && source.fill(source.self, &event, 1) == 1; i++)
        *world_event(world, EVENT_BAR, instrument, event.header.ts_ns) = event;
    tape_close(tape);
}

static void neither_on_real_prices(void **state) {
    (void)state;
    const char *path[3];
    char names[3][HARNESS_PATH_MAX], dir[] = "/tmp/fulmar_lookahead_XXXXXX";
    for (size_t i = 0; i < 3; i++) {
        char name[128];
        snprintf(name, sizeof name, "data/equity_daily/lean/equity/usa/daily/%s.zip", files[i]);
        snprintf(names[i], sizeof names[i], "%s", harness_shared(name));
        path[i] = names[i];
    }
    assert_non_null(mkdtemp(dir));
    struct import_options options;
    struct import_report report;
    import_options_init(&options, dir);
    assert_ok(import_run(&options, path, 3, &report));
    import_report_fini(&report);
    struct world whole;
    add_stocks(&whole);
    for (uint32_t i = 0; i < 3; i++) read_stock(&whole, dir, i);
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    world_sort(&whole);
    world_build(&whole);
    world_run(&whole);
    assert_true(engine_counts(whole.engine)->fills > 50);
    cut_and_compare(&whole, add_stocks);
    world_fini(&whole);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_up_to_a_moment_depends_on_what_follows),
        cmocka_unit_test(neither_on_real_prices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
