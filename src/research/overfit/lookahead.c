// SPDX-License-Identifier: Apache-2.0
#include "research/overfit/lookahead.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/timestamp.h"

enum { WORDS_MAX = 1 << 18, WEEKS = 52 };
#define MOVED_NS ((int64_t)WEEKS * 7 * NS_PER_DAY)

static const char *const names[LOOKAHEAD_KINDS] = {"again", "cut", "changed", "moved"};

const char *lookahead_name(enum lookahead_kind kind) {
    return names[kind];
}

struct speech {
    struct lookahead_word *words; // [WORDS_MAX]
    uint64_t count;
    bool full;
};

struct work {
    const struct trial_config *config;
    struct trial *trial;
    struct arena *arena;
    struct log_index index;
    struct speech first;
    struct speech then;
    struct lookahead *found;
};

static void on_event(void *self, const struct event_header *event) {
    struct speech *speech = self;
    if (event->kind != EVENT_TARGET && event->kind != EVENT_SUBMIT && event->kind != EVENT_CANCEL &&
        event->kind != EVENT_REPLACE)
        return;
    if (speech->count == WORDS_MAX) {
        speech->full = true;
        return;
    }
    struct target_event target = {.weight = NAN};
    if (event->kind == EVENT_TARGET) memcpy(&target, event, sizeof target);
    speech->words[speech->count++] = (struct lookahead_word){
        .ts_ns = event->ts_ns,
        .hash = hash64(event->kind, (const unsigned char *)event + sizeof *event,
                       event->size - sizeof *event),
        .weight = target.weight,
        .kind = event->kind,
        .instrument = event->instrument,
    };
}

static int listen(struct work *work, const struct log *log, struct speech *speech) {
    struct trial_watch watch = {.event = on_event, .self = speech};
    struct trial_config config = *work->config;
    struct score_result result;
    speech->count = 0;
    config.log = log;
    config.watch = &watch;
    TRY(trial_run(work->trial, &config, config.engine->strategies[0].params, NULL, 0, &result));
    if (!speech->full) return 0;
    return ERR_SET(ERR_FULL, "the run decides more than %d times; take less data", WORDS_MAX);
}

static bool same(const struct lookahead_word *a, const struct lookahead_word *b, int64_t moved_ns) {
    return a->ts_ns + moved_ns == b->ts_ns && a->hash == b->hash && a->kind == b->kind &&
           a->instrument == b->instrument;
}

// Holds what was said up to a moment against each other.
static void compare(struct work *work, enum lookahead_kind kind, int64_t until_ns,
                    int64_t moved_ns) {
    struct lookahead_finding *finding = &work->found->findings[kind];
    uint64_t at = 0;
    finding->runs++;
    while (true) {
        const struct lookahead_word *first = &work->first.words[at], *then = &work->then.words[at];
        bool has_first = at < work->first.count && first->ts_ns <= until_ns;
        bool has_then = at < work->then.count && then->ts_ns - moved_ns <= until_ns;
        if (!has_first && !has_then) return;
        if (has_first && has_then && same(first, then, moved_ns)) {
            at++;
            continue;
        }
        if (finding->differ++ > 0) return;
        finding->moment_ns = until_ns;
        finding->has_first = has_first;
        finding->has_then = has_then;
        if (has_first) finding->first = *first;
        if (has_then) finding->then = *then;
        return;
    }
}

static int copy_log(struct work *work, struct log *ret_log) {
    *ret_log = *work->config->log;
    ret_log->bytes = arena_alloc(work->arena, ret_log->size, 16);
    if (ret_log->bytes == NULL) return ERR_APPEND(ERR_NOMEM, "while copying the data");
    memcpy(ret_log->bytes, work->config->log->bytes, ret_log->size);
    return 0;
}

static price_t scaled(price_t price, int64_t parts, int64_t tick) {
    int64_t ticks = (int64_t)((int128_t)price.m * parts / 6 / tick);
    return PRICE(ticks < 1 ? tick : ticks * tick);
}

