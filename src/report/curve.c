// SPDX-License-Identifier: Apache-2.0
#include "report/curve.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "report/report.h"

static void start(struct curve *curve, int64_t ts_ns, money_t equity);
static inline void add_point(struct curve *curve, int64_t ts_ns, money_t equity);
static inline void add_leverage(struct curve_leverage *leverage, money_t equity, money_t gross);
static void begin_point(struct curve *curve, int64_t ts_ns, money_t equity);
static inline void stretch_point(struct curve *curve, const struct account_mark *marks, int count);
static void finish_point(struct curve *curve);
static void merge_pairs(struct curve *curve);
static void follow_drawdown(struct curve *curve, int64_t ts_ns, money_t equity);
static void keep_drawdown(struct curve *curve);

void curve_init(struct curve *curve) {
    memset(curve, 0, sizeof *curve);
    curve->stride = curve->filled = 1; // the first mark begins a point
}

void curve_fini(struct curve *curve) {
    arena_fini(&curve->memory);
    free(curve->days);
    memset(curve, 0, sizeof *curve);
}

// A 128-bit conversion is a call; nearly every amount fits 64 bits, where it is one instruction.
static double fast_double(money_t money) {
    int64_t narrow = (int64_t)money.m;
    return LIKELY(narrow == money.m) ? (double)narrow : (double)money.m;
}

void curve_mark(struct curve *curve, int64_t ts_ns, money_t equity, money_t gross) {
    if (UNLIKELY(curve->marks == 0)) start(curve, ts_ns, equity);
    DCHECK(ts_ns >= curve->last.ts_ns);
    add_point(curve, ts_ns, equity);
    follow_drawdown(curve, ts_ns, equity);
    if (gross.m != 0) add_leverage(&curve->leverage, equity, gross);
    curve->marks++;
    curve->last = (struct account_mark){.equity = equity, .gross = gross, .ts_ns = ts_ns};
    // The first instant is where the curve starts: a day begins with the mark after it.
    curve->day_open = curve->day_open || ts_ns > curve->start_ns;
    if (ts_ns == curve->start_ns) curve->base = equity;
}

// A flow and the start of a day concern the first mark alone.
void curve_marks(struct curve *curve, const struct account_mark *marks, int count) {
    if (count == 0) return;
    curve_mark(curve, marks->ts_ns, marks->equity, marks->gross);
    const struct account_mark *mark = marks + 1, *end = marks + count;
    while (mark < end) {
        uint64_t room = curve->filled < curve->stride ? curve->stride - curve->filled : 0;
        if (LIKELY(room > 0)) {
            int more = room < (uint64_t)(end - mark) ? (int)room : (int)(end - mark);
            stretch_point(curve, mark, more);
            mark += more;
            continue;
        }
        curve->last = mark[-1];
        begin_point(curve, mark->ts_ns, mark->equity);
        follow_drawdown(curve, mark->ts_ns, mark->equity);
        if (mark->gross.m != 0) add_leverage(&curve->leverage, mark->equity, mark->gross);
        mark++;
    }
    curve->marks += (uint64_t)count - 1;
    curve->last = marks[count - 1];
    curve->day_open = curve->day_open || curve->last.ts_ns > curve->start_ns;
}

void curve_flow(struct curve *curve, money_t amount) {
    if (curve->marks == 0) return;
    curve->base = money_add(curve->base, amount);
    curve->current.peak = money_add(curve->current.peak, amount);
    curve->current.trough = money_add(curve->current.trough, amount);
}

