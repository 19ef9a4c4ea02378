// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/frames.h"

#include <math.h>
#include <string.h>

#include "quant/indicator/indicator.h"

enum { STAMP_END, STAMP_BEGIN };
enum { WEIGHTS_RANK, WEIGHTS_EQUAL };

static const double lengths[FRAMES_MAX] = {60, 300, 900, 1800, 3600, 14400, 86400};

_Static_assert((FRAMES_MAX * FRAMES_SWINGS_MAX) <= LEVELS_MAX, "room for every swing");
_Static_assert(sizeof(struct frame_view) % 8 == 0 && sizeof(struct frames) % 8 == 0,
               "hashed as bytes");

const struct param frames_params[FRAMES_PARAM_COUNT] = {FRAMES_ROWS("")};

const char *frames_fault(const double *params) {
    return params[FRAMES_FAST] < params[FRAMES_SLOW] ? NULL : "fast is shorter than slow";
}

size_t frames_lookback(const double *params) {
    double slow = params[FRAMES_SLOW] - 1, range = params[FRAMES_RANGE];
    return (size_t)(slow > range ? slow : range);
}

static struct frame_view view_make(double length, const double *params) {
    return (struct frame_view){.length = length,
                               .end = NAN,
                               .trend = NAN,
                               .range_value = NAN,
                               .fast = smooth_ema((uint32_t)params[FRAMES_FAST]),
                               .slow = smooth_ema((uint32_t)params[FRAMES_SLOW]),
                               .range = average_true_range_make((uint32_t)params[FRAMES_RANGE])};
}

void frames_init(struct frames *frames, const double *params) {
    double row = params[FRAMES_ROW];
    memset(frames, 0, sizeof *frames);
    frames->row = row;
    frames->shift = params[FRAMES_STAMP] == STAMP_BEGIN ? row : 0;
    frames->day_begin = params[FRAMES_DAY_BEGIN];
    frames->width = params[FRAMES_WIDTH];
    frames->time = NAN;
    frames->wing = (uint64_t)params[FRAMES_WING];
    frames->swing_max = (uint64_t)params[FRAMES_SWINGS];
    frames->touches = (uint64_t)params[FRAMES_TOUCHES];
    frames->by_rank = params[FRAMES_WEIGHTS] == WEIGHTS_RANK;
    frames->views[frames->count++] = view_make(row, params);
    for (size_t i = 0; i < FRAMES_MAX; i++)
        if (lengths[i] > row && fmod(lengths[i], row) == 0)
            frames->views[frames->count++] = view_make(lengths[i], params);
}

static double weight_of(const struct frames *frames, uint64_t index) {
    return frames->by_rank ? (double)(index + 1) : 1;
}

static void add_level(struct frames *frames, uint64_t index, double price) {
    struct frame_view *view = &frames->views[index];
    double weight = weight_of(frames, index);
    double *place = &view->levels[view->swings % frames->swing_max];
    if (view->swings >= frames->swing_max) levels_remove(&frames->levels, *place, weight);
    levels_add(&frames->levels, price, weight);
    *place = price;
    view->swings++;
}

// Whether the bar in the middle of the latest 2 wing + 1 is above those before it and no lower than those after it;
// `side` -1: the other way round.
static bool is_swing(const struct frame_view *view, const double *prices, uint64_t wing,
                     double side) {
    uint64_t span = 2 * wing + 1, oldest = view->bars % span;
    double middle = side * prices[(oldest + wing) % span];
    for (uint64_t k = 0; k < span; k++) {
        double other = side * prices[(oldest + k) % span];
        if (k < wing ? other >= middle : k > wing && other > middle) return false;
    }
    return true;
}

