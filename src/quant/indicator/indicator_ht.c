// SPDX-License-Identifier: Apache-2.0
// Ehlers's dominant cycle (quant/stream/cycle.h): its period, phasor and phase, the trend without it, and
// whether there is one.
#include "quant/indicator/indicator.h"
#include "quant/stream/cycle.h"

enum { EARLY_LOOKBACK = 32, LATE_LOOKBACK = 63 };

static size_t early_lookback(const double *values) {
    return EARLY_LOOKBACK;
}

static size_t late_lookback(const double *values) {
    return LATE_LOOKBACK;
}

static size_t cycle_size(const double *values) {
    return sizeof(struct cycle);
}

static void cycle_init(void *memory, const double *values) {
    *(struct cycle *)memory = cycle_make(CYCLE_FIRST_EARLY);
}

// The fold of an inlined push over a local copy of the state.
#define HT_UPDATE(name_, state_, outputs_)                                                         \
    static void name_##_update(void *memory, const double *inputs, double *ret_outputs) {          \
        name_##_push(memory, inputs[0], ret_outputs);                                              \
    }                                                                                              \
    static void name_##_run(void *memory, const double *const *inputs, size_t count,               \
                            double *const *ret_outputs) {                                          \
        state_ local = *(state_ *)memory;                                                          \
        for (size_t row = 0; row < count; row++) {                                                 \
            double out[outputs_];                                                                  \
            name_##_push(&local, inputs[0][row], out);                                             \
            for (size_t i = 0; i < (outputs_); i++) ret_outputs[i][row] = out[i];                  \
        }                                                                                          \
        *(state_ *)memory = local;                                                                 \
    }

static inline void dcperiod_push(struct cycle *cycle, double price, double *ret_outputs) {
    struct cycle_row row;
    bool defined = cycle_push(cycle, price, &row) && cycle->seen > EARLY_LOOKBACK;
    ret_outputs[0] = LIKELY(defined) ? cycle->smooth_period : NAN;
}

HT_UPDATE(dcperiod, struct cycle, 1)

static inline void phasor_push(struct cycle *cycle, double price, double *ret_outputs) {
    struct cycle_row row = {0};
    bool defined = cycle_push(cycle, price, &row) && cycle->seen > EARLY_LOOKBACK;
    ret_outputs[0] = LIKELY(defined) ? row.inphase : NAN;
    ret_outputs[1] = LIKELY(defined) ? row.quadrature : NAN;
}

HT_UPDATE(phasor, struct cycle, 2)

struct phase {
    struct cycle cycle;
    struct cycle_history smooths;
    double degrees; // of the last row
};
_Static_assert(sizeof(struct phase) == 1408, "hashed as bytes: no padding");

static size_t phase_size(const double *values) {
    return sizeof(struct phase);
}

static void phase_init(void *memory, const double *values) {
    *(struct phase *)memory = (struct phase){.cycle = cycle_make(CYCLE_FIRST_LATE)};
}

// The phase in degrees; false before it is defined.
static inline bool phase_push(struct phase *phase, double price, double *ret_degrees) {
    struct cycle_row row;
    if (UNLIKELY(!cycle_push(&phase->cycle, price, &row))) return false;
    const double *newest = cycle_history_push(&phase->smooths, row.smooth);
    phase->degrees =
        cycle_phase(newest, cycle_rows(&phase->cycle), phase->cycle.smooth_period, phase->degrees);
    *ret_degrees = phase->degrees;
    return phase->cycle.seen > LATE_LOOKBACK;
}

static inline void dcphase_push(struct phase *phase, double price, double *ret_outputs) {
    if (UNLIKELY(!phase_push(phase, price, ret_outputs))) ret_outputs[0] = NAN;
}

HT_UPDATE(dcphase, struct phase, 1)

static inline double sine_of(double degrees) {
    return mathfn_sin_fast(degrees * (1 / CYCLE_DEGREES));
}

static inline void sine_push(struct phase *phase, double price, double *ret_outputs) {
    double degrees;
    ret_outputs[0] = ret_outputs[1] = NAN;
    if (UNLIKELY(!phase_push(phase, price, &degrees))) return;
    ret_outputs[0] = sine_of(degrees);
    ret_outputs[1] = sine_of(degrees + 45);
}

HT_UPDATE(sine, struct phase, 2)

// The mean price over a cycle, smoothed by weights 4, 3, 2, 1.
struct trend {
    struct cycle cycle;
    struct cycle_history prices;
    double means[3]; // the last ones
};
_Static_assert(sizeof(struct trend) == 1424, "hashed as bytes: no padding");

static size_t trend_size(const double *values) {
    return sizeof(struct trend);
}

static void trend_init(void *memory, const double *values) {
    *(struct trend *)memory = (struct trend){.cycle = cycle_make(CYCLE_FIRST_LATE)};
}

static inline double trend_smooth(double *means, double mean) {
    double value = (4 * mean + 3 * means[0] + 2 * means[1] + means[2]) / 10;
    means[2] = means[1];
    means[1] = means[0];
    means[0] = mean;
    return value;
}

