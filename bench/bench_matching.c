// SPDX-License-Identifier: Apache-2.0
// The matching engine on the mix that exchange-core publishes figures for: of a
// hundred commands 9 are new limit orders that stay, 3 are immediate-or-cancel,
// 6 cancel and 82 move an order to another price; a thousand orders rest on
// some 750 prices. The commands are made beforehand; a command's events are in
// the caller's buffer when it returns.
//
// The first commands go through the plain twin of the tests as well: every
// event and the state must be the same.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../test/matching_twin.h"
#include "base/prng.h"
#include "bench.h"
#include "peer.h"

enum { COMMANDS = 1000000, LIVE = 1000, TWIN_COMMANDS = 30000, SAMPLES = 15, EVENTS = 4096 };
enum { SPREAD = 375, MIDDLE = 50000, PRICES = 100000, OWNERS = 1000, ARENA = 64 << 20 };
enum { PACED_RUNS = 9, PACED = 300000, PACE_NS = 1000 };

static const struct matching_config config = {.tick = 1,
                                              .price_min = 1,
                                              .price_max = PRICES,
                                              .lot = 1,
                                              .order_max = 2000,
                                              .owner_max = OWNERS,
                                              .stp = MATCHING_STP_NONE,
                                              .phase = MATCHING_CONTINUOUS};

struct session {
    struct matching_command *commands; // LIVE that fill the book, then COMMANDS
    struct arena arena;
    struct matching book;
    struct matching_event events[EVENTS];
    struct matching_sink sink;
};

static int book_start(struct session *session) {
    arena_rewind(&session->arena, 0);
    session->sink = (struct matching_sink){.events = session->events, .max = EVENTS};
    return matching_init(&session->book, &session->arena, &config);
}

// The orders that live, in any order.
struct living {
    uint64_t ids[2 * LIVE];
    struct {
        int64_t price;
        uint32_t at; // in ids
        uint32_t owner;
        int32_t side;
    } * orders; // by id
    uint32_t count;
};

static void living_end(struct living *living, uint64_t id) {
    uint32_t at = living->orders[id].at;
    living->ids[at] = living->ids[--living->count];
    living->orders[living->ids[at]].at = at;
}

static void living_read(struct living *living, const struct session *session) {
    for (uint32_t i = 0; i < session->sink.count; i++) {
        const struct matching_event *e = &session->events[i];
        bool rests = living->orders[e->order_id].side != 0;
        if (e->kind == MATCHING_FILL && e->other_leaves == 0) living_end(living, e->other_id);
        if ((e->kind == MATCHING_FILL || e->kind == MATCHING_CANCELED) && e->leaves == 0 && rests)
            living_end(living, e->order_id);
    }
}

static int64_t passive_price(struct prng *prng, int64_t mid, int32_t side) {
    return mid - side * (1 + (int64_t)prng_below(prng, SPREAD));
}

static struct matching_command make(struct prng *prng, struct living *living, int64_t mid,
                                    uint64_t dice, uint64_t *next_id) {
    struct matching_command c = {.kind = MATCHING_NEW,
                                 .owner = (uint32_t)prng_below(prng, OWNERS),
                                 .side = prng_below(prng, 2) ? 1 : -1,
                                 .type = ORDER_LIMIT,
                                 .qty = 1 + (int64_t)prng_below(prng, 100)};
    if (dice < 12 || living->count == 0) {
        bool stays = dice < 9 || living->count == 0;
        c.order_id = ++*next_id;
        c.price = stays ? passive_price(prng, mid, c.side) : mid + c.side * 2 * SPREAD;
        c.tif = stays ? TIF_GTC : TIF_IOC;
        if (!stays && living->count > LIVE) c.qty *= 3;
        if (!stays) return c;
        living->orders[c.order_id].at = living->count;
        living->orders[c.order_id].side = c.side;
        living->orders[c.order_id].price = c.price;
        living->orders[c.order_id].owner = c.owner;
        living->ids[living->count++] = c.order_id;
        return c;
    }
    c.order_id = living->ids[prng_below(prng, living->count)];
    c.owner = living->orders[c.order_id].owner;
    c.kind = dice < 18 ? MATCHING_CANCEL : MATCHING_REPLACE;
    c.price = passive_price(prng, mid, living->orders[c.order_id].side);
    if (c.price == living->orders[c.order_id].price) c.price++; // a move is to another price
    living->orders[c.order_id].price = c.price;
    c.qty = 0;
    return c;
}

