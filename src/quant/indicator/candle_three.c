// SPDX-License-Identifier: Apache-2.0
// Patterns of three bars.
#include "quant/indicator/candle.h"

CANDLE_INLINE double cdl2crows(const struct candles *c, size_t i) {
    int first = candle_white(c, i - 2) & candle_long(c, i - 2);
    int second = candle_black(c, i - 1) & candle_gap_up(c, i - 1, i - 2);
    int third = candle_black(c, i) & (c->open[i] < c->open[i - 1]) &
                (c->open[i] > c->close[i - 1]) & (c->close[i] > c->open[i - 2]) &
                (c->close[i] < c->close[i - 2]);
    return candle_when(first & second & third, -100);
}

CANDLE_INLINE double cdl3inside(const struct candles *c, size_t i) {
    int inside = candle_not_long(c, i - 1) & (candle_top(c, i - 1) < candle_top(c, i - 2)) &
                 (candle_bottom(c, i - 1) > candle_bottom(c, i - 2));
    int turns = (candle_white(c, i - 2) & candle_black(c, i) & (c->close[i] < c->open[i - 2])) |
                (candle_black(c, i - 2) & candle_white(c, i) & (c->close[i] > c->open[i - 2]));
    return candle_when(candle_long(c, i - 2) & inside & turns, -candle_colour(c, i - 2));
}

CANDLE_INLINE double cdl3outside(const struct candles *c, size_t i) {
    int up = candle_white(c, i - 1) & candle_black(c, i - 2) & (c->close[i - 1] > c->open[i - 2]) &
             (c->open[i - 1] < c->close[i - 2]) & (c->close[i] > c->close[i - 1]);
    int down = candle_black(c, i - 1) & candle_white(c, i - 2) &
               (c->open[i - 1] > c->close[i - 2]) & (c->close[i - 1] < c->open[i - 2]) &
               (c->close[i] < c->close[i - 1]);
    return candle_when(up | down, candle_colour(c, i - 1));
}

CANDLE_INLINE double cdl3starsinsouth(const struct candles *c, size_t i) {
    int first = candle_long(c, i - 2) & (candle_lower(c, i - 2) > candle_body(c, i - 2));
    int second = (candle_body(c, i - 1) < candle_body(c, i - 2)) &
                 (c->open[i - 1] > c->close[i - 2]) & (c->open[i - 1] <= c->high[i - 2]) &
                 (c->low[i - 1] < c->close[i - 2]) & (c->low[i - 1] >= c->low[i - 2]) &
                 (candle_lower(c, i - 1) > candle_tiny(c, i - 1));
    int third = candle_short(c, i) & candle_no_lower(c, i) & candle_no_upper(c, i) &
                (c->low[i] > c->low[i - 1]) & (c->high[i] < c->high[i - 1]);
    return candle_when(candle_three_black(c, i) & first & second & third, 100);
}

// Opens in or near the body before, above its open.
CANDLE_INLINE int steps_up(const struct candles *c, size_t i) {
    return (c->open[i] > c->open[i - 1]) & (c->open[i] <= c->close[i - 1] + candle_near(c, i - 1));
}

CANDLE_INLINE int not_far_shorter(const struct candles *c, size_t i) {
    return candle_body(c, i) > candle_body(c, i - 1) - candle_far(c, i - 1);
}

CANDLE_INLINE double cdl3whitesoldiers(const struct candles *c, size_t i) {
    int bare = candle_no_upper(c, i - 2) & candle_no_upper(c, i - 1) & candle_no_upper(c, i);
    int march = candle_rising(c->close, i) & steps_up(c, i - 1) & steps_up(c, i) &
                not_far_shorter(c, i - 1) & not_far_shorter(c, i) & candle_long(c, i);
    return candle_when(candle_three_white(c, i) & bare & march, 100);
}

// The third bar reaches the depth of the long first body, against its colour.
CANDLE_INLINE int evening(const struct candles *c, size_t i) {
    double depth = candle_body(c, i - 2) * c->penetration;
    return candle_white(c, i - 2) & candle_long(c, i - 2) & candle_long(c, i) & candle_black(c, i) &
           (c->close[i] < c->close[i - 2] - depth);
}

