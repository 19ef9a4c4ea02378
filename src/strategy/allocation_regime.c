// SPDX-License-Identifier: Apache-2.0
// Weights from the days that were like today: calm or rough by the market's volatility.
//
// A day's volatility is the root mean square of the market's last `span` returns; the window's days with more than the
// median of them are rough. Weights are by one of three methods from the days of today's kind alone (as soon as there
// are `kind` of them, else from all), and on rough ones only the part `rough` of the capital is used.
//
// Source: Ang and Timmermann, "Regime Changes and Financial Markets", Annual Review of Financial Economics 4, 2012;
// Moreira and Muir, "Volatility-Managed Portfolios", J. Finance 72, 2017.
#include <math.h>

#include "strategy/allocation_kit.h"

enum { BY = ALLOCATION_OWN, SPAN, KIND, ROUGH };
enum { BY_INVERSE_VOLATILITY, BY_RISK_PARITY, BY_PERFORMANCE };

static const struct param params[] = {
    ALLOCATION_RULES,
    [BY] = {.name = "by",
            .type = PARAM_ENUM,
            .unit = "",
            .def = BY_RISK_PARITY,
            .max = 2,
            .choices = "inverse_volatility|risk_parity|performance",
            .help = "How days of one kind become weights."},
    [SPAN] = {.name = "span",
              .type = PARAM_INT,
              .unit = "days",
              .def = 10,
              .min = 2,
              .max = ALLOCATION_WINDOW_MAX,
              .help = "Days over which the market's volatility is taken."},
    [KIND] = {.name = "kind",
              .type = PARAM_INT,
              .unit = "days",
              .def = 30,
              .min = 5,
              .max = ALLOCATION_WINDOW_MAX,
              .help = "Days of today's kind that are enough to go by."},
    [ROUGH] = {.name = "rough",
               .type = PARAM_REAL,
               .unit = "of the whole",
               .def = 0.7,
               .min = 0,
               .max = 1,
               .help = "Part of the capital that is used while the market is rough."},
};

static double volatility_at(const struct allocation_view *view, uint32_t day, uint32_t span) {
    double sum = 0;
    uint32_t first = day + 1 > span ? day + 1 - span : 0;
    for (uint32_t t = first; t <= day; t++) sum += view->market[t] * view->market[t];
    return sqrt(sum / (day + 1 - first));
}

// The middle one of an odd count, the lower of the two of an even one, by counting: windows are short.
static double lower_median(const double *values, uint32_t count) {
    double best = INFINITY;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at_most = 0;
        for (uint32_t k = 0; k < count; k++) at_most += values[k] <= values[i];
        if (2 * at_most >= count && values[i] < best) best = values[i];
    }
    return best;
}

// The days of the last one's kind in place of all, where they are enough and everybody moved on them.
static int days_like_today(const struct allocation_view *view, const double *values,
                           struct arena *scratch, struct allocation_view *ret_view,
                           bool *ret_rough) {
    uint32_t days = view->days, kept = 0;
    double *vol = ARENA_NEW(scratch, double, days + view->count);
    double *rows = ARENA_NEW(scratch, double, (size_t)view->count *days);
    const double **returns = ARENA_NEW(scratch, const double *, view->count);
    if (vol == NULL || rows == NULL || returns == NULL) return ERR_NOMEM;
    for (uint32_t t = 0; t < days; t++) vol[t] = volatility_at(view, t, (uint32_t)values[SPAN]);
    double median = lower_median(vol, days);
    *ret_rough = vol[days - 1] > median;
    for (uint32_t t = 0; t < days; t++) {
        if ((vol[t] > median) != *ret_rough) continue;
        for (uint32_t i = 0; i < view->count; i++)
            rows[(size_t)i * days + kept] = view->returns[i][t];
        kept++;
    }
    *ret_view = *view;
    if (kept < values[KIND]) return 0;
    for (uint32_t i = 0; i < view->count; i++) returns[i] = rows + (size_t)i * days;
    struct allocation_view like = *view;
    like.returns = returns;
    like.days = kept;
    allocation_deviations(&like, vol);
    for (uint32_t i = 0; i < view->count; i++)
        if (!(vol[i] > 0)) return 0;
    *ret_view = like;
    return 0;
}

static int weigh(const struct allocation_view *view, const double *values, struct arena *scratch,
                 double *ret_weights) {
    struct allocation_view like;
    bool rough;
    TRY(days_like_today(view, values, scratch, &like, &rough));
    if (values[BY] == BY_INVERSE_VOLATILITY)
        allocation_by_inverse_volatility(&like, ret_weights);
    else if (values[BY] == BY_RISK_PARITY)
        TRY(allocation_by_risk_parity(&like, scratch, ret_weights));
    else
        TRY(allocation_by_performance(&like, scratch, ret_weights));
    if (rough)
        for (uint32_t i = 0; i < view->count; i++) ret_weights[i] *= values[ROUGH];
    return 0;
}

const struct allocation allocation_regime = {
    .name = "regime",
    .summary = "From days like today, calm or rough by the market; less of the whole when rough.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .reads_returns = true,
    .weigh = weigh,
};
