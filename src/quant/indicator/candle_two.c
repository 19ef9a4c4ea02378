// SPDX-License-Identifier: Apache-2.0
// Patterns of two bars.
#include "quant/indicator/candle.h"

// The colours of two bars that follow each other.
CANDLE_INLINE int black_white(const struct candles *c, size_t i) {
    return candle_black(c, i - 1) & candle_white(c, i);
}

CANDLE_INLINE int white_black(const struct candles *c, size_t i) {
    return candle_white(c, i - 1) & candle_black(c, i);
}

CANDLE_INLINE double cdlcounterattack(const struct candles *c, size_t i) {
    int turns = black_white(c, i) | white_black(c, i);
    int meets = candle_within(c->close[i], c->close[i - 1], candle_equal(c, i - 1));
    return candle_when(turns & candle_long(c, i - 1) & candle_long(c, i) & meets,
                       candle_colour(c, i));
}

CANDLE_INLINE double cdldarkcloudcover(const struct candles *c, size_t i) {
    double depth = candle_body(c, i - 1) * c->penetration;
    int covers = (c->open[i] > c->high[i - 1]) & (c->close[i] > c->open[i - 1]) &
                 (c->close[i] < c->close[i - 1] - depth);
    return candle_when(white_black(c, i) & candle_long(c, i - 1) & covers, -100);
}

CANDLE_INLINE double cdldojistar(const struct candles *c, size_t i) {
    int gap = (candle_white(c, i - 1) & candle_gap_up(c, i, i - 1)) |
              (candle_black(c, i - 1) & candle_gap_down(c, i, i - 1));
    return candle_when(candle_long(c, i - 1) & candle_doji(c, i) & gap, -candle_colour(c, i - 1));
}

// Both ends of the body reach at least as far as the other's, and one of them farther.
CANDLE_INLINE double cdlengulfing(const struct candles *c, size_t i) {
    double end = c->close[i] - c->open[i - 1];
    double start = c->close[i - 1] - c->open[i];
    int up = black_white(c, i) & (end >= 0) & (start >= 0) & ((end > 0) | (start > 0));
    int down = white_black(c, i) & (end <= 0) & (start <= 0) & ((end < 0) | (start < 0));
    int both = (end != 0) & (start != 0);
    double size = candle_when(up | down, 80) + candle_when((up | down) & both, 20);
    return candle_when(up | down, copysign(size, c->close[i] - c->open[i]));
}

// A short body on top of a long lower shadow, without an upper one.
CANDLE_INLINE int hammer(const struct candles *c, size_t i) {
    return candle_short(c, i) & (candle_lower(c, i) > candle_body(c, i)) & candle_no_upper(c, i);
}

CANDLE_INLINE double cdlhammer(const struct candles *c, size_t i) {
    int low = candle_bottom(c, i) <= c->low[i - 1] + candle_near(c, i - 1);
    return candle_when(hammer(c, i) & low, 100);
}

CANDLE_INLINE double cdlhangingman(const struct candles *c, size_t i) {
    int high = candle_bottom(c, i) >= c->high[i - 1] - candle_near(c, i - 1);
    return candle_when(hammer(c, i) & high, -100);
}

// A body within a long one before it: 100 inside, 80 where an end coincides.
CANDLE_INLINE double harami(const struct candles *c, size_t i, int little) {
    double above = candle_top(c, i - 1) - candle_top(c, i);
    double below = candle_bottom(c, i) - candle_bottom(c, i - 1);
    int within = candle_long(c, i - 1) & little & (above >= 0) & (below >= 0);
    int inside = within & (above > 0) & (below > 0);
    double size = candle_when(within, 80) + candle_when(inside, 20);
    return candle_when(within, -copysign(size, candle_colour(c, i - 1)));
}

CANDLE_INLINE double cdlharami(const struct candles *c, size_t i) {
    return harami(c, i, candle_not_long(c, i));
}

CANDLE_INLINE double cdlharamicross(const struct candles *c, size_t i) {
    return harami(c, i, candle_doji(c, i));
}