// What lives is known from the answers of the engine.
static int make_all(struct session *session, uint64_t seed) {
    struct living living = {.count = 0};
    struct prng prng;
    int64_t mid = MIDDLE;
    uint64_t next_id = 0;
    living.orders = calloc(LIVE + COMMANDS + 2, sizeof *living.orders);
    if (living.orders == NULL || book_start(session) < 0) return -1;
    prng_seed(&prng, seed);
    for (uint32_t i = 0; i < LIVE + COMMANDS; i++) {
        uint64_t dice = i < LIVE ? 0 : prng_below(&prng, 100);
        if (living.count + 1 >= 2 * LIVE) dice = 12;
        if (i % 16 == 0) mid += (int64_t)prng_below(&prng, 3) - 1;
        session->commands[i] = make(&prng, &living, mid, dice, &next_id);
        session->sink.count = 0;
        matching_apply(&session->book, &session->commands[i], &session->sink);
        living_read(&living, session);
    }
    free(living.orders);
    return 0;
}

// The book with its first orders.
static int book_fill(struct session *session) {
    if (book_start(session) < 0) return -1;
    for (uint32_t i = 0; i < LIVE; i++) {
        session->sink.count = 0;
        matching_apply(&session->book, &session->commands[i], &session->sink);
    }
    return 0;
}

