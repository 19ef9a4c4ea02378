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
#ifndef FULMAR_RESEARCH_OVERFIT_RESAMPLE_H
#define FULMAR_RESEARCH_OVERFIT_RESAMPLE_H

#include "base/arena.h"
#include "quant/volatility/garch.h"

enum { RESAMPLE_POINTS = 50, RESAMPLE_PATHS = 10000 };

enum resample_method {
    RESAMPLE_SHUFFLE,
    RESAMPLE_BOOTSTRAP,
    RESAMPLE_BLOCKS,
    RESAMPLE_GARCH,
    RESAMPLE_METHODS
};

struct resample_config {
    enum resample_method method;
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

struct resample {
    struct resample_config config;
    double *growth;    // [2 count], 1 + return, twice
    double *finals;    // [paths] wealth at the end
    double *drawdowns; // [paths], <= 0
    double *points;    // [RESAMPLE_POINTS + 1][paths]: wealth after so many parts of the length
};

const char *resample_name(enum resample_method method);

// Everything in the arena. ERR_NOMEM.
int resample_init(struct resample *resample, struct arena *arena,
                  const struct resample_config *config) MUST_USE;
size_t resample_scratch(const struct resample *resample); // doubles that a thread needs
// Paths first .. first + count - 1.
void resample_run(struct resample *resample, size_t first, size_t count, double *scratch);

// Quantiles of type 7 at these levels.
enum { RESAMPLE_LEVELS = 7 };
extern const double resample_levels[RESAMPLE_LEVELS]; // 1, 5, 25, 50, 75, 95, 99 %
struct resample_spread {
    double finals[RESAMPLE_LEVELS];
    double drawdowns[RESAMPLE_LEVELS];
    double bands[RESAMPLE_POINTS + 1][RESAMPLE_LEVELS];
    double loss; // share of paths that end below 1
    double mean; // wealth at the end
};
// Puts the paths' numbers in order. scratch[paths].
void resample_spread_of(struct resample *resample, double *scratch,
                        struct resample_spread *ret_spread);

#endif