// A complete bar of a frame.
static void take_bar(struct frames *frames, uint64_t index, double high, double low, double close) {
    struct frame_view *view = &frames->views[index];
    uint64_t span = 2 * frames->wing + 1, place = view->bars % span;
    bool fast = smooth_push(&view->fast, close), slow = smooth_push(&view->slow, close);
    view->range_value = average_true_range_push(&view->range, high, low, close);
    double apart = view->fast.value - view->slow.value;
    view->trend = NAN;
    if (fast && slow && !isnan(view->range_value)) {
        double ranges = view->range_value > 0 ? apart / view->range_value : 0;
        view->trend = ranges > 1 ? 1 : ranges < -1 ? -1 : ranges;
    }
    view->highs[place] = high;
    view->lows[place] = low;
    view->bars++;
    if (view->bars < span) return;
    if (is_swing(view, view->highs, frames->wing, 1))
        add_level(frames, index, view->highs[(view->bars + frames->wing) % span]);
    if (is_swing(view, view->lows, frames->wing, -1))
        add_level(frames, index, view->lows[(view->bars + frames->wing) % span]);
}

static void complete(struct frames *frames, uint64_t index) {
    struct frame_view *view = &frames->views[index];
    view->end = NAN;
    take_bar(frames, index, view->high, view->low, view->close);
}

static void build(struct frames *frames, uint64_t index, double high, double low, double close,
                  double time) {
    struct frame_view *view = &frames->views[index];
    double end = ceil((time - frames->day_begin) / view->length) * view->length + frames->day_begin;
    if (end != view->end) { // NaN too
        if (!isnan(view->end)) complete(frames, index);
        view->end = end;
        view->high = high;
        view->low = low;
    }
    if (high > view->high) view->high = high;
    if (low < view->low) view->low = low;
    view->close = close;
    if (time == end) complete(frames, index);
}

bool frames_push(struct frames *frames, double high, double low, double close, double time) {
    time += frames->shift;
    if (time <= frames->time) return false;
    frames->time = time;
    take_bar(frames, 0, high, low, close);
    for (uint64_t i = 1; i < frames->count; i++) build(frames, i, high, low, close, time);
    return true;
}

// The range of the middle frame; while it is not known, of the longest known one below it. NaN: none is.
static double middle_range(const struct frames *frames) {
    for (uint64_t i = (frames->count - 1) / 2 + 1; i-- > 0;)
        if (!isnan(frames->views[i].range_value)) return frames->views[i].range_value;
    return NAN;
}

// How much of the way from the level behind to the level ahead is still to go, seen from `side`.
static double room(const struct level_pair *around, double close, double side) {
    double ahead = side > 0 ? around->resistance - close : close - around->support;
    double behind = side > 0 ? close - around->support : around->resistance - close;
    if (isnan(ahead) && isnan(behind)) return 0.5;
    if (isnan(ahead) || isnan(behind)) return isnan(ahead) ? 1 : 0;
    return ahead + behind > 0 ? ahead / (ahead + behind) : 0.5;
}

struct frames_look frames_look(struct frames *frames, double close) {
    struct frames_look look = {NAN, NAN, NAN, {NAN, NAN, NAN, NAN}, 0};
    double trend = 0, weight = 0, rises = 0, falls = 0;
    for (uint64_t i = 0; i < frames->count; i++) {
        double mine = weight_of(frames, i), of = frames->views[i].trend;
        if (isnan(of)) continue;
        look.known++;
        weight += mine;
        trend += mine * of;
        rises += of > 0 ? mine : 0;
        falls += of < 0 ? mine : 0;
    }
    double range = middle_range(frames);
    if (!isnan(range))
        look.around = levels_around(&frames->levels, close, frames->width * range, frames->touches);
    if (!(weight > 0)) return look;
    double side = trend > 0 ? 1 : trend < 0 ? -1 : 0;
    look.alignment = trend / weight;
    look.agreement = (side > 0 ? rises : side < 0 ? falls : 0) / weight;
    look.confluence = 0;
    if (side == 0) return look;
    double way = room(&look.around, close, side);
    look.confluence = 100 * (fabs(look.alignment) + look.agreement + way) / 3;
    return look;
}
