// SPDX-License-Identifier: Apache-2.0
// Patterns of four and more bars.
#include "quant/indicator/candle.h"

CANDLE_INLINE double cdl3blackcrows(const struct candles *c, size_t i) {
    int bare = candle_no_lower(c, i - 2) & candle_no_lower(c, i - 1) & candle_no_lower(c, i);
    int steps = candle_falling(c->open, i) & (c->open[i - 1] > c->close[i - 2]) &
                (c->open[i] > c->close[i - 1]) & candle_falling(c->close, i);
    int before = candle_white(c, i - 3) & (c->high[i - 3] > c->close[i - 2]);
    return candle_when(before & candle_three_black(c, i) & bare & steps, -100);
}

// Opens in or near the body before.
CANDLE_INLINE int opens_near(const struct candles *c, size_t i) {
    double near = candle_near(c, i - 1);
    return (c->open[i] >= candle_bottom(c, i - 1) - near) &
           (c->open[i] <= candle_top(c, i - 1) + near);
}

CANDLE_INLINE double cdl3linestrike(const struct candles *c, size_t i) {
    int white = candle_three_white(c, i - 1) & candle_black(c, i) & candle_rising(c->close, i - 1) &
                (c->open[i] > c->close[i - 1]) & (c->close[i] < c->open[i - 3]);
    int black = candle_three_black(c, i - 1) & candle_white(c, i) &
                candle_falling(c->close, i - 1) & (c->open[i] < c->close[i - 1]) &
                (c->close[i] > c->open[i - 3]);
    return candle_when((white | black) & opens_near(c, i - 2) & opens_near(c, i - 1),
                       candle_colour(c, i - 1));
}

CANDLE_INLINE double cdlbreakaway(const struct candles *c, size_t i) {
    int down = candle_black(c, i - 4) & candle_black(c, i - 3) & candle_black(c, i - 1) &
               candle_white(c, i) & candle_gap_down(c, i - 3, i - 4) &
               candle_falling(c->high, i - 1) & candle_falling(c->low, i - 1) &
               (c->close[i] > c->open[i - 3]) & (c->close[i] < c->close[i - 4]);
    int up = candle_white(c, i - 4) & candle_white(c, i - 3) & candle_white(c, i - 1) &
             candle_black(c, i) & candle_gap_up(c, i - 3, i - 4) & candle_rising(c->high, i - 1) &
             candle_rising(c->low, i - 1) & (c->close[i] < c->open[i - 3]) &
             (c->close[i] > c->close[i - 4]);
    return candle_when(candle_long(c, i - 4) & (down | up), candle_colour(c, i));
}

CANDLE_INLINE double cdlconcealbabyswall(const struct candles *c, size_t i) {
    int colours = candle_black(c, i - 3) & candle_three_black(c, i);
    int third = candle_gap_down(c, i - 1, i - 2) &
                (candle_upper(c, i - 1) > candle_tiny(c, i - 1)) &
                (c->high[i - 1] > c->close[i - 2]);
    int swallows = (c->high[i] > c->high[i - 1]) & (c->low[i] < c->low[i - 1]);
    return candle_when(colours & candle_bare(c, i - 3) & candle_bare(c, i - 2) & third & swallows,
                       100);
}

// Bar i lies inside the one before.
CANDLE_INLINE int inside(const struct candles *c, size_t i) {
    return (c->high[i] < c->high[i - 1]) & (c->low[i] > c->low[i - 1]);
}

// Bar i breaks out of the one before on one side alone: below, a trap for sellers, or above.
CANDLE_INLINE int breaks_down(const struct candles *c, size_t i) {
    return (c->high[i] < c->high[i - 1]) & (c->low[i] < c->low[i - 1]);
}

CANDLE_INLINE int breaks_up(const struct candles *c, size_t i) {
    return (c->high[i] > c->high[i - 1]) & (c->low[i] > c->low[i - 1]);
}

struct trap {
    int up, down; // whether one closed, with the direction that it foretells
};

