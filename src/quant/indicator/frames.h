// SPDX-License-Identifier: Apache-2.0
// One series looked at in several frames at once: M1, M5, M15, M30, H1, H4 and D1, those at least as long as a row.
// docs/timeframes.md has the formulas.
//
// A row ends at a time in seconds since 1970 and covers the `row` seconds before it. A frame of length L is on the grid
// day_begin + k L; its bar counts once it is complete: with the row that ends at its end, or late with the first row
// that ends after it. Nothing of an unfinished bar is read, so that a view depends on the rows so far alone.
#ifndef FULMAR_QUANT_INDICATOR_FRAMES_H
#define FULMAR_QUANT_INDICATOR_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/params.h"
#include "quant/indicator/indicator.h"
#include "quant/indicator/levels.h"
#include "quant/stream/average_true_range.h"
#include "quant/stream/smooth.h"

enum { FRAMES_MAX = 7, FRAMES_WING_MAX = 7, FRAMES_SWINGS_MAX = 16 };

// Parameters of whoever looks at frames, as the first rows of its table.
enum frames_param {
    FRAMES_ROW,
    FRAMES_STAMP,
    FRAMES_DAY_BEGIN,
    FRAMES_FAST,
    FRAMES_SLOW,
    FRAMES_RANGE,
    FRAMES_WING,
    FRAMES_SWINGS,
    FRAMES_WIDTH,
    FRAMES_TOUCHES,
    FRAMES_WEIGHTS,
    FRAMES_PARAM_COUNT
};
// The rows of such a table, with a prefix to their names.
#define FRAMES_ROWS(prefix_)                                                                       \
    {.name = prefix_ "row",                                                                        \
     .type = PARAM_DURATION,                                                                       \
     .unit = "s",                                                                                  \
     .def = 60,                                                                                    \
     .min = 1,                                                                                     \
     .max = 86400,                                                                                 \
     .help =                                                                                       \
         "Length of a row; the frames are it and the longer ones of M1 to D1 that it divides."},   \
        {.name = prefix_ "stamp",                                                                  \
         .type = PARAM_ENUM,                                                                       \
         .unit = "",                                                                               \
         .choices = "end|begin",                                                                   \
         .help = "What the time of a row is: when it ends, or when it begins."},                   \
        {.name = prefix_ "day_begin",                                                              \
         .type = PARAM_DURATION,                                                                   \
         .unit = "s",                                                                              \
         .def = 0,                                                                                 \
         .min = 0,                                                                                 \
         .max = 86399,                                                                             \
         .help = "After midnight UTC: where the frames' grids begin."},                            \
        INDICATOR_PERIOD(prefix_ "fast", 10, 2, "A frame's bars in its fast average."),            \
        INDICATOR_PERIOD(prefix_ "slow", 30, 3,                                                    \
                         "A frame's bars in its slow average, more than in the fast one."),        \
        INDICATOR_PERIOD(prefix_ "range", 14, 2, "A frame's bars in its average true range."),     \
        {.name = prefix_ "wing",                                                                   \
         .type = PARAM_INT,                                                                        \
         .unit = "bars",                                                                           \
         .def = 2,                                                                                 \
         .min = 1,                                                                                 \
         .max = FRAMES_WING_MAX,                                                                   \
         .help = "A swing is the extreme of so many bars on both sides of it."},                   \
        {.name = prefix_ "swings",                                                                 \
         .type = PARAM_INT,                                                                        \
         .unit = "",                                                                               \
         .def = 12,                                                                                \
         .min = 1,                                                                                 \
         .max = FRAMES_SWINGS_MAX,                                                                 \
         .help = "Latest swings of a frame that are levels."},                                     \
        {.name = prefix_ "width",                                                                  \
         .type = PARAM_REAL,                                                                       \
         .unit = "ranges",                                                                         \
         .def = 0.5,                                                                               \
         .min = 0,                                                                                 \
         .max = 100,                                                                               \
         .help = "Of a cluster of levels, in average true ranges of the middle frame."},           \
        {.name = prefix_ "touches",                                                                \
         .type = PARAM_INT,                                                                        \
         .unit = "",                                                                               \
         .def = 2,                                                                                 \
         .min = 1,                                                                                 \
         .max = 100,                                                                               \
         .help = "Levels that make a cluster support or resistance."},                             \
    {                                                                                              \
        .name = prefix_ "weights", .type = PARAM_ENUM, .unit = "", .choices = "rank|equal",        \
        .help = "Weight of a frame: 1, 2, 3 from the shortest up, or 1 each."                      \
    }
extern const struct param frames_params[FRAMES_PARAM_COUNT];

const char *frames_fault(const double *params); // what is wrong with a combination, or NULL

struct frame_view { // one frame; state
    double length;  // seconds
    double end;     // of the bar that is being built; NaN: none is
    double high, low, close;
    double trend; // -1 to 1; NaN: not known yet
    struct smooth fast, slow;
    struct average_true_range range;
    double range_value; // NaN: not known yet
    uint64_t bars;      // complete ones
    uint64_t swings;    // found so far
    double
        highs[2 * FRAMES_WING_MAX + 1]; // of the latest complete bars, at `bars` modulo 2 wing + 1
    double lows[2 * FRAMES_WING_MAX + 1];
    double levels[FRAMES_SWINGS_MAX]; // the latest, at `swings` modulo their number
};

struct frames { // state
    double row, shift, day_begin, width;
    double time; // of the latest row; NaN before the first
    uint64_t count, wing, swing_max, touches, by_rank;
    struct frame_view views[FRAMES_MAX]; // the shortest first
    struct levels levels;
};

struct frames_look {
    double alignment;  // -1 to 1: the trends' mean by weight; NaN: no frame is known
    double agreement;  // 0 to 1: weight of the frames whose trend has its sign
    double confluence; // 0 to 100
    struct level_pair around;
    double known; // frames
};

void frames_init(struct frames *frames, const double *params);
// One row. False: its time is not after that of the row before; nothing has changed.
bool frames_push(struct frames *frames, double high, double low, double close, double time);
// What is to be seen at a close.
struct frames_look frames_look(struct frames *frames, double close);
size_t frames_lookback(const double *params); // rows until the shortest frame is known

#endif
