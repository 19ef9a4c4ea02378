// SPDX-License-Identifier: Apache-2.0
// A whole system in memory for tests: instruments, data, strategies, engine, simulated venue, one run, and
// everything that was said, in order. A test fills in what it wants between world_init and world_build.
//
// Events are in one array, sorted by time, and read through a source that gives at most `batch` at a time.
#ifndef FULMAR_TEST_WORLD_H
#define FULMAR_TEST_WORLD_H

#include "harness.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "research/backtest.h"

enum {
    WORLD_STRATEGIES_MAX = 32,
    WORLD_INSTRUMENTS_MAX = 16,
    WORLD_CURRENCIES_MAX = 4,
    WORLD_SCRIPTS_MAX = 4,
    WORLD_STEPS_MAX = 32
};

// What a scripted strategy answers at its n-th decision; zeroes: TARGET_KEEP.
struct world_step {
    uint32_t kind; // enum target_kind
    double weight;
    double stop; // 0: none
    double take; // 0: none
};

struct world_source {
    const union event *events;
    uint64_t count;
    uint64_t next;
    int batch;
};

struct world {
    struct arena wiring;
    struct arena state;
    struct arena venue_state;
    struct instruments instruments;
    struct engine_strategy_config strategies[WORLD_STRATEGIES_MAX];
    uint32_t places[WORLD_STRATEGIES_MAX][WORLD_INSTRUMENTS_MAX];
    struct risk_config risk;
    struct engine_config config; // strategies counted by world_trade
    struct sim_config sim;
    money_t capital;
    struct engine *engine;
    struct sim_exchange *exchange;
    union event *events; // the data
    uint64_t count;
    uint64_t max;
    int batch;
    unsigned char *log; // every input and output, back to back, as a journal would have them
    size_t log_size;
    size_t log_max;
    struct account_mark *marks;
    size_t mark_count;
    size_t mark_max;
    struct event_sink sink;               // told everything as well, if put is set
    void (*on_mark)(struct world *world); // after each group of equal time, if set
    struct backtest_result result;
};

// Dollars of `money_decimals`, no instruments, a cash account of 10,000.00, every model at its default.
void world_init(struct world *world, int32_t money_decimals);
void world_fini(struct world *world);

// A share of whole units at prices of two decimals, open around the clock; its index.
uint32_t world_instrument(struct world *world, const char *symbol);

// Lets a strategy trade `count` instruments from `first` on, with everything at its default.
struct engine_strategy_config *world_trade(struct world *world, const struct strategy *strategy,
                                           uint32_t first, uint32_t count);
// One that does what the steps say, the same on each of its instruments. The steps outlive the world.
struct engine_strategy_config *world_script(struct world *world, uint32_t first, uint32_t count,
                                            const struct world_step *steps, uint32_t step_count);

// A strategy without sense: at random it sends orders of every kind, cancels them, sets targets with and without
// protection. Its parameter `seed` makes it another one.
extern const struct strategy world_chaos;

// Appends an event; the caller fills in the rest.
union event *world_event(struct world *world, enum event_kind kind, uint32_t instrument,
                         int64_t ts_ns);
// A bar from `open_ns` on, of the data frame.
void world_bar(struct world *world, uint32_t instrument, int64_t open_ns, const int64_t prices[4],
               int64_t volume);
// Orders all events by time; those of equal time stay as they were added.
void world_sort(struct world *world);
// Bars of every instrument: a walk in cents from a seed, with trends, jumps, holes and quiet times.
void world_walk(struct world *world, uint64_t seed, uint32_t bars);

// Builds engine and venue.
void world_build(struct world *world);
// From the first event to the last. Fails the test when the run does.
void world_run(struct world *world);
struct event_source world_source_port(struct world_source *source);

// The events of the log in order: NULL begins, NULL ends.
const struct event_header *world_next(const struct world *world, const struct event_header *event);

#endif