CANDLE_INLINE int morning(const struct candles *c, size_t i) {
    double depth = candle_body(c, i - 2) * c->penetration;
    return candle_black(c, i - 2) & candle_long(c, i - 2) & candle_long(c, i) & candle_white(c, i) &
           (c->close[i] > c->close[i - 2] + depth);
}

CANDLE_INLINE double cdlabandonedbaby(const struct candles *c, size_t i) {
    int above = candle_island_up(c, i - 1, i - 2) & candle_island_down(c, i, i - 1);
    int below = candle_island_down(c, i - 1, i - 2) & candle_island_up(c, i, i - 1);
    int turns = (evening(c, i) & above) | (morning(c, i) & below);
    return candle_when(candle_doji(c, i - 1) & turns, candle_colour(c, i));
}

CANDLE_INLINE double cdleveningdojistar(const struct candles *c, size_t i) {
    int star = candle_doji(c, i - 1) & candle_gap_up(c, i - 1, i - 2);
    return candle_when(evening(c, i) & star, -100);
}

CANDLE_INLINE double cdleveningstar(const struct candles *c, size_t i) {
    int star = candle_not_long(c, i - 1) & candle_gap_up(c, i - 1, i - 2);
    return candle_when(evening(c, i) & star, -100);
}

CANDLE_INLINE double cdlmorningdojistar(const struct candles *c, size_t i) {
    int star = candle_doji(c, i - 1) & candle_gap_down(c, i - 1, i - 2);
    return candle_when(morning(c, i) & star, 100);
}

CANDLE_INLINE double cdlmorningstar(const struct candles *c, size_t i) {
    int star = candle_not_long(c, i - 1) & candle_gap_down(c, i - 1, i - 2);
    return candle_when(morning(c, i) & star, 100);
}

CANDLE_INLINE double cdladvanceblock(const struct candles *c, size_t i) {
    int march = candle_rising(c->close, i) & steps_up(c, i - 1) & steps_up(c, i) &
                candle_long(c, i - 2) & (candle_upper(c, i - 2) < candle_short_shadow(c, i - 2));
    double first = candle_body(c, i - 2), second = candle_body(c, i - 1), third = candle_body(c, i);
    int shadows = (candle_upper(c, i) > candle_short_shadow(c, i)) |
                  (candle_upper(c, i - 1) > candle_short_shadow(c, i - 1));
    int tires =
        ((second < first - candle_far(c, i - 2)) & (third < second + candle_near(c, i - 1))) |
        (third < second - candle_far(c, i - 1)) | ((third < second) & (second < first) & shadows) |
        ((third < second) & (candle_upper(c, i) > third));
    return candle_when(candle_three_white(c, i) & march & tires, -100);
}

CANDLE_INLINE double cdlgapsidesidewhite(const struct candles *c, size_t i) {
    int up = candle_gap_up(c, i - 1, i - 2) & candle_gap_up(c, i, i - 2);
    int down = candle_gap_down(c, i - 1, i - 2) & candle_gap_down(c, i, i - 2);
    int alike = candle_white(c, i - 1) & candle_white(c, i) &
                candle_within(candle_body(c, i), candle_body(c, i - 1), candle_near(c, i - 1)) &
                candle_within(c->open[i], c->open[i - 1], candle_equal(c, i - 1));
    return candle_when(up & alike, 100) + candle_when(down & alike, -100);
}

CANDLE_INLINE double cdlidentical3crows(const struct candles *c, size_t i) {
    int bare = candle_no_lower(c, i - 2) & candle_no_lower(c, i - 1) & candle_no_lower(c, i);
    int joined = candle_within(c->open[i - 1], c->close[i - 2], candle_equal(c, i - 2)) &
                 candle_within(c->open[i], c->close[i - 1], candle_equal(c, i - 1));
    return candle_when(candle_three_black(c, i) & bare & candle_falling(c->close, i) & joined,
                       -100);
}

CANDLE_INLINE double cdlstalledpattern(const struct candles *c, size_t i) {
    int march = candle_three_white(c, i) & candle_rising(c->close, i) & candle_long(c, i - 2) &
                candle_long(c, i - 1) & candle_no_upper(c, i - 1) & steps_up(c, i - 1);
    double shoulder = c->close[i - 1] - candle_body(c, i) - candle_near(c, i - 1);
    return candle_when(march & candle_short(c, i) & (c->open[i] >= shoulder), -100);
}

