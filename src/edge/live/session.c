// SPDX-License-Identifier: Apache-2.0
#include "edge/live/session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "edge/live/session_state.h"

#define ARENA_SIZE ((size_t)2 << 30) // address space
enum { PUBLISH_HZ = 20, PUBLISH_HZ_MAX = 1000, TAP_CAPACITY = 16384, STORE_CYCLE_NS = 5000000 };

const char *session_state_name(uint32_t state) {
    static const char *const names[SESSION_STATE_COUNT] = {"stopped", "paused", "running",
                                                           "waiting", "ended",  "broken"};
    return state < SESSION_STATE_COUNT ? names[state] : NULL;
}

void session_notify(struct session *session) {
    if (session->wake == NULL || atomic_exchange(&session->woken, 1) != 0) return;
    session->wake(session->wake_self);
}

void session_woken(struct session *session) {
    atomic_store(&session->woken, 0);
}

const struct session_info *session_info(const struct session *session) {
    return &session->info;
}

static int check_options(const struct session_options *options, const struct session_desk *desk) {
    uint64_t capacity = options->tap_capacity;
    if (!(options->pace >= 0 && options->pace <= 1e12))
        return ERR_SET(ERR_ARGUMENT, "pace: 0 (as fast as possible) or above, at most 1e12");
    if (options->publish_hz > PUBLISH_HZ_MAX)
        return ERR_SET(ERR_ARGUMENT, "a read model is published at most %d times a second",
                       PUBLISH_HZ_MAX);
    if ((capacity & (capacity - 1)) != 0 || capacity > 1 << 20)
        return ERR_SET(ERR_ARGUMENT, "a tap's capacity is a power of two, at most 1,048,576");
    if (options->durability > SESSION_DURABLE_JOURNAL)
        return ERR_SET(ERR_ARGUMENT, "there is no durability %u", options->durability);
    if (options->durability == SESSION_DURABLE_JOURNAL && options->folder == NULL)
        return ERR_SET(ERR_ARGUMENT, "durability journal needs a folder for the journal");
    CHECK(desk->engine != NULL);
    CHECK(desk->feeds.feed_count > 0 || (desk->exchange != NULL && desk->source.fill != NULL));
    return 0;
}

static void fill_info(struct session *session, const struct session_options *options) {
    const struct session_desk *desk = &session->desk;
    session->info = (struct session_info){
        .instruments = desk->instruments,
        .strategies = desk->strategies,
        .strategy_count = desk->strategy_count,
        .manual = desk->manual,
        .account_currency = desk->account_currency,
        .durability = options->durability,
        .money_decimals = desk->instruments->currencies[desk->account_currency].decimals,
        .run_id = desk->run_id,
        .market_events = desk->market_events,
    };
    snprintf(session->info.name, sizeof session->info.name, "%s", options->name);
}

static int init_outputs(struct session *session, const struct session_options *options) {
    struct arena *arena = &session->arena;
    struct session_past *past = &session->past;
    uint64_t capacity = options->tap_capacity != 0 ? options->tap_capacity : TAP_CAPACITY;
    past->strategies = ARENA_NEW(arena, struct session_strategy, session->desk.strategy_count);
    past->rules = ARENA_NEW(arena, struct session_rule, risk_rule_count());
    session->pending = ARENA_NEW(arena, struct session_result, SESSION_RESULTS);
    session->ready = ARENA_NEW(arena, struct session_result, SESSION_READY_MAX);
    if (past->strategies == NULL || past->rules == NULL || session->pending == NULL ||
        session->ready == NULL)
        return ERR_APPEND(ERR_NOMEM, "for a session");
    TRY(cells_init(&session->results, arena, SESSION_RESULTS, sizeof(struct session_result)));
    TRY(cells_init(&session->tap, arena, capacity, sizeof(union event)));
    TRY(mpsc_init(&session->urgent, arena, SESSION_URGENT_MAX, sizeof(struct queued)));
    TRY(mpsc_init(&session->normal, arena, SESSION_NORMAL_MAX, sizeof(struct queued)));
    return session_mirror_init(session);
}