int curve_close_day(struct curve *curve) {
    if (curve->error < 0) return curve->error;
    if (!curve->day_open) return 0;
    if (curve->day_count == curve->day_capacity) {
        if (curve->day_count == REPORT_DAYS_MAX)
            return ERR_SET(ERR_FULL, "a report holds at most %d days", REPORT_DAYS_MAX);
        size_t capacity = curve->day_capacity == 0 ? 512 : curve->day_capacity * 2;
        if (capacity > REPORT_DAYS_MAX) capacity = REPORT_DAYS_MAX;
        struct curve_day *days = realloc(curve->days, capacity * sizeof *days);
        if (days == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu days", capacity);
        curve->days = days;
        curve->day_capacity = capacity;
    }
    curve->days[curve->day_count++] = (struct curve_day){
        .equity = curve->last.equity,
        .gross = curve->last.gross,
        .base = curve->base,
        .ts_ns = curve->last.ts_ns,
        .date = curve_date(curve->last.ts_ns),
    };
    curve->base = curve->last.equity;
    curve->day_open = false;
    return 0;
}

int curve_end(struct curve *curve) {
    TRY(curve_close_day(curve));
    if (curve->marks > 0) keep_drawdown(curve);
    finish_point(curve);
    return 0;
}

int32_t curve_date(int64_t ts_ns) {
    return date_of_ns(ts_ns - 1);
}

static inline void add_leverage(struct curve_leverage *leverage, money_t equity, money_t gross) {
    leverage->marks++;
    double worth = fast_double(equity);
    double ratio = worth > 0 ? fast_double(gross) / worth : 0;
    leverage->sum += ratio;
    if (ratio > leverage->max) leverage->max = ratio;
}

static void start(struct curve *curve, int64_t ts_ns, money_t equity) {
    curve->start = equity;
    curve->start_ns = ts_ns;
    curve->base = equity;
    curve->last.ts_ns = ts_ns;
    curve->current = (struct curve_drawdown){
        .peak = equity, .trough = equity, .peak_ns = ts_ns, .trough_ns = ts_ns};
}

// A curve that has no memory keeps no points and says so at the end.
static bool make_room(struct curve *curve) {
    if (curve->point_count > 0) {
        merge_pairs(curve);
        return true;
    }
    if (curve->error == 0)
        curve->error = arena_init(&curve->memory, CURVE_POINTS_MAX * sizeof *curve->points);
    if (curve->error < 0) return false;
    curve->points = ARENA_NEW(&curve->memory, struct curve_point, CURVE_POINTS_MAX);
    curve->point_capacity = CURVE_POINTS_MAX;
    return true;
}

// What a point says of its last mark is written when the next one begins, or the curve ends.
static void finish_point(struct curve *curve) {
    if (curve->point_count == 0) return;
    struct curve_point *point = &curve->points[curve->point_count - 1];
    point->equity = curve->last.equity;
    point->gross = curve->last.gross;
    point->ts_ns = curve->last.ts_ns;
}

static void begin_point(struct curve *curve, int64_t ts_ns, money_t equity) {
    finish_point(curve);
    if (UNLIKELY(curve->point_count == curve->point_capacity) && !make_room(curve)) return;
    curve->points[curve->point_count++] =
        (struct curve_point){.low = equity, .high = equity, .first_ns = ts_ns};
    curve->filled = 1;
}

static inline void add_point(struct curve *curve, int64_t ts_ns, money_t equity) {
    if (UNLIKELY(curve->filled >= curve->stride)) {
        begin_point(curve, ts_ns, equity);
        return;
    }
    struct curve_point *point = &curve->points[curve->point_count - 1];
    point->low.m = equity.m < point->low.m ? equity.m : point->low.m;
    point->high.m = equity.m > point->high.m ? equity.m : point->high.m;
    curve->filled++;
}

// Marks that the last point has room for; what they change is kept at hand. An account that is flat and worth what it
// was at the mark before has only grown older.
static inline void stretch_point(struct curve *curve, const struct account_mark *marks, int count) {
    struct curve_point *point = &curve->points[curve->point_count - 1];
    struct curve_leverage leverage = curve->leverage;
    money_t low = point->low, high = point->high;
    for (const struct account_mark *mark = marks; mark < marks + count; mark++) {
        money_t equity = mark->equity;
        if (mark->gross.m == 0 && equity.m == mark[-1].equity.m) continue;
        low.m = equity.m < low.m ? equity.m : low.m;
        high.m = equity.m > high.m ? equity.m : high.m;
        if (equity.m >= curve->current.peak.m || equity.m < curve->current.trough.m)
            follow_drawdown(curve, mark->ts_ns, equity);
        if (mark->gross.m != 0) add_leverage(&leverage, equity, mark->gross);
    }
    point->low = low;
    point->high = high;
    curve->leverage = leverage;
    curve->filled += (uint64_t)count;
}

static void merge_pairs(struct curve *curve) {
    for (size_t i = 0; i < CURVE_POINTS_MAX / 2; i++) {
        struct curve_point a = curve->points[2 * i], b = curve->points[2 * i + 1];
        if (a.low.m < b.low.m) b.low = a.low;
        if (a.high.m > b.high.m) b.high = a.high;
        b.first_ns = a.first_ns;
        curve->points[i] = b;
    }
    curve->point_count = CURVE_POINTS_MAX / 2;
    curve->stride *= 2;
}

static void follow_drawdown(struct curve *curve, int64_t ts_ns, money_t equity) {
    struct curve_drawdown *current = &curve->current;
    if (equity.m >= current->peak.m) {
        if (current->trough.m < current->peak.m) {
            current->recovery_ns = ts_ns;
            keep_drawdown(curve);
            current->peak_ns = ts_ns;
        } else if (equity.m > current->peak.m) {
            current->peak_ns = ts_ns;
        }
        current->peak = equity;
        current->trough = equity;
        current->trough_ns = ts_ns;
        current->recovery_ns = 0;
    } else if (equity.m < current->trough.m) {
        current->trough = equity;
        current->trough_ns = ts_ns;
    }
}

static void keep_drawdown(struct curve *curve) {
    struct curve_drawdown drawdown = curve->current;
    if (drawdown.trough.m >= drawdown.peak.m || drawdown.peak.m <= 0) return;
    drawdown.depth = fast_double(drawdown.trough) / fast_double(drawdown.peak) - 1;
    size_t place = curve->drawdown_count;
    while (place > 0 && drawdown.depth < curve->drawdowns[place - 1].depth) place--;
    if (place == CURVE_DRAWDOWNS_MAX) return;
    if (curve->drawdown_count < CURVE_DRAWDOWNS_MAX) curve->drawdown_count++;
    for (size_t i = curve->drawdown_count - 1; i > place; i--)
        curve->drawdowns[i] = curve->drawdowns[i - 1];
    curve->drawdowns[place] = drawdown;
}
