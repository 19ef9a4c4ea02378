// SPDX-License-Identifier: Apache-2.0
// The six-factor score of an entry, with or without a look at longer frames: docs/score.md.
#ifndef FULMAR_QUANT_INDICATOR_SIX_FACTOR_H
#define FULMAR_QUANT_INDICATOR_SIX_FACTOR_H

#include <stddef.h>

#include "base/params.h"
#include "quant/indicator/frames.h"
#include "quant/indicator/indicator.h"

enum { SIX_FACTOR_COUNT = 6, SIX_FACTOR_OUTPUTS = 2 + SIX_FACTOR_COUNT, SIX_FACTOR_PARAMS = 10 };
#define SIX_FACTOR_WEIGHT(name_, def_)                                                             \
    {                                                                                              \
        .name = (name_), .type = PARAM_REAL, .unit = "", .def = (def_), .min = 0, .max = 1000,     \
        .help = "Weight of this factor; weights are divided by their sum."                         \
    }

// The rows of a table of parameters.
#define SIX_FACTOR_ROWS                                                                            \
    INDICATOR_PERIOD("fast", 20, 2, "Rows of the fast average, of reach and of volume."),          \
        INDICATOR_PERIOD("slow", 50, 3, "Rows of the slow average; more than fast."),              \
        INDICATOR_PERIOD("period", 14, 2,                                                          \
                         "Rows of the average true range, of gains and of volume by "              \
                         "direction."),                                                            \
        INDICATOR_PERIOD("history", 100, 2,                                                        \
                         "Rows among which volatility is ranked and far extremes "                 \
                         "are looked for."),                                                       \
        SIX_FACTOR_WEIGHT("technical", 25), SIX_FACTOR_WEIGHT("volume", 15),                       \
        SIX_FACTOR_WEIGHT("volatility", 10), SIX_FACTOR_WEIGHT("momentum", 20),                    \
        SIX_FACTOR_WEIGHT("reward_risk", 20), SIX_FACTOR_WEIGHT("timing", 10)
extern const struct param six_factor_params[SIX_FACTOR_PARAMS];

// Names of the outputs: the score, the side, the factors.
#define SIX_FACTOR_NAMES                                                                           \
    "score", "side", "technical", "volume", "volatility", "momentum", "reward_risk", "timing"

const char *six_factor_fault(const double *params);
size_t six_factor_size(const double *params); // bytes of state, plain
size_t six_factor_lookback(const double *params);
void six_factor_init(void *state, const double *params);

// One row of high, low, close and volume. frames: what longer frames show at this close, NULL for a score without
// them; with them it is undefined until one frame is known.
void six_factor_update(void *state, const double *inputs, const struct frames_look *frames,
                       double *ret_outputs);

#endif
