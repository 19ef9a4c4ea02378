// SPDX-License-Identifier: Apache-2.0
// Patterns of one bar.
#include "quant/indicator/candle.h"

CANDLE_INLINE double cdlbelthold(const struct candles *c, size_t i) {
    int opens_at_the_end =
        (candle_white(c, i) & candle_no_lower(c, i)) | (candle_black(c, i) & candle_no_upper(c, i));
    return candle_when(candle_long(c, i) & opens_at_the_end, candle_colour(c, i));
}

CANDLE_INLINE double cdlclosingmarubozu(const struct candles *c, size_t i) {
    int closes_at_the_end =
        (candle_white(c, i) & candle_no_upper(c, i)) | (candle_black(c, i) & candle_no_lower(c, i));
    return candle_when(candle_long(c, i) & closes_at_the_end, candle_colour(c, i));
}

CANDLE_INLINE double cdldoji(const struct candles *c, size_t i) {
    return candle_when(candle_doji(c, i), 100);
}

CANDLE_INLINE double cdldragonflydoji(const struct candles *c, size_t i) {
    int hangs = candle_no_upper(c, i) & (candle_lower(c, i) > candle_tiny(c, i));
    return candle_when(candle_doji(c, i) & hangs, 100);
}

CANDLE_INLINE double cdlgravestonedoji(const struct candles *c, size_t i) {
    int stands = candle_no_lower(c, i) & (candle_upper(c, i) > candle_tiny(c, i));
    return candle_when(candle_doji(c, i) & stands, 100);
}

CANDLE_INLINE double cdlhighwave(const struct candles *c, size_t i) {
    double body = candle_body(c, i);
    int shadows = (candle_upper(c, i) > 2 * body) & (candle_lower(c, i) > 2 * body);
    return candle_when(candle_short(c, i) & shadows, candle_colour(c, i));
}

CANDLE_INLINE double cdllongleggeddoji(const struct candles *c, size_t i) {
    double body = candle_body(c, i);
    int shadow = (candle_upper(c, i) > body) | (candle_lower(c, i) > body);
    return candle_when(candle_doji(c, i) & shadow, 100);
}

// Shadows shorter than usual on both ends.
CANDLE_INLINE int short_shadows(const struct candles *c, size_t i) {
    double usual = candle_short_shadow(c, i);
    return (candle_upper(c, i) < usual) & (candle_lower(c, i) < usual);
}

CANDLE_INLINE double cdllongline(const struct candles *c, size_t i) {
    return candle_when(candle_long(c, i) & short_shadows(c, i), candle_colour(c, i));
}

CANDLE_INLINE double cdlmarubozu(const struct candles *c, size_t i) {
    return candle_when(candle_long(c, i) & candle_bare(c, i), candle_colour(c, i));
}

CANDLE_INLINE double cdlrickshawman(const struct candles *c, size_t i) {
    double body = candle_body(c, i);
    int shadows = (candle_upper(c, i) > body) & (candle_lower(c, i) > body);
    double middle = c->low[i] + candle_range(c, i) / 2;
    double near = candle_near(c, i);
    int central = (candle_bottom(c, i) <= middle + near) & (candle_top(c, i) >= middle - near);
    return candle_when(candle_doji(c, i) & shadows & central, 100);
}

CANDLE_INLINE double cdlshortline(const struct candles *c, size_t i) {
    return candle_when(candle_short(c, i) & short_shadows(c, i), candle_colour(c, i));
}

CANDLE_INLINE double cdlspinningtop(const struct candles *c, size_t i) {
    double body = candle_body(c, i);
    int shadows = (candle_upper(c, i) > body) & (candle_lower(c, i) > body);
    return candle_when(candle_short(c, i) & shadows, candle_colour(c, i));
}

CANDLE_INLINE double cdltakuri(const struct candles *c, size_t i) {
    int hangs = candle_no_upper(c, i) & (candle_lower(c, i) > 2 * candle_body(c, i));
    return candle_when(candle_doji(c, i) & hangs, 100);
}

CANDLE_INDICATOR(cdlbelthold, 0, CANDLE_BODY | CANDLE_RANGE,
                 "Belt hold: a long body that opens at the bar's end, white at the low (100) or "
                 "black at the high (-100).")
CANDLE_INDICATOR(cdlclosingmarubozu, 0, CANDLE_BODY | CANDLE_RANGE,
                 "Closing marubozu: a long body that closes at the bar's end, white at the high "
                 "(100) or black at the low (-100).")
CANDLE_INDICATOR(cdldoji, 0, CANDLE_RANGE,
                 "Doji: open and close nearly equal (100, whatever follows).")
CANDLE_INDICATOR(cdldragonflydoji, 0, CANDLE_RANGE,
                 "Dragonfly doji: a doji at the bar's high with a lower shadow (100).")
CANDLE_INDICATOR(cdlgravestonedoji, 0, CANDLE_RANGE,
                 "Gravestone doji: a doji at the bar's low with an upper shadow (100).")
CANDLE_INDICATOR(cdlhighwave, 0, CANDLE_BODY,
                 "High wave: a short body between two very long shadows (100 white, -100 black).")
CANDLE_INDICATOR(cdllongleggeddoji, 0, CANDLE_RANGE,
                 "Long-legged doji: a doji with a shadow longer than its body (100).")
CANDLE_INDICATOR(cdllongline, 0, CANDLE_BODY | CANDLE_SHADOW,
                 "Long line: a long body with short shadows (100 white, -100 black).")
CANDLE_INDICATOR(cdlmarubozu, 0, CANDLE_BODY | CANDLE_RANGE,
                 "Marubozu: a long body without shadows (100 white, -100 black).")
CANDLE_INDICATOR(cdlrickshawman, 0, CANDLE_RANGE | CANDLE_DISTANCE,
                 "Rickshaw man: a doji near the middle of the bar, between long shadows (100).")
CANDLE_INDICATOR(cdlshortline, 0, CANDLE_BODY | CANDLE_SHADOW,
                 "Short line: a short body with short shadows (100 white, -100 black).")
CANDLE_INDICATOR(cdlspinningtop, 0, CANDLE_BODY,
                 "Spinning top: a short body between longer shadows (100 white, -100 black).")
CANDLE_INDICATOR(cdltakuri, 0, CANDLE_RANGE,
                 "Takuri: a doji at the bar's high with a very long lower shadow (100).")