int session_make_folder(const char *folder) {
    if (mkdir(folder, 0700) == 0 || errno == EEXIST) return 0;
    if (errno == ENOENT) {
        char parent[4096];
        snprintf(parent, sizeof parent, "%s", folder);
        char *slash = strrchr(parent, '/');
        if (slash != NULL && slash != parent) {
            *slash = '\0';
            TRY(io_make_dirs(parent));
        }
        if (mkdir(folder, 0700) == 0 || errno == EEXIST) return 0;
    }
    return ERR_SET(ERR_IO, "%s: %s", folder, strerror(errno));
}

static int lock_folder(struct session *session, const char *folder) {
    char path[4200];
    snprintf(path, sizeof path, "%s/lock", folder);
    TRY(io_open(path, O_RDWR | O_CREAT, 0600, &session->lock_fd));
    if (flock(session->lock_fd, LOCK_EX | LOCK_NB) == 0) return 0;
    if (errno == EWOULDBLOCK) return ERR_SET(ERR_STATE, "%s is open in another session", folder);
    return ERR_SET(ERR_IO, "%s: %s", path, strerror(errno));
}

// A journal that was begun and not even described is none.
static int begin_journal(struct session *session, const char *path) {
    const struct session_desk *desk = &session->desk;
    struct journal_reader *reader;
    int rc = journal_open(path, &reader);
    if (rc == 0) {
        journal_reader_close(reader);
        return session_recover(session, path);
    }
    if (rc == ERR_TRUNCATED) rc = io_remove(path);
    if (rc < 0 && rc != ERR_NOT_FOUND) return rc;
    return journal_create(path, desk->run_id, desk->description, desk->description_size,
                          &session->keeper.journal);
}

static int init_journal(struct session *session, const struct session_options *options) {
    if (options->folder == NULL) return 0;
    uint64_t size = SESSION_LANE;
    while (size / SESSION_LANE_PARTS < 2 * engine_outputs(session->desk.engine)->capacity)
        size *= 2;
    session->lane_reserve = size / SESSION_LANE_PARTS;
    session->has_journal = true;
    TRY(session_make_folder(options->folder));
    TRY(lock_folder(session, options->folder));
    int len = snprintf(session->info.journal, sizeof session->info.journal, "%s/" SESSION_JOURNAL,
                       options->folder);
    if (len < 0 || (size_t)len >= sizeof session->info.journal)
        return ERR_SET(ERR_RANGE, "%s: the path is too long", options->folder);
    TRY(keeper_init(&session->keeper, &session->arena, size, &session->waker));
    session->keeper.syncs = options->durability == SESSION_DURABLE_JOURNAL;
    TRY(begin_journal(session, session->info.journal));
    keeper_begin(&session->keeper, session->info.recovered_seq);
    return 0;
}

// Where the clock stands before it moves.
static int init_clock(struct session *session, const struct session_options *options) {
    int64_t next_ns = 0;
    TRY(session_data_next(session, &next_ns));
    bool fresh = session_data_market(session) == 0 && next_ns != 0;
    session->clock_ns = fresh ? next_ns : session_data_now_ns(session);
    session->clock = (struct session_clock){.pace = options->pace, .until_ns = INT64_MAX};
    session->state = options->paused ? SESSION_PAUSED : SESSION_RUNNING;
    uint32_t hz = options->publish_hz != 0 ? options->publish_hz : PUBLISH_HZ;
    session->publish_ns = 1000000000 / hz;
    return 0;
}

static int build(struct session *session, const struct session_options *options) {
    session->positions_max =
        options->positions_max != 0 ? options->positions_max : SESSION_POSITIONS;
    TRY(check_options(options, &session->desk));
    fill_info(session, options);
    session->wake = options->wake;
    session->wake_self = options->wake_self;
    TRY(waker_open(&session->waker));
    TRY(arena_init(&session->arena, ARENA_SIZE));
    TRY(init_outputs(session, options));
    TRY(session_data_open(session));
    TRY(init_journal(session, options));
    TRY(init_clock(session, options));
    arena_seal(&session->arena);
    session->hash = engine_state_hash(session->desk.engine);
    session->hash_seq = session_data_seq(session);
    session->mirror.due = true;
    (void)session_publish(session, session_mono_ns());
    return 0;
}