static inline void trendline_push(struct trend *trend, double price, double *ret_outputs) {
    struct cycle_row row;
    const double *newest = cycle_history_push(&trend->prices, price);
    ret_outputs[0] = NAN;
    if (UNLIKELY(!cycle_push(&trend->cycle, price, &row))) return;
    double value = trend_smooth(trend->means, cycle_mean(newest, cycle_rows(&trend->cycle)));
    if (LIKELY(trend->cycle.seen > LATE_LOOKBACK)) ret_outputs[0] = value;
}

HT_UPDATE(trendline, struct trend, 1)

struct mode {
    struct cycle cycle;
    struct cycle_history prices;
    struct cycle_history smooths;
    double means[3];
    double phase;
    double sine;
    double lead_sine;
    uint64_t days; // since the sines crossed
};
_Static_assert(sizeof(struct mode) == 2488, "hashed as bytes: no padding");

static size_t mode_size(const double *values) {
    return sizeof(struct mode);
}

static void mode_init(void *memory, const double *values) {
    *(struct mode *)memory = (struct mode){.cycle = cycle_make(CYCLE_FIRST_LATE)};
}

// A trend, unless the sines crossed less than half a cycle ago or the phase turns as a cycle's does; but always where
// the price is away from the trend line.
static inline bool in_trend(struct mode *mode, double degrees, double smooth, double line) {
    double period = mode->cycle.smooth_period, turned = degrees - mode->phase;
    double sine = sine_of(degrees), lead = sine_of(degrees + 45);
    bool crossed = (sine > lead && mode->sine <= mode->lead_sine) ||
                   (sine < lead && mode->sine >= mode->lead_sine);
    mode->days = crossed ? 1 : mode->days + 1;
    mode->phase = degrees;
    mode->sine = sine;
    mode->lead_sine = lead;
    bool trend = !crossed && (double)mode->days >= 0.5 * period;
    if (turned > 0.67 * 360 / period && turned < 1.5 * 360 / period) trend = false;
    return trend || (line != 0 && fabs((smooth - line) / line) >= 0.015);
}

static inline void trendmode_push(struct mode *mode, double price, double *ret_outputs) {
    struct cycle_row row;
    const double *prices = cycle_history_push(&mode->prices, price);
    ret_outputs[0] = NAN;
    if (UNLIKELY(!cycle_push(&mode->cycle, price, &row))) return;
    const double *smooths = cycle_history_push(&mode->smooths, row.smooth);
    uint32_t rows = cycle_rows(&mode->cycle);
    double line = trend_smooth(mode->means, cycle_mean(prices, rows));
    double degrees = cycle_phase(smooths, rows, mode->cycle.smooth_period, mode->phase);
    bool trend = in_trend(mode, degrees, row.smooth, line);
    if (LIKELY(mode->cycle.seen > LATE_LOOKBACK)) ret_outputs[0] = trend ? 1 : 0;
}

HT_UPDATE(trendmode, struct mode, 1)

#define HT_SOURCE "Ehlers, Rocket Science for Traders (2001); TA-Lib "

// Name, the prefix of its functions, of its state's and of its lookback, then text.
#define HT_INDICATOR(name_, push_, state_, when_, summary_, source_, count_, ...)                  \
    const struct indicator indicator_##name_ = {.name = #name_,                                    \
                                                .group = "cycle",                                  \
                                                .summary = (summary_),                             \
                                                .source = HT_SOURCE source_,                       \
                                                .inputs = {"close"},                               \
                                                .input_count = 1,                                  \
                                                .outputs = {__VA_ARGS__},                          \
                                                .output_count = (count_),                          \
                                                .state_size = state_##_size,                       \
                                                .lookback = when_##_lookback,                      \
                                                .init = state_##_init,                             \
                                                .update = push_##_update,                          \
                                                .run = push_##_run};

HT_INDICATOR(ht_dcperiod, dcperiod, cycle, early, "Period of the dominant cycle, in rows.",
             "HT_DCPERIOD", 1, "value")
HT_INDICATOR(ht_phasor, phasor, cycle, early,
             "Components of the dominant cycle in phase and in quadrature.", "HT_PHASOR", 2,
             "inphase", "quadrature")
HT_INDICATOR(ht_dcphase, dcphase, phase, late, "Phase of the dominant cycle, -45 to 315 degrees.",
             "HT_DCPHASE", 1, "value")
HT_INDICATOR(ht_sine, sine, phase, late,
             "Sine of the dominant cycle's phase, and of the phase 45 degrees on.", "HT_SINE", 2,
             "sine", "leadsine")
HT_INDICATOR(ht_trendline, trendline, trend, late,
             "Mean over a dominant cycle, smoothed: the price without the cycle.", "HT_TRENDLINE",
             1, "value")
HT_INDICATOR(ht_trendmode, trendmode, mode, late, "1 in a trend, 0 in a cycle.", "HT_TRENDMODE", 1,
             "value")
