// SPDX-License-Identifier: Apache-2.0
#include "research/walkforward/account.h"

#include "base/check.h"
#include "base/timestamp.h"

struct watcher {
    const struct trial_config *config;
    const struct engine_phase *phases;
    uint32_t phase_count;
    uint32_t part; // that is being scored
    struct account *account;
    struct score score;
    struct score_position *positions; // [instruments]
    struct account_mark last;
    bool marked;
    int64_t day_end_ns;
    uint64_t point_max;
};

static double mantissa(money_t money) {
    return (double)money.m;
}

static void end_part(struct watcher *watcher) {
    const struct engine_config *engine = watcher->config->engine;
    int decimals = engine->instruments->currencies[engine->account_currency].decimals;
    money_t equity = watcher->marked ? watcher->last.equity : watcher->config->capital;
    score_end(&watcher->score, equity, decimals, watcher->config->days_a_year,
              &watcher->account->parts[watcher->part]);
}

// Parts that end before an instant; the next begins with the mark that they end with.
static void pass_parts(struct watcher *watcher, int64_t ts_ns) {
    while (watcher->part + 1 < watcher->phase_count &&
           watcher->phases[watcher->part + 1].from_ns <= ts_ns) {
        end_part(watcher);
        watcher->part++;
        score_init(&watcher->score, NULL, 0);
        if (watcher->marked)
            score_mark(&watcher->score, watcher->last.ts_ns, mantissa(watcher->last.equity),
                       watcher->last.gross.m != 0);
    }
}

static void add_point(struct watcher *watcher, const struct account_mark *mark) {
    struct account *account = watcher->account;
    CHECK(account->point_count < watcher->point_max);
    account->points[account->point_count++] =
        (struct account_point){.ts_ns = mark->ts_ns, .equity = mantissa(mark->equity)};
}

// The start may be all that there is of its day.
static void add_last(struct watcher *watcher) {
    const struct account *account = watcher->account;
    if (account->points[account->point_count - 1].ts_ns != watcher->last.ts_ns)
        add_point(watcher, &watcher->last);
}

// A day as score.h has it: a mark at 00:00 belongs to the day that ends.
static int64_t day_end(int64_t ts_ns) {
    int64_t day = (ts_ns - 1) / NS_PER_DAY - (ts_ns - 1 < 0 && (ts_ns - 1) % NS_PER_DAY != 0);
    return (day + 1) * NS_PER_DAY;
}

static void on_mark(void *self, const struct account_mark *mark) {
    struct watcher *watcher = self;
    pass_parts(watcher, mark->ts_ns);
    if (!watcher->marked) {
        add_point(watcher, mark);
        watcher->day_end_ns = day_end(mark->ts_ns);
    } else if (mark->ts_ns > watcher->day_end_ns) {
        add_last(watcher);
        watcher->day_end_ns = day_end(mark->ts_ns);
    }
    watcher->last = *mark;
    watcher->marked = true;
    score_mark(&watcher->score, mark->ts_ns, mantissa(mark->equity), mark->gross.m != 0);
}

static void on_fill(void *self, uint32_t instrument, const struct score_fill *fill) {
    struct watcher *watcher = self;
    pass_parts(watcher, fill->ts_ns);
    score_fill(&watcher->score, &watcher->positions[instrument], fill);
}

int account_run(struct account *account, struct arena *arena, struct trial *trial,
                const struct trial_config *config, const struct engine_phase *phases,
                uint32_t phase_count) {
    CHECK(phase_count > 0);
    struct account made = {0};
    struct trial_config own = *config;
    struct watcher watcher = {.config = &own,
                              .phases = phases,
                              .phase_count = phase_count,
                              .account = &made,
                              .point_max = log_days(config->log, phases[0].from_ns, NULL) + 2};
    struct trial_watch watch = {.mark = on_mark, .fill = on_fill, .self = &watcher};
    made.parts = ARENA_NEW(arena, struct score_result, phase_count);
    made.points = ARENA_NEW(arena, struct account_point, watcher.point_max);
    watcher.positions = ARENA_NEW(arena, struct score_position, config->engine->instruments->count);
    if (made.parts == NULL || made.points == NULL || watcher.positions == NULL) return ERR_NOMEM;
    own.from_ns = phases[0].from_ns;
    own.phases = phases;
    own.phase_count = phase_count;
    own.watch = &watch;
    score_init(&watcher.score, NULL, 0);
    TRY(trial_run(trial, &own, phases[0].params, NULL, 0, &made.total));
    pass_parts(&watcher, INT64_MAX);
    end_part(&watcher);
    if (watcher.marked) add_last(&watcher);
    *account = made;
    return 0;
}