CANDLE_INLINE double cdlhomingpigeon(const struct candles *c, size_t i) {
    int inside = (c->open[i] < c->open[i - 1]) & (c->close[i] > c->close[i - 1]);
    return candle_when(candle_black(c, i - 1) & candle_black(c, i) & candle_long(c, i - 1) &
                           candle_not_long(c, i) & inside,
                       100);
}

// A long black bar, then a white one that opens below its low.
CANDLE_INLINE int opens_below(const struct candles *c, size_t i) {
    return black_white(c, i) & candle_long(c, i - 1) & (c->open[i] < c->low[i - 1]);
}

CANDLE_INLINE double cdlinneck(const struct candles *c, size_t i) {
    double close = c->close[i - 1];
    int back = (c->close[i] <= close + candle_equal(c, i - 1)) & (c->close[i] >= close);
    return candle_when(opens_below(c, i) & back, -100);
}

CANDLE_INLINE double cdlonneck(const struct candles *c, size_t i) {
    int back = candle_within(c->close[i], c->low[i - 1], candle_equal(c, i - 1));
    return candle_when(opens_below(c, i) & back, -100);
}

CANDLE_INLINE double cdlthrusting(const struct candles *c, size_t i) {
    double close = c->close[i - 1], middle = close + candle_body(c, i - 1) * 0.5;
    int back = (c->close[i] > close + candle_equal(c, i - 1)) & (c->close[i] <= middle);
    return candle_when(opens_below(c, i) & back, -100);
}

CANDLE_INLINE double cdlpiercing(const struct candles *c, size_t i) {
    double middle = c->close[i - 1] + candle_body(c, i - 1) * 0.5;
    int back = (c->close[i] < c->open[i - 1]) & (c->close[i] > middle);
    return candle_when(opens_below(c, i) & candle_long(c, i) & back, 100);
}

// A short body below a long upper shadow, without a lower one.
CANDLE_INLINE int inverted_hammer(const struct candles *c, size_t i) {
    return candle_short(c, i) & (candle_upper(c, i) > candle_body(c, i)) & candle_no_lower(c, i);
}

CANDLE_INLINE double cdlinvertedhammer(const struct candles *c, size_t i) {
    return candle_when(inverted_hammer(c, i) & candle_gap_down(c, i, i - 1), 100);
}

CANDLE_INLINE double cdlshootingstar(const struct candles *c, size_t i) {
    return candle_when(inverted_hammer(c, i) & candle_gap_up(c, i, i - 1), -100);
}

// Two marubozus of opposite colours with a gap in the direction of the second.
CANDLE_INLINE int kicking(const struct candles *c, size_t i) {
    int kicks = (black_white(c, i) & candle_island_up(c, i, i - 1)) |
                (white_black(c, i) & candle_island_down(c, i, i - 1));
    return kicks & candle_long(c, i - 1) & candle_bare(c, i - 1) & candle_long(c, i) &
           candle_bare(c, i);
}

CANDLE_INLINE double cdlkicking(const struct candles *c, size_t i) {
    return candle_when(kicking(c, i), candle_colour(c, i));
}

// The colour of the longer one: that of the second unless the first is at least as long.
CANDLE_INLINE double cdlkickingbylength(const struct candles *c, size_t i) {
    int longer = candle_body(c, i) > candle_body(c, i - 1);
    int fires = kicking(c, i);
    return candle_when(fires & longer, candle_colour(c, i)) +
           candle_when(fires & !longer, candle_colour(c, i - 1));
}

CANDLE_INLINE double cdlmatchinglow(const struct candles *c, size_t i) {
    int matches = candle_within(c->close[i], c->close[i - 1], candle_equal(c, i - 1));
    return candle_when(candle_black(c, i - 1) & candle_black(c, i) & matches, 100);
}

CANDLE_INLINE double cdlseparatinglines(const struct candles *c, size_t i) {
    int meets = candle_within(c->open[i], c->open[i - 1], candle_equal(c, i - 1));
    int belt =
        (black_white(c, i) & candle_no_lower(c, i)) | (white_black(c, i) & candle_no_upper(c, i));
    return candle_when(belt & meets & candle_long(c, i), candle_colour(c, i));
}

