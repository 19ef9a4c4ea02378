// SPDX-License-Identifier: Apache-2.0
#include "quant/series/profile.h"

#include <math.h>
#include <stdbool.h>

#include "quant/math/sum.h"

size_t profile_span(const double *high, const double *low, size_t count, size_t rows, double height,
                    struct profile *ret_profile) {
    double top = high[0], bottom = low[0];
    for (size_t i = 1; i < count; i++) {
        top = high[i] > top ? high[i] : top;
        bottom = low[i] < bottom ? low[i] : bottom;
    }
    if (height > 0) {
        bottom = floor(bottom / height) * height;
        double needed = floor((top - bottom) / height) + 1;
        if (!(needed <= (double)rows)) return 0;
        rows = (size_t)needed;
    } else {
        height = (top - bottom) / (double)rows;
        if (!(height > 0)) rows = 1; // one price
    }
    ret_profile->bottom = bottom;
    ret_profile->height = height;
    ret_profile->rows = rows;
    return rows;
}

// The row of a price; what lies on the upper edge of the last belongs to it.
static size_t row_of(const struct profile *profile, double price) {
    if (!(profile->height > 0)) return 0;
    double row = floor((price - profile->bottom) / profile->height);
    if (row < 0) return 0;
    return row < (double)profile->rows ? (size_t)row : profile->rows - 1;
}

void profile_add(struct profile *profile, const double *high, const double *low,
                 const double *volume, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t first = row_of(profile, low[i]), last = row_of(profile, high[i]);
        double range = high[i] - low[i];
        if (first == last || !(range > 0)) {
            profile->volume[first] += volume[i];
            continue;
        }
        for (size_t row = first; row <= last; row++) {
            double from = profile->bottom + profile->height * (double)row;
            double to = row == last ? high[i] : from + profile->height;
            from = row == first ? low[i] : from;
            if (to > from) profile->volume[row] += volume[i] * ((to - from) / range);
        }
    }
}

// Volume of the two rows from `row` on, those that there are.
static double pair(const struct profile *profile, size_t row, size_t count) {
    double sum = 0;
    for (size_t i = row; i < row + count; i++) sum += profile->volume[i];
    return sum;
}

struct value_area profile_value_area(const struct profile *profile, double share) {
    size_t control = 0;
    for (size_t row = 1; row < profile->rows; row++)
        if (profile->volume[row] > profile->volume[control]) control = row;
    double all = sum_of(profile->volume, profile->rows), held = profile->volume[control];
    size_t low = control, high = control;
    while (held < share * all && (low > 0 || high + 1 < profile->rows)) {
        size_t above = profile->rows - 1 - high < 2 ? profile->rows - 1 - high : 2;
        size_t below = low < 2 ? low : 2;
        double up = pair(profile, high + 1, above), down = pair(profile, low - below, below);
        if (above > 0 && (up >= down || below == 0)) {
            high += above;
            held += up;
        } else {
            low -= below;
            held += down;
        }
    }
    return (struct value_area){
        .control = control, .low = low, .high = high, .share = all > 0 ? held / all : NAN};
}

static void smooth(const struct profile *profile, struct profile_nodes *nodes) {
    size_t wide = 2 * nodes->smooth + 1;
    for (size_t row = 0; row < profile->rows; row++) {
        size_t from = row < nodes->smooth ? 0 : row - nodes->smooth;
        size_t to = row + nodes->smooth < profile->rows ? row + nodes->smooth : profile->rows - 1;
        nodes->scratch[row] = sum_of(profile->volume + from, to - from + 1) / (double)wide;
    }
}

// The lowest point on the way from a peak to higher ground, in one direction; 0 where there is none.
static double saddle(const double *values, size_t rows, size_t peak, bool up) {
    double least = values[peak];
    size_t at = peak;
    while (up ? at + 1 < rows : at > 0) {
        at = up ? at + 1 : at - 1;
        if (values[at] > values[peak]) return least;
        if (values[at] < least) least = values[at];
    }
    return 0;
}

// A row above the one below it whose plateau falls off above.
static bool is_peak(const double *values, size_t rows, size_t row) {
    if (!(values[row] > 0) || (row > 0 && !(values[row] > values[row - 1]))) return false;
    size_t end = row + 1;
    while (end < rows && !(values[end] > values[row]) && !(values[end] < values[row])) end++;
    return end == rows || values[end] < values[row];
}

void profile_find_nodes(const struct profile *profile, struct profile_nodes *nodes) {
    const double *values = nodes->scratch;
    double most = 0;
    smooth(profile, nodes);
    for (size_t row = 0; row < profile->rows; row++) most = fmax(most, values[row]);
    nodes->high_count = nodes->low_count = 0;
    for (size_t row = 0; row < profile->rows; row++) {
        if (!is_peak(values, profile->rows, row)) continue;
        double below = saddle(values, profile->rows, row, false);
        double above = saddle(values, profile->rows, row, true);
        if (values[row] - fmax(below, above) >= nodes->share * most)
            nodes->high[nodes->high_count++] = row;
    }
    for (size_t i = 1; i < nodes->high_count; i++) {
        size_t least = nodes->high[i - 1];
        for (size_t row = least + 1; row <= nodes->high[i]; row++)
            if (values[row] < values[least]) least = row;
        nodes->low[nodes->low_count++] = least;
    }
}