CANDLE_INLINE int trap_set(struct trap trap) {
    return trap.up | trap.down;
}

// The trap that bar j closed is confirmed by bar i: its close leaves the bar before j.
CANDLE_INLINE int trap_confirmed(struct trap trap, const struct candles *c, size_t j, size_t i) {
    return (trap.up & (c->close[i] > c->high[j - 1])) | (trap.down & (c->close[i] < c->low[j - 1]));
}

CANDLE_INLINE double trap_value(struct trap trap, int condition, double value) {
    return candle_when(condition & trap.up, value) - candle_when(condition & trap.down, value);
}

// traps[k] is that of bar i - k. A new trap counts 100; otherwise the newest of the last three
// bars' counts 200 at the first bar that confirms it.
CANDLE_INLINE double hikkake(const struct candles *c, size_t i, const struct trap *traps) {
    int none = !trap_set(traps[0]);
    int first = none & trap_confirmed(traps[1], c, i - 1, i);
    none &= !trap_set(traps[1]);
    int second =
        none & !trap_confirmed(traps[2], c, i - 2, i - 1) & trap_confirmed(traps[2], c, i - 2, i);
    none &= !trap_set(traps[2]);
    int third = none & !trap_confirmed(traps[3], c, i - 3, i - 2) &
                !trap_confirmed(traps[3], c, i - 3, i - 1) & trap_confirmed(traps[3], c, i - 3, i);
    return (trap_value(traps[0], 1, 100) + trap_value(traps[1], first, 200)) +
           (trap_value(traps[2], second, 200) + trap_value(traps[3], third, 200));
}

CANDLE_INLINE struct trap inside_trap(const struct candles *c, size_t i) {
    int in = inside(c, i - 1);
    return (struct trap){.up = in & breaks_down(c, i), .down = in & breaks_up(c, i)};
}

CANDLE_INLINE double cdlhikkake(const struct candles *c, size_t i) {
    struct trap traps[] = {inside_trap(c, i), inside_trap(c, i - 1), inside_trap(c, i - 2),
                           inside_trap(c, i - 3)};
    return hikkake(c, i, traps);
}

// Two inside bars, the first of which closes near the end that is broken.
CANDLE_INLINE struct trap double_trap(const struct candles *c, size_t i) {
    int in = inside(c, i - 2) & inside(c, i - 1);
    double close = c->close[i - 2], near = candle_near(c, i - 2);
    return (struct trap){.up = in & breaks_down(c, i) & (close <= c->low[i - 2] + near),
                         .down = in & breaks_up(c, i) & (close >= c->high[i - 2] - near)};
}

CANDLE_INLINE double cdlhikkakemod(const struct candles *c, size_t i) {
    struct trap traps[] = {double_trap(c, i), double_trap(c, i - 1), double_trap(c, i - 2),
                           double_trap(c, i - 3)};
    return hikkake(c, i, traps);
}

CANDLE_INLINE double cdlladderbottom(const struct candles *c, size_t i) {
    int falls = candle_three_black(c, i - 2) & candle_falling(c->open, i - 2) &
                candle_falling(c->close, i - 2);
    int fourth = candle_black(c, i - 1) & (candle_upper(c, i - 1) > candle_tiny(c, i - 1));
    int fifth = candle_white(c, i) & (c->open[i] > c->open[i - 1]) & (c->close[i] > c->high[i - 1]);
    return candle_when(falls & fourth & fifth, 100);
}

CANDLE_INLINE int three_short(const struct candles *c, size_t i) {
    return candle_short(c, i - 2) & candle_short(c, i - 1) & candle_short(c, i);
}