int session_open(const struct session_options *options, const struct session_desk *desk,
                 struct session **ret_session) {
    struct session *session = aligned_alloc(RING_LINE, sizeof *session);
    if (session == NULL) {
        if (desk->close != NULL) desk->close(desk->self);
        return ERR_SET(ERR_NOMEM, "no memory for a session");
    }
    memset(session, 0, sizeof *session);
    session->desk = *desk;
    session->lock_fd = session->waker.fd = session->keeper.waker.fd = -1;
    int rc = build(session, options);
    if (rc < 0) {
        session_close(session);
        return rc;
    }
    *ret_session = session;
    return 0;
}

static void *core_main(void *self) {
    struct session *session = self;
    while (!atomic_load_explicit(&session->stop_core, memory_order_acquire)) {
        if (session_core_work(session, session_mono_ns()) > 0) continue;
        waker_arm(&session->waker);
        int64_t now_ns = session_mono_ns();
        int64_t sleep_ns = session_core_sleep_ns(session, now_ns);
        if (session_core_work(session, now_ns) > 0 || sleep_ns == 0 ||
            atomic_load_explicit(&session->stop_core, memory_order_acquire))
            waker_disarm(&session->waker);
        else
            waker_wait(&session->waker, sleep_ns);
    }
    return NULL;
}

static void *store_main(void *self) {
    struct session *session = self;
    struct keeper *keeper = &session->keeper;
    while (!atomic_load_explicit(&session->stop_store, memory_order_acquire)) {
        if (keeper_work(keeper, session_mono_ns()) > 0) continue;
        waker_arm(&keeper->waker);
        if (keeper_work(keeper, session_mono_ns()) > 0)
            waker_disarm(&keeper->waker);
        else
            waker_wait(&keeper->waker, STORE_CYCLE_NS);
    }
    return NULL;
}

// Signals are the program's: none is taken by these threads.
static int start_thread(pthread_t *thread, void *(*run)(void *), void *self) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(thread, NULL, run, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc == 0 ? 0 : ERR_SET(ERR_IO, "a session's thread cannot start: %s", strerror(rc));
}

static void stop_store(struct session *session) {
    if (!session->has_journal) return;
    atomic_store_explicit(&session->stop_store, 1, memory_order_release);
    waker_rouse(&session->keeper.waker);
    pthread_join(session->store_thread, NULL);
}

int session_start(struct session *session) {
    if (session->started) return ERR_SET(ERR_STATE, "the session runs already");
    atomic_store(&session->stop_core, 0);
    atomic_store(&session->stop_store, 0);
    session->started = true;
    session_clock_anchor(session, session_mono_ns());
    session->mirror.due = true;
    int rc = 0;
    if (session->has_journal) rc = start_thread(&session->store_thread, store_main, session);
    if (rc == 0) {
        rc = start_thread(&session->core_thread, core_main, session);
        if (rc < 0) stop_store(session);
    }
    if (rc < 0) session->started = false;
    return rc;
}

int session_stop(struct session *session) {
    if (!session->started) return 0;
    atomic_store_explicit(&session->stop_core, 1, memory_order_release);
    waker_rouse(&session->waker);
    pthread_join(session->core_thread, NULL);
    int64_t now_ns = session_mono_ns();
    uint32_t state = session->state;
    session_pause(session, now_ns, state == SESSION_ENDED ? SESSION_ENDED : SESSION_PAUSED);
    stop_store(session);
    if (session->has_journal && keeper_settle(&session->keeper, now_ns) < 0)
        session_break(session, atomic_load(&session->keeper.error));
    session_finish_pending(session, now_ns);
    session_fail_all(session);
    session->started = false;
    session->mirror.due = true;
    (void)session_publish(session, now_ns);
    if (session->error == 0) session->state = state == SESSION_WAITING ? SESSION_RUNNING : state;
    return session->error == 0 ? 0 : ERR_SET(session->error, "%s", session->story);
}