CANDLE_INLINE double cdlsticksandwich(const struct candles *c, size_t i) {
    int colours = candle_black(c, i - 2) & candle_white(c, i - 1) & candle_black(c, i);
    int meets = candle_within(c->close[i], c->close[i - 2], candle_equal(c, i - 2));
    return candle_when(colours & (c->low[i - 1] > c->close[i - 2]) & meets, 100);
}

CANDLE_INLINE double cdltasukigap(const struct candles *c, size_t i) {
    double second = candle_body(c, i - 1), third = candle_body(c, i);
    int alike = fabs(second - third) < candle_near(c, i - 1);
    int within = (c->open[i] < candle_top(c, i - 1)) & (c->open[i] > candle_bottom(c, i - 1));
    int up = candle_gap_up(c, i - 1, i - 2) & candle_white(c, i - 1) & candle_black(c, i) &
             (c->close[i] < c->open[i - 1]) & (c->close[i] > candle_top(c, i - 2));
    int down = candle_gap_down(c, i - 1, i - 2) & candle_black(c, i - 1) & candle_white(c, i) &
               (c->close[i] > c->open[i - 1]) & (c->close[i] < candle_bottom(c, i - 2));
    return candle_when(within & alike & (up | down), candle_colour(c, i - 1));
}

// The first bar's threshold holds for all three.
CANDLE_INLINE double cdltristar(const struct candles *c, size_t i) {
    double little = candle_tiny(c, i - 2);
    int dojis = (candle_body(c, i - 2) <= little) & (candle_body(c, i - 1) <= little) &
                (candle_body(c, i) <= little);
    int top = candle_gap_up(c, i - 1, i - 2) & (candle_top(c, i) < candle_top(c, i - 1));
    int bottom = candle_gap_down(c, i - 1, i - 2) & (candle_bottom(c, i) > candle_bottom(c, i - 1));
    return candle_when(dojis & top, -100) + candle_when(dojis & bottom, 100);
}

CANDLE_INLINE double cdlunique3river(const struct candles *c, size_t i) {
    int first = candle_black(c, i - 2) & candle_long(c, i - 2);
    int second = candle_black(c, i - 1) & (c->close[i - 1] > c->close[i - 2]) &
                 (c->open[i - 1] <= c->open[i - 2]) & (c->low[i - 1] < c->low[i - 2]);
    int third = candle_white(c, i) & candle_short(c, i) & (c->open[i] > c->low[i - 1]);
    return candle_when(first & second & third, 100);
}

CANDLE_INLINE double cdlupsidegap2crows(const struct candles *c, size_t i) {
    int first = candle_white(c, i - 2) & candle_long(c, i - 2);
    int second =
        candle_black(c, i - 1) & candle_not_long(c, i - 1) & candle_gap_up(c, i - 1, i - 2);
    int third = candle_black(c, i) & (c->open[i] > c->open[i - 1]) &
                (c->close[i] < c->close[i - 1]) & (c->close[i] > c->close[i - 2]);
    return candle_when(first & second & third, -100);
}

CANDLE_INLINE double cdlxsidegap3methods(const struct candles *c, size_t i) {
    int bridge = (c->open[i] < candle_top(c, i - 1)) & (c->open[i] > candle_bottom(c, i - 1)) &
                 (c->close[i] < candle_top(c, i - 2)) & (c->close[i] > candle_bottom(c, i - 2));
    int up = candle_white(c, i - 2) & candle_white(c, i - 1) & candle_black(c, i) &
             candle_gap_up(c, i - 1, i - 2);
    int down = candle_black(c, i - 2) & candle_black(c, i - 1) & candle_white(c, i) &
               candle_gap_down(c, i - 1, i - 2);
    return candle_when(bridge & (up | down), candle_colour(c, i - 2));
}

CANDLE_INDICATOR(cdl2crows, 2, CANDLE_BODY,
                 "Two crows: after a long white body a black one above it, then a black one from "
                 "inside the second into the first (-100).")
CANDLE_INDICATOR(cdl3inside, 2, CANDLE_BODY,
                 "Three inside: a harami confirmed by a close beyond the first open (100 up, -100 "
                 "down).")
