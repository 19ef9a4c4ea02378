// SPDX-License-Identifier: Apache-2.0
#include "quant/making/forecast.h"

#include <math.h>

#include "base/check.h"
#include "quant/math/mathfn.h"

#define LN_2 0x1.62e42fefa39efp-1

void forecast_init(struct forecast *forecast, double horizon_s, double half_life_s) {
    CHECK(horizon_s > 0 && half_life_s > 0);
    *forecast = (struct forecast){.horizon_s = horizon_s, .half_life_s = half_life_s};
}

static void take_pair(struct forecast *forecast, const struct forecast_look *look, double middle) {
    double move = middle - look->middle;
    forecast->ss += look->signal * look->signal;
    forecast->sm += look->signal * move;
    forecast->mm += move * move;
}

// What was taken before ts_ns has aged.
static void age(struct forecast *forecast, int64_t ts_ns) {
    double seconds = forecast->last_ns == 0 ? 0 : (double)(ts_ns - forecast->last_ns) / 1e9;
    double keep = mathfn_exp(-LN_2 * seconds / forecast->half_life_s);
    forecast->seconds = forecast->seconds * keep + seconds;
    forecast->ss *= keep;
    forecast->sm *= keep;
    forecast->mm *= keep;
    forecast->last_ns = ts_ns;
}

void forecast_look(struct forecast *forecast, int64_t ts_ns, double signal, double middle) {
    DCHECK(isfinite(signal) && isfinite(middle));
    double horizon_ns = forecast->horizon_s * 1e9;
    bool aged = false;
    for (; forecast->first < forecast->end; forecast->first++) {
        const struct forecast_look *look = &forecast->open[forecast->first % FORECAST_OPEN_MAX];
        if ((double)(ts_ns - look->ts_ns) < horizon_ns) break;
        if (!aged) age(forecast, ts_ns);
        aged = true;
        take_pair(forecast, look, middle);
    }
    if (forecast->end - forecast->first == FORECAST_OPEN_MAX) return;
    forecast->open[forecast->end++ % FORECAST_OPEN_MAX] =
        (struct forecast_look){ts_ns, signal, middle};
}

static bool is_known(const struct forecast *forecast) {
    return forecast->seconds >= forecast->half_life_s / 4 && forecast->ss > 0;
}

double forecast_move(const struct forecast *forecast, double signal) {
    return is_known(forecast) ? forecast->sm / forecast->ss * signal : NAN;
}

double forecast_r2(const struct forecast *forecast) {
    if (!is_known(forecast) || !(forecast->mm > 0)) return NAN;
    return fmin(forecast->sm * forecast->sm / (forecast->ss * forecast->mm), 1);
}