void session_close(struct session *session) {
    if (session == NULL) return;
    atomic_store(&session->closed, 1);
    (void)!session_stop(session);
    if (session->keeper.journal != NULL) (void)!keeper_close(&session->keeper);
    waker_close(&session->keeper.waker);
    waker_close(&session->waker);
    session_view_free(session->mirror.draft);
    if (session->arena.base != NULL) arena_fini(&session->arena);
    if (session->desk.close != NULL) session->desk.close(session->desk.self);
    if (session->lock_fd >= 0) close(session->lock_fd);
    free(session);
}

void session_sums(const struct session *session, struct backtest_result *ret_result) {
    CHECK(!session->started);
    session_data_result(session, ret_result);
}

int session_command(struct session *session, const struct session_command *command,
                    uint64_t *ret_ticket) {
    if (session_verb_name(command->verb) == NULL)
        return ERR_SET(ERR_ARGUMENT, "there is no command %u", command->verb);
    if (atomic_load(&session->closed)) return ERR_SET(ERR_STATE, "the session is closed");
    struct queued queued = {.at_ns = session_mono_ns(), .command = *command};
    queued.ticket = atomic_fetch_add(&session->tickets, 1) + 1;
    bool stops = session_ends_waiting(command);
    if (stops) atomic_fetch_add(&session->stops_waiting, 1);
    bool taken = mpsc_push(
        session_verb_is_urgent(command->verb) ? &session->urgent : &session->normal, &queued);
    if (!taken) {
        if (stops) atomic_fetch_sub(&session->stops_waiting, 1);
        return ERR_SET(ERR_FULL, "too many commands wait for the session");
    }
    *ret_ticket = queued.ticket;
    waker_rouse(&session->waker);
    return 0;
}

int session_result(struct session *session, uint64_t ticket, struct session_result *ret_result) {
    uint64_t latest = atomic_load_explicit(&session->tickets, memory_order_acquire);
    if (ticket == 0 || ticket > latest) return ERR_NOT_FOUND;
    enum cells_found found = cells_read(&session->results, ticket, ret_result);
    if (found == CELLS_FOUND) return 1;
    return found == CELLS_OVER || latest - ticket >= SESSION_RESULTS ? ERR_NOT_FOUND : 0;
}

int session_wait(struct session *session, uint64_t ticket, int64_t timeout_ns,
                 struct session_result *ret_result) {
    int64_t end_ns = session_mono_ns() + timeout_ns;
    while (true) {
        int rc = session_result(session, ticket, ret_result);
        if (rc != 0 || session_mono_ns() >= end_ns) return rc;
        nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
    }
}

void session_tap_init(struct session_tap *tap, const struct session *session, uint64_t next) {
    uint64_t tail = atomic_load_explicit(&session->tap_tail, memory_order_acquire);
    *tap = (struct session_tap){.session = session, .next = next != 0 ? next : tail + 1};
}

int session_tap_read(struct session_tap *tap, union event *ret_event, uint64_t *ret_number) {
    const struct session *session = tap->session;
    uint64_t tail = atomic_load_explicit(&session->tap_tail, memory_order_acquire);
    if (tap->next > tail) return 0;
    if (cells_read(&session->tap, tap->next, ret_event) == CELLS_FOUND) {
        *ret_number = tap->next++;
        return 1;
    }
    // It was overtaken: half of what is kept stays ahead of the writer.
    tail = atomic_load_explicit(&session->tap_tail, memory_order_acquire);
    uint64_t half = (session->tap.mask + 1) / 2;
    if (tail > half && tail - half + 1 > tap->next) tap->next = tail - half + 1;
    return ERR_RANGE;
}