CANDLE_INDICATOR(cdlcounterattack, 1, CANDLE_BODY | CANDLE_DISTANCE,
                 "Counterattack: two long bodies of opposite colours that close at the same price "
                 "(100 if the second is white, -100 if black).")
CANDLE_PENETRATION_INDICATOR(cdldarkcloudcover, 1, CANDLE_BODY, 0.5,
                             "Dark cloud cover: after a long white body a black one that opens "
                             "above its high and closes deep inside it (-100).")
CANDLE_INDICATOR(cdldojistar, 1, CANDLE_BODY | CANDLE_RANGE,
                 "Doji star: a doji a gap away from a long body, up from a white one (-100) or "
                 "down from a black one (100).")
CANDLE_INDICATOR(cdlengulfing, 2, CANDLE_NO_MEANS,
                 "Engulfing: a body that contains the one before, of the other colour (100 white, "
                 "-100 black; 80 and -80 if an end coincides).")
CANDLE_INDICATOR(cdlhammer, 1, CANDLE_BODY | CANDLE_RANGE | CANDLE_DISTANCE,
                 "Hammer: a short body on a long lower shadow, near or below the low before (100).")
CANDLE_INDICATOR(cdlhangingman, 1, CANDLE_BODY | CANDLE_RANGE | CANDLE_DISTANCE,
                 "Hanging man: a short body on a long lower shadow, near or above the high before "
                 "(-100).")
CANDLE_INDICATOR(cdlharami, 1, CANDLE_BODY,
                 "Harami: a short body within the long one before, black (100) or white (-100); 80 "
                 "and -80 if an end coincides.")
CANDLE_INDICATOR(cdlharamicross, 1, CANDLE_BODY | CANDLE_RANGE,
                 "Harami cross: a doji within the long body before, black (100) or white (-100); "
                 "80 and -80 if an end coincides.")
CANDLE_INDICATOR(cdlhomingpigeon, 1, CANDLE_BODY,
                 "Homing pigeon: a short black body inside a long black one (100).")
CANDLE_INDICATOR(cdlinneck, 1, CANDLE_BODY | CANDLE_DISTANCE,
                 "In neck: after a long black body a white one from below its low to just into it "
                 "(-100).")
CANDLE_INDICATOR(cdlinvertedhammer, 1, CANDLE_BODY | CANDLE_RANGE,
                 "Inverted hammer: a short body under a long upper shadow, a gap below the body "
                 "before (100).")
CANDLE_INDICATOR(cdlkicking, 1, CANDLE_BODY | CANDLE_RANGE,
                 "Kicking: two marubozus of opposite colours with a gap between (100 if the second "
                 "is white, -100 if black).")
CANDLE_INDICATOR(cdlkickingbylength, 1, CANDLE_BODY | CANDLE_RANGE,
                 "Kicking by length: two marubozus of opposite colours with a gap between (100 if "
                 "the longer is white, -100 if black).")
CANDLE_INDICATOR(cdlmatchinglow, 1, CANDLE_DISTANCE,
                 "Matching low: two black bodies that close at the same price (100).")
CANDLE_INDICATOR(cdlonneck, 1, CANDLE_BODY | CANDLE_DISTANCE,
                 "On neck: after a long black body a white one from below its low up to that low "
                 "(-100).")
CANDLE_INDICATOR(cdlpiercing, 1, CANDLE_BODY,
                 "Piercing: after a long black body a long white one from below its low to above "
                 "its middle (100).")
CANDLE_INDICATOR(cdlseparatinglines, 1, CANDLE_BODY | CANDLE_RANGE | CANDLE_DISTANCE,
                 "Separating lines: a long belt hold that opens where the bar before, of the other "
                 "colour, opened (100 white, -100 black).")
CANDLE_INDICATOR(cdlshootingstar, 1, CANDLE_BODY | CANDLE_RANGE,
                 "Shooting star: a short body under a long upper shadow, a gap above the body "
                 "before (-100).")
CANDLE_INDICATOR(cdlthrusting, 1, CANDLE_BODY | CANDLE_DISTANCE,
                 "Thrusting: after a long black body a white one from below its low into it, not "
                 "above its middle (-100).")
