// SPDX-License-Identifier: Apache-2.0
// A session over a world in memory (test/world.h): made anew, the same, as often as a test opens its folder.
#ifndef FULMAR_TEST_HALL_H
#define FULMAR_TEST_HALL_H

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "world.h"

#include "edge/live/session.h"
#include "edge/store/journal.h"
#include "strategy/manual.h"

#define HALL_SECOND INT64_C(1000000000)
#define HALL_PATIENCE (60 * HALL_SECOND)

struct hall {
    struct world world;
    struct world_source source;
    struct session *session;
    struct session_view *view;
};

// Three strategies: one without sense, one that follows a script, and people.
// `chaos` is a parameter of the first.
static inline void hall_world_of(struct world *world, uint64_t seed, uint32_t bars, double chaos) {
    static const struct world_step steps[] = {
        {TARGET_SET, 0.3, 0, 0}, {TARGET_KEEP, 0, 0, 0}, {TARGET_SET, -0.2, 0, 0}};
    world_init(world, 2);
    world_instrument(world, "AAA");
    world_instrument(world, "BBB");
    world_trade(world, &world_chaos, 0, 2)->params[0] = chaos;
    world_script(world, 0, 1, steps, 3);
    world_trade(world, &strategy_manual, 0, 2)->params[MANUAL_ORDERS] = 2000;
    world->config.order_max = 4096;
    world->risk.enabled[risk_rule_find("price_band")] = 0; // orders may be far from the market
    world->sim.params[SIM_ALLOW_SHORT] = 1;
    world_walk(world, seed, bars);
    world_build(world);
}

static inline void hall_world(struct world *world, uint64_t seed, uint32_t bars) {
    hall_world_of(world, seed, bars, (double)seed);
}

static inline void hall_leave(void *self) {
    world_fini(&((struct hall *)self)->world);
}

// What a configuration would say.
struct hall_config {
    double chaos;
    const char *description;
    uint64_t run_id;
};

static inline int hall_open_with(struct hall *hall, uint64_t seed, uint32_t bars,
                                 const struct session_options *options,
                                 const struct hall_config *config) {
    struct world *world = &hall->world;
    hall->session = NULL;
    hall_world_of(world, seed, bars, config->chaos);
    hall->source = (struct world_source){world->events, world->count, 0, world->batch};
    struct session_desk desk = {.engine = world->engine,
                                .exchange = world->exchange,
                                .source = world_source_port(&hall->source),
                                .market_events = world->count,
                                .capital = world->capital,
                                .account_currency = world->config.account_currency,
                                .instruments = &world->instruments,
                                .strategies = world->strategies,
                                .strategy_count = world->config.strategy_count,
                                .order_max = world->config.order_max,
                                .manual = engine_manual_strategy(world->engine),
                                .run_id = config->run_id,
                                .description = config->description,
                                .description_size = strlen(config->description),
                                .close = hall_leave,
                                .self = hall};
    TRY(session_open(options, &desk, &hall->session));
    hall->view = session_view_new(hall->session);
    assert_non_null(hall->view);
    return 0;
}

static inline int hall_open(struct hall *hall, uint64_t seed, uint32_t bars,
                            const struct session_options *options) {
    const struct hall_config config = {(double)seed, "a world", 7};
    return hall_open_with(hall, seed, bars, options, &config);
}

static inline void hall_close(struct hall *hall) {
    session_view_free(hall->view);
    session_close(hall->session);
    *hall = (struct hall){0};
}

static inline int64_t hall_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * HALL_SECOND + now.tv_nsec;
}

static inline void hall_nap(void) {
    nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
}

static inline const struct session_view *hall_look(struct hall *hall) {
    session_view_read(hall->session, hall->view);
    return hall->view;
}

// Until the session is in a state.
static inline const struct session_view *hall_await(struct hall *hall, uint32_t state) {
    int64_t end_ns = hall_now() + HALL_PATIENCE;
    while (hall_look(hall)->state != state) {
        if (hall_now() > end_ns)
            fail_msg("is %s, not %s: %s", session_state_name(hall->view->state),
                     session_state_name(state), hall->view->story);
        hall_nap();
    }
    return hall->view;
}

static inline struct session_result hall_do(struct hall *hall,
                                            const struct session_command *command) {
    struct session_result result;
    uint64_t ticket;
    assert_ok(session_command(hall->session, command, &ticket));
    if (session_wait(hall->session, ticket, HALL_PATIENCE, &result) != 1)
        fail_msg("no result of %s", session_verb_name(command->verb));
    return result;
}

static inline struct session_result hall_verb(struct hall *hall, uint32_t verb) {
    return hall_do(hall, &(struct session_command){.verb = verb});
}

static inline struct session_result hall_run_until(struct hall *hall, int64_t until_ns) {
    return hall_do(hall, &(struct session_command){.verb = SESSION_RUN, .until_ns = until_ns});
}

static inline struct session_command hall_order(const char *client_id, uint32_t instrument,
                                                int32_t side, int64_t qty, int64_t limit) {
    struct session_command command = {.verb = SESSION_PLACE,
                                      .order = {.instrument = instrument,
                                                .side = side,
                                                .type = limit > 0 ? ORDER_LIMIT : ORDER_MARKET,
                                                .qty = QTY(qty),
                                                .limit_price = PRICE(limit)}};
    snprintf(command.order.client_id, sizeof command.order.client_id, "%s", client_id);
    return command;
}

// A folder that is made for the test; hall_folder_remove takes it away with what a session leaves in it.
static inline const char *hall_folder(void) {
    static char path[64];
    snprintf(path, sizeof path, "/tmp/fulmar-session-XXXXXX");
    assert_non_null(mkdtemp(path));
    return path;
}

static inline void hall_folder_remove(const char *folder) {
    char path[128];
    const char *const files[] = {"journal.fj", "lock"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(folder), 0);
}

// The journal's events, back to back; a copy to be freed.
static inline unsigned char *hall_journal(const char *folder, size_t *ret_size) {
    char path[128];
    struct journal_reader *reader;
    const struct event_header *event;
    unsigned char *bytes = NULL;
    size_t size = 0, max = 0;
    int rc;
    snprintf(path, sizeof path, "%s/journal.fj", folder);
    assert_ok(journal_open(path, &reader));
    while ((rc = journal_next(reader, &event)) > 0) {
        if (size + event->size > max) bytes = realloc(bytes, max = 2 * (size + event->size));
        memcpy(bytes + size, event, event->size);
        size += event->size;
    }
    assert_ok(rc);
    journal_reader_close(reader);
    *ret_size = size;
    return bytes;
}

#endif