// Commands a second; the hash of the state they leave and the number of events.
static double pass(struct session *session, uint64_t *ret_hash, uint64_t *ret_events) {
    const struct matching_command *commands = session->commands + LIVE;
    uint64_t events = 0;
    if (book_fill(session) < 0) return -1;
    double start = bench_now();
    for (uint32_t i = 0; i < COMMANDS; i++) {
        session->sink.count = 0;
        matching_apply(&session->book, &commands[i], &session->sink);
        events += session->sink.count;
    }
    double seconds = bench_now() - start;
    *ret_hash = matching_hash(&session->book);
    *ret_events = events;
    return COMMANDS / seconds;
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// A clock that stands while this thread waits for a processor that others hold,
// as bench_now's does; cheap while nothing interrupts.
struct pacer {
    int64_t last_ns;
    int64_t waited_ns;
};

static int64_t pacer_now(struct pacer *pacer) {
    enum { GAP_NS = 1500 };
    int64_t now = now_ns();
    if (now - pacer->last_ns > GAP_NS) pacer->waited_ns = now_ns() - (int64_t)(bench_now() * 1e9);
    pacer->last_ns = now;
    return now - pacer->waited_ns;
}

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

struct latency {
    double p50, p99, p999;
};

// Runs of PACED commands. What a run without commands takes is what the machine
// adds.
struct latencies {
    struct latency due[PACED_RUNS];  // from when a command was due to its events
    struct latency work[PACED_RUNS]; // from its beginning
    struct latency idle[PACED_RUNS]; // of no command
};

static struct latency latency_of(int64_t *took) {
    qsort(took, PACED, sizeof *took, by_size);
    return (struct latency){(double)took[PACED / 2] / 1e3, (double)took[PACED / 100 * 99] / 1e3,
                            (double)took[PACED / 1000 * 999] / 1e3};
}

// A command each microsecond, whether the one before is done or not.
static int paced(struct session *session, bool idle, int64_t *took, int64_t *worked) {
    const struct matching_command *commands = session->commands + LIVE;
    if (book_fill(session) < 0) return -1;
    struct pacer pacer = {0};
    int64_t due = pacer_now(&pacer) + PACE_NS, now;
    for (uint32_t i = 0; i < PACED; i++, due += PACE_NS) {
        while ((now = pacer_now(&pacer)) < due) {}
        session->sink.count = 0;
        if (!idle) matching_apply(&session->book, &commands[i], &session->sink);
        int64_t end = pacer_now(&pacer);
        took[i] = end - due;
        worked[i] = end - now;
    }
    return 0;
}

static int by_p99(const void *a, const void *b) {
    const struct latency *x = a, *y = b;
    return (x->p99 > y->p99) - (x->p99 < y->p99);
}

// Each kind in order of its p99.
static int measure_latencies(struct session *session, struct latencies *ret) {
    int64_t *took = malloc(2 * PACED * sizeof *took), *worked = took + PACED;
    if (took == NULL) return -1;
    for (int i = 0; i < PACED_RUNS; i++) {
        if (paced(session, true, took, worked) < 0) break;
        ret->idle[i] = latency_of(took);
        if (paced(session, false, took, worked) < 0) break;
        ret->due[i] = latency_of(took);
        ret->work[i] = latency_of(worked);
    }
    free(took);
    qsort(ret->due, PACED_RUNS, sizeof ret->due[0], by_p99);
    qsort(ret->work, PACED_RUNS, sizeof ret->work[0], by_p99);
    qsort(ret->idle, PACED_RUNS, sizeof ret->idle[0], by_p99);
    return 0;
}

// Commands a second of the twin; negative when an event or the state differs.
static double twin_rate(struct session *session) {
    struct matching_twin *twin = calloc(1, sizeof *twin);
    struct matching_event *events = calloc(TWIN_EVENTS, sizeof *events);
    bool same = twin != NULL && events != NULL && book_start(session) == 0;
    double seconds = 0;
    if (same) matching_twin_init(twin, &config, events);
    for (uint32_t i = 0; i < LIVE + TWIN_COMMANDS && same; i++) {
        const struct matching_command *c = &session->commands[i];
        session->sink.count = 0;
        matching_apply(&session->book, c, &session->sink);
        double start = bench_now();
        matching_twin_apply(twin, c);
        if (i >= LIVE) seconds += bench_now() - start;
        same = twin->event_count == session->sink.count &&
               memcmp(events, session->events, twin->event_count * sizeof *events) == 0;
        if (same && i % 100 == 0) same = matching_hash(&session->book) == matching_twin_hash(twin);
    }
    free(twin);
    free(events);
    return same ? TWIN_COMMANDS / seconds : -1;
}

// What bench/peers/exchange_core.java reads.
static int write_commands(const struct session *session, const char *path) {
    FILE *file = fopen(path, "w");
    bool good = file != NULL;
    for (uint32_t i = 0; good && i < LIVE + COMMANDS; i++) {
        const struct matching_command *c = &session->commands[i];
        const int64_t size = c->tif == TIF_IOC ? -c->qty : c->qty;
        const int64_t row[] = {c->kind, (int64_t)c->order_id, c->owner, c->side, c->price, size};
        good = fwrite(row, sizeof row, 1, file) == 1;
    }
    if (file != NULL && fclose(file) != 0) good = false;
    return good ? 0 : -1;
}

// Prices and quantities of both sides from the best outwards.
static uint64_t digest_of(const struct matching *book) {
    static struct matching_quote quotes[PRICES];
    uint64_t digest = 0;
    for (int side = 1; side >= -1; side -= 2) {
        uint32_t count = matching_levels(book, side, quotes, PRICES);
        for (uint32_t i = 0; i < count; i++)
            digest = digest * 1000003 + (uint64_t)quotes[i].price * 31 + (uint64_t)quotes[i].qty;
    }
    return digest & INT64_MAX;
}

// exchange-core's book on the same commands: its trades and the book it leaves
// must be ours.
static int compare_peer(const struct session *session, struct bench_row *row) {
    char path[256], filling[16];
    snprintf(path, sizeof path, "%s/commands.bin", bench_directory());
    snprintf(filling, sizeof filling, "%d", LIVE);
    const char *args[] = {path, filling, "9", NULL};
    if (write_commands(session, path) < 0) return -1;
    json_t *object = bench_peer("exchange_core", args);
    bench_remove(path);
    if (object == NULL) return 0;
    bench_peer_fill(row, object, COMMANDS);
    struct matching_totals totals = matching_totals(&session->book);
    uint64_t digest = (uint64_t)json_integer_value(json_object_get(object, "digest"));
    uint64_t trades = (uint64_t)json_integer_value(json_object_get(object, "trades"));
    uint64_t traded = (uint64_t)json_integer_value(json_object_get(object, "traded"));
    bool same =
        trades == totals.trades && traded == totals.traded && digest == digest_of(&session->book);
    json_decref(object);
    size_t used = strlen(row->result_check);
    snprintf(row->result_check + used, sizeof row->result_check - used,
             "; trades, volume and book %s the peer's", same ? "equal" : "DIFFER FROM");
    return same ? 0 : BENCH_DIFFERS;
}

static void tell(const struct latencies *l, struct bench_row *row) {
    const struct latency *due = &l->due[PACED_RUNS / 2], *work = &l->work[PACED_RUNS / 2];
    const struct latency *idle = &l->idle[PACED_RUNS / 2], *best = &l->due[0];
    size_t used = strlen(row->result_check);
    snprintf(row->result_check + used, sizeof row->result_check - used,
             "; a command each us, median of %d runs: p50 %.2f us, p99 %.2f, "
             "p99.9 %.1f (best "
             "%.2f, %.2f, %.1f), of no command %.2f, %.2f, %.1f; the work alone "
             "%.2f, %.2f, %.2f",
             PACED_RUNS, due->p50, due->p99, due->p999, best->p50, best->p99, best->p999, idle->p50,
             idle->p99, idle->p999, work->p50, work->p99, work->p999);
}

static int measure(struct session *session, struct bench_row *row) {
    uint64_t hash = 0, first = 0, events = 0;
    static struct latencies latencies;
    bool same = true;
    double twin = twin_rate(session);
    (void)pass(session, &first, &events);
    struct matching_totals totals = matching_totals(&session->book);
    for (int i = 0; i < SAMPLES; i++) {
        row->samples[row->count++] = pass(session, &hash, &events);
        same = same && hash == first;
    }
    same = same && twin > 0 && totals.accepted == 2 * totals.traded + totals.canceled + totals.live;
    snprintf(row->result_check, sizeof row->result_check,
             "events and states of %d commands %s the plain twin's (%.2g M/s); "
             "%" PRIu64 " trades of %d commands",
             TWIN_COMMANDS, same ? "equal" : "DIFFER FROM", twin / 1e6, totals.trades, COMMANDS);
    if (!same) return BENCH_DIFFERS;
    int rc = compare_peer(session, row);
    if (measure_latencies(session, &latencies) < 0) return -1;
    tell(&latencies, row);
    return rc;
}

static int run(struct bench_row *row) {
    static struct session session;
    uint8_t digest[SHA256_SIZE];
    size_t size = (LIVE + COMMANDS) * sizeof *session.commands;
    row->unit = "commands/s";
    row->bigger_is_better = true;
    session.commands = malloc(size);
    int rc = session.commands == NULL ? -1 : arena_init(&session.arena, ARENA);
    if (rc == 0) {
        rc = make_all(&session, 11);
        sha256(session.commands, size, digest);
        sha256_print(row->input_sha256, digest);
        if (rc == 0) rc = measure(&session, row);
        arena_fini(&session.arena);
    }
    free(session.commands);
    return rc;
}

const struct bench bench_matching = {
    .name = "matching",
    .summary = "a matching engine: 1,000,000 commands, 1,000 orders at a time, "
               "latency at 1 M/s",
    .run = run,
};