// Every bar from a place on, nine and four sixths as high in turn.
static void change_future(const struct work *work, struct log *log, size_t at) {
    for (uint64_t i = 0; at < log->size; i++) {
        struct bar_event *event = (void *)(log->bytes + at);
        if (event->header.kind == EVENT_BAR) {
            int64_t tick =
                work->config->engine->instruments->items[event->header.instrument].tick.m;
            int64_t parts = i % 2 == 0 ? 9 : 4;
            struct bar *bar = &event->bar;
            bar->open = scaled(bar->open, parts, tick);
            bar->high = scaled(bar->high, parts, tick);
            bar->low = scaled(bar->low, parts, tick);
            bar->close = scaled(bar->close, parts, tick);
        }
        at = log_next(&event->header, at);
    }
}

static void move_times(struct log *log) {
    for (size_t at = 0; at < log->size;) {
        struct bar_event *event = (void *)(log->bytes + at);
        event->header.ts_ns += MOVED_NS;
        if (event->header.kind == EVENT_BAR) {
            event->bar.open_ns += MOVED_NS;
            event->bar.close_ns += MOVED_NS;
        }
        at = log_next(&event->header, at);
    }
    log->first_ns += MOVED_NS;
    log->last_ns += MOVED_NS;
}

static int look_at(struct work *work, int64_t moment_ns) {
    uint64_t end = log_index_find(&work->index, moment_ns + 1);
    struct log log;
    if (end == work->index.count) return 0; // nothing follows
    log = log_index_slice(&work->index, 0, end);
    TRY(listen(work, &log, &work->then));
    compare(work, LOOKAHEAD_CUT, moment_ns, 0);
    size_t used = work->arena->used;
    TRY(copy_log(work, &log));
    change_future(work, &log, work->index.instants[end].at);
    TRY(listen(work, &log, &work->then));
    compare(work, LOOKAHEAD_CHANGED, moment_ns, 0);
    arena_rewind(work->arena, used);
    return 0;
}

// Decisions spread evenly over all of them; each moment once.
static int look_at_moments(struct work *work, uint32_t moments) {
    int64_t before_ns = INT64_MIN;
    for (uint32_t i = 0; i < moments && work->first.count > 0; i++) {
        int64_t moment_ns = work->first.words[(work->first.count - 1) * i / moments].ts_ns;
        if (moment_ns == before_ns) continue;
        before_ns = moment_ns;
        TRY(look_at(work, moment_ns));
        work->found->moments++;
    }
    return 0;
}

static int look(struct work *work, uint32_t moments) {
    struct log moved;
    TRY(listen(work, work->config->log, &work->first));
    work->found->words = work->first.count;
    TRY(listen(work, work->config->log, &work->then));
    compare(work, LOOKAHEAD_AGAIN, INT64_MAX, 0);
    TRY(look_at_moments(work, moments));
    TRY(copy_log(work, &moved));
    move_times(&moved);
    TRY(listen(work, &moved, &work->then));
    compare(work, LOOKAHEAD_MOVED, INT64_MAX - MOVED_NS, MOVED_NS);
    return 0;
}

int lookahead_of(const struct trial_config *config, struct trial *trial, uint32_t moments,
                 struct arena *arena, struct lookahead *ret_lookahead) {
    struct lookahead found = {0};
    struct work work = {.config = config, .trial = trial, .arena = arena, .found = &found};
    size_t used = arena->used;
    work.first.words = ARENA_NEW(arena, struct lookahead_word, WORDS_MAX);
    work.then.words = ARENA_NEW(arena, struct lookahead_word, WORDS_MAX);
    if (work.first.words == NULL || work.then.words == NULL) return ERR_NOMEM;
    TRY(log_index_make(&work.index, arena, config->log));
    TRY(look(&work, moments));
    *ret_lookahead = found;
    arena_rewind(arena, used);
    return 0;
}
