// SPDX-License-Identifier: Apache-2.0
// What else could have happened: paths of wealth made anew from the returns of one run, and how far they spread.
//
//   shuffle     the same returns (of trades) in another order: the end is the same, the way there is not
//   bootstrap   returns drawn with replacement
//   blocks      stretches of geometric length, mean `block`, around the end to the start (Politis and Romano 1994)
//   garch       returns of a GARCH model that was fitted to them
//
// A path is a function of the configuration and its number alone, so that any number of threads in any order make the
// same paths. Wealth begins with 1; a return below -1 is a ruin, and wealth stays 0.
#ifndef FULMAR_RESEARCH_OVERFIT_REDRAW_H
#define FULMAR_RESEARCH_OVERFIT_REDRAW_H

#include "base/arena.h"
#include "quant/volatility/garch.h"

enum { REDRAW_POINTS = 50, REDRAW_PATHS = 10000 };

enum redraw_method {
    REDRAW_SHUFFLE,
    REDRAW_BOOTSTRAP,
    REDRAW_BLOCKS,
    REDRAW_GARCH,
    REDRAW_METHODS
};

struct redraw_config {
    enum redraw_method method;
    const double *returns; // [count], count > 0
    size_t count;
    size_t length;          // of a path; of shuffle: count
    double block;           // of blocks, >= 1
    struct garch_spec spec; // of garch, with its parameters
    double params[GARCH_PARAMS];
    double first; // variance that a garch path begins with
    size_t paths;
    uint64_t seed;
};

struct redraw {
    struct redraw_config config;
    double *growth;    // [2 count], 1 + return, twice
    double *finals;    // [paths] wealth at the end
    double *drawdowns; // [paths], <= 0
    double *points;    // [REDRAW_POINTS + 1][paths]: wealth after so many parts of the length
};

const char *redraw_name(enum redraw_method method);

// Everything in the arena. ERR_NOMEM.
int redraw_init(struct redraw *redraw, struct arena *arena,
                const struct redraw_config *config) MUST_USE;
size_t redraw_scratch(const struct redraw *redraw); // doubles that a thread needs
// Paths first .. first + count - 1.
void redraw_run(struct redraw *redraw, size_t first, size_t count, double *scratch);

// Quantiles of type 7 at these levels.
enum { REDRAW_LEVELS = 7 };
extern const double redraw_levels[REDRAW_LEVELS]; // 1, 5, 25, 50, 75, 95, 99 %
struct redraw_spread {
    double finals[REDRAW_LEVELS];
    double drawdowns[REDRAW_LEVELS];
    double bands[REDRAW_POINTS + 1][REDRAW_LEVELS];
    double loss; // share of paths that end below 1
    double mean; // wealth at the end
};
// Puts the paths' numbers in order. scratch[paths].
void redraw_spread_of(struct redraw *redraw, double *scratch, struct redraw_spread *ret_spread);

#endif