CANDLE_INLINE double cdlmathold(const struct candles *c, size_t i) {
    double close = c->close[i - 4];
    double floor = close - candle_body(c, i - 4) * c->penetration;
    int first = candle_white(c, i - 4) & candle_long(c, i - 4);
    int second = candle_black(c, i - 3) & candle_gap_up(c, i - 3, i - 4);
    int holds = (candle_bottom(c, i - 2) < close) & (candle_bottom(c, i - 1) < close) &
                (candle_bottom(c, i - 2) > floor) & (candle_bottom(c, i - 1) > floor);
    int falls =
        (candle_top(c, i - 2) < c->open[i - 3]) & (candle_top(c, i - 1) < candle_top(c, i - 2));
    double high = candle_max(candle_max(c->high[i - 3], c->high[i - 2]), c->high[i - 1]);
    int last = candle_white(c, i) & (c->open[i] > c->close[i - 1]) & (c->close[i] > high);
    return candle_when(first & second & three_short(c, i - 1) & holds & falls & last, 100);
}

// Bar i's body lies at least partly within bar j.
CANDLE_INLINE int touches(const struct candles *c, size_t i, size_t j) {
    return (candle_bottom(c, i) < c->high[j]) & (candle_top(c, i) > c->low[j]);
}

CANDLE_INLINE double cdlrisefall3methods(const struct candles *c, size_t i) {
    int sizes = candle_long(c, i - 4) & three_short(c, i - 1) & candle_long(c, i);
    int rest = touches(c, i - 3, i - 4) & touches(c, i - 2, i - 4) & touches(c, i - 1, i - 4);
    int up = candle_white(c, i - 4) & candle_three_black(c, i - 1) & candle_white(c, i) &
             candle_falling(c->close, i - 1) & (c->open[i] > c->close[i - 1]) &
             (c->close[i] > c->close[i - 4]);
    int down = candle_black(c, i - 4) & candle_three_white(c, i - 1) & candle_black(c, i) &
               candle_rising(c->close, i - 1) & (c->open[i] < c->close[i - 1]) &
               (c->close[i] < c->close[i - 4]);
    return candle_when(sizes & rest & (up | down), candle_colour(c, i - 4));
}

CANDLE_INDICATOR(cdl3blackcrows, 3, CANDLE_RANGE,
                 "Three black crows: after a white bar three black bodies without lower shadows, "
                 "each opening inside the one before and closing lower (-100).")
CANDLE_INDICATOR(cdl3linestrike, 3, CANDLE_DISTANCE,
                 "Three-line strike: three bodies of one colour step on, a fourth takes them all "
                 "back (100 three white, -100 three black).")
CANDLE_INDICATOR(cdlbreakaway, 4, CANDLE_BODY,
                 "Breakaway: after a long body and a gap the trend goes on for three bars, then a "
                 "body of the other colour closes inside the gap (100 up, -100 down).")
CANDLE_INDICATOR(cdlconcealbabyswall, 3, CANDLE_RANGE,
                 "Concealing baby swallow: two black bars without shadows, after a gap one with an "
                 "upper shadow, then a black bar that contains it (100).")
CANDLE_INDICATOR(cdlhikkake, 5, CANDLE_NO_MEANS,
                 "Hikkake: a false break of an inside bar (100 down, -100 up), confirmed within "
                 "three bars by a close beyond its other end (200, -200).")
CANDLE_INDICATOR(cdlhikkakemod, 5, CANDLE_DISTANCE,
                 "Modified hikkake: a false break of the second of two inside bars (100 down, -100 "
                 "up), confirmed within three bars (200, -200).")
CANDLE_INDICATOR(cdlladderbottom, 4, CANDLE_RANGE,
                 "Ladder bottom: three black bodies step down, a black one has an upper shadow, a "
                 "white one closes above it (100).")
CANDLE_PENETRATION_INDICATOR(cdlmathold, 4, CANDLE_BODY, 0.5,
                             "Mat hold: a long white body, three short ones that sink into it "
                             "from above, a white one to a new high (100).")
CANDLE_INDICATOR(cdlrisefall3methods, 4, CANDLE_BODY,
                 "Rising and falling three methods: three short bodies against a long one, then a "
                 "long one of its colour beyond its close (100 rising, -100 falling).")
