// SPDX-License-Identifier: Apache-2.0
#include "strategy/size_scale.h"

#include <math.h>

#include "quant/math/mathfn.h"

#define SHARE(name_, def_, help_)                                                                  \
    {                                                                                              \
        .name = (name_), .type = PARAM_REAL, .unit = "fraction", .def = (def_), .min = 0,          \
        .max = 1, .help = (help_)                                                                  \
    }

const struct param size_scale_params[SCALE_COUNT] = {
    [SCALE_CONFIDENCE_MIN] =
        SHARE("confidence_min", 0, "Confidence of a target below which nothing is held."),
    [SCALE_CONFIDENCE_POWER] = {.name = "confidence_power",
                                .type = PARAM_REAL,
                                .unit = "",
                                .def = 1,
                                .min = 0,
                                .max = 10,
                                .help =
                                    "Sizes go with confidence to this power; 0 takes no notice."},
    [SCALE_DRAWDOWN_FROM] =
        SHARE("drawdown_from", 0, "Drawdown of the strategy's equity up to which sizes are whole."),
    [SCALE_DRAWDOWN_TO] =
        SHARE("drawdown_to", 0, "Drawdown at which they are least, in a line; 0 turns it off."),
    [SCALE_DRAWDOWN_LEAST] = SHARE("drawdown_least", 0, "What is left of a size from there on."),
};

const char *size_scale_fault(const double *params) {
    bool on = size_scale_reads_peak(params);
    return !on || params[SCALE_DRAWDOWN_FROM] < params[SCALE_DRAWDOWN_TO]
               ? NULL
               : "drawdown_from is less than drawdown_to";
}

static double drawdown_scale(const double *params, double drawdown) {
    double from = params[SCALE_DRAWDOWN_FROM], to = params[SCALE_DRAWDOWN_TO];
    double least = params[SCALE_DRAWDOWN_LEAST];
    if (to == 0 || isnan(drawdown) || drawdown <= from) return 1;
    if (drawdown >= to) return least;
    return 1 - (1 - least) * (drawdown - from) / (to - from);
}

double size_scale(const double *params, double confidence, double drawdown) {
    double power = params[SCALE_CONFIDENCE_POWER];
    if (confidence < params[SCALE_CONFIDENCE_MIN]) return 0;
    double sure = power == 1 ? confidence : power == 0 ? 1 : mathfn_pow(confidence, power);
    return sure * drawdown_scale(params, drawdown);
}
