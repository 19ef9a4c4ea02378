// SPDX-License-Identifier: Apache-2.0
// The volume profile: how much was traded at which price, its point of control and its value area.
//
// Prices are cut into rows of equal height. A bar's volume is spread evenly over its range from low to high
// (a bar without a range trades all at its price). The point of control is the row with the most volume, the
// lowest of equals. The value area grows from it until it holds the wanted share of all: each time by the two
// rows above or the two below, whichever hold more (those above where they hold as much), as the exchanges'
// market profile does. Steidlmayer, "Steidlmayer on Markets" (1989); CBOT, "Market Profile" handbook (1991).
#ifndef FULMAR_QUANT_SERIES_PROFILE_H
#define FULMAR_QUANT_SERIES_PROFILE_H

#include <stddef.h>

struct profile {
    double bottom;  // price at the lower edge of the first row
    double height;  // of a row
    size_t rows;    // of `volume`
    double *volume; // the caller's
};

// Edges of a profile in `rows` rows over all bars, or in rows of `height` > 0 that begin at a multiple of it (rows
// is then the most there may be). count >= 1; high >= low, all finite. Returns how many rows there are; 0: more
// than `rows`.
size_t profile_span(const double *high, const double *low, size_t count, size_t rows, double height,
                    struct profile *ret_profile);

// Adds bars whose prices lie within the profile. volume >= 0.
void profile_add(struct profile *profile, const double *high, const double *low,
                 const double *volume, size_t count);

struct value_area {
    size_t control; // row of the point of control
    size_t low;     // first and last row of the area
    size_t high;
    double share; // of all volume that the area holds
};

// share in (0, 1]; the profile holds volume (some row above 0).
struct value_area profile_value_area(const struct profile *profile, double share);

// Nodes: where the profile, smoothed, has a peak and where it has a gap between two.
//
// The profile is smoothed by a centred average of 2 * smooth + 1 rows (rows beyond its ends hold nothing). A
// high-volume node is a local maximum of it (the lowest row of a plateau) whose prominence is at least `share` of the
// highest: how far one has to go down from it before one can go up to more, the ends being 0. A low-volume node is the
// lowest row (the first of equals) between two high-volume nodes that follow each other, so there is one less.
// Prominence is that of topography, as in SciPy's find_peaks.
struct profile_nodes {
    size_t smooth;
    double share;    // in (0, 1]
    double *scratch; // [rows]: becomes the smoothed profile
    size_t *high;    // [rows], ascending; both the caller's
    size_t *low;     // [rows]
    size_t high_count;
    size_t low_count;
};
void profile_find_nodes(const struct profile *profile, struct profile_nodes *nodes);

#endif