CANDLE_INDICATOR(cdl3outside, 3, CANDLE_NO_MEANS,
                 "Three outside: an engulfing body confirmed by a close beyond its own (100 up, "
                 "-100 down).")
CANDLE_INDICATOR(cdl3starsinsouth, 2, CANDLE_BODY | CANDLE_RANGE,
                 "Three stars in the south: three black bars, each smaller and with a higher low "
                 "than the one before (100).")
CANDLE_INDICATOR(cdl3whitesoldiers, 2, CANDLE_BODY | CANDLE_RANGE | CANDLE_DISTANCE,
                 "Three white soldiers: three white bodies without upper shadows, each opening in "
                 "or near the one before and closing higher (100).")
CANDLE_PENETRATION_INDICATOR(cdlabandonedbaby, 2, CANDLE_BODY | CANDLE_RANGE, 0.3,
                             "Abandoned baby: a doji with a gap on both sides between two long "
                             "bodies of opposite colours (100 at a bottom, -100 at a top).")
CANDLE_INDICATOR(cdladvanceblock, 2, CANDLE_BODY | CANDLE_SHADOW | CANDLE_DISTANCE,
                 "Advance block: three rising white bodies that shrink or grow upper shadows "
                 "(-100).")
CANDLE_PENETRATION_INDICATOR(cdleveningdojistar, 2, CANDLE_BODY | CANDLE_RANGE, 0.3,
                             "Evening doji star: a doji above a long white body, then a black body "
                             "deep into the first (-100).")
CANDLE_PENETRATION_INDICATOR(cdleveningstar, 2, CANDLE_BODY, 0.3,
                             "Evening star: a short body above a long white one, then a black body "
                             "deep into the first (-100).")
CANDLE_INDICATOR(cdlgapsidesidewhite, 2, CANDLE_DISTANCE,
                 "Side-by-side white lines: two alike white bodies a gap above (100) or below "
                 "(-100) the body before.")
CANDLE_INDICATOR(cdlidentical3crows, 2, CANDLE_RANGE | CANDLE_DISTANCE,
                 "Identical three crows: three falling black bodies without lower shadows, each "
                 "opening where the one before closed (-100).")
CANDLE_PENETRATION_INDICATOR(cdlmorningdojistar, 2, CANDLE_BODY | CANDLE_RANGE, 0.3,
                             "Morning doji star: a doji below a long black body, then a white body "
                             "deep into the first (100).")
CANDLE_PENETRATION_INDICATOR(cdlmorningstar, 2, CANDLE_BODY, 0.3,
                             "Morning star: a short body below a long black one, then a white body "
                             "deep into the first (100).")
CANDLE_INDICATOR(cdlstalledpattern, 2, CANDLE_BODY | CANDLE_RANGE | CANDLE_DISTANCE,
                 "Stalled pattern: two long white bodies, then a short one on the shoulder of the "
                 "second (-100).")
CANDLE_INDICATOR(cdlsticksandwich, 2, CANDLE_DISTANCE,
                 "Stick sandwich: a white bar above the close of the black one before, then a "
                 "black one to that close again (100).")
CANDLE_INDICATOR(cdltasukigap, 2, CANDLE_DISTANCE,
                 "Tasuki gap: a body after a gap, then one of the other colour and like size that "
                 "does not close the gap (100 up, -100 down).")
CANDLE_INDICATOR(cdltristar, 2, CANDLE_RANGE,
                 "Tristar: three dojis, the second a gap above (-100) or below (100) the first and "
                 "beyond the third.")
CANDLE_INDICATOR(cdlunique3river, 2, CANDLE_BODY,
                 "Unique three river: a long black body, a black harami with a lower low, a short "
                 "white body above that low (100).")
CANDLE_INDICATOR(cdlupsidegap2crows, 2, CANDLE_BODY,
                 "Upside gap two crows: a short black body above a long white one, engulfed by a "
                 "black one that stays above the first (-100).")
CANDLE_INDICATOR(cdlxsidegap3methods, 2, CANDLE_NO_MEANS,
                 "Gap three methods: two bodies of one colour with a gap, then one of the other "
                 "from inside the second into the first (100 up, -100 down).")
