// SPDX-License-Identifier: Apache-2.0
// Slots: the peaks, scratch for their fit, the rows of the calibration and the window of the drift.
#include <string.h>

#include "quant/indicator/episode.h"
#include "quant/indicator/indicator.h"
#include "quant/math/mathfn.h"
#include "quant/series/gpd.h"
#include "quant/stream/window.h"

enum { PEAKS = 256, SCORE_MAX = 16 };

struct state {
    struct episode episode;
    struct window_sum drift;
    double sign; // -1 on the lower side
    double level;
    double risk;
    double threshold; // NaN while it calibrates
    struct gpd tail;  // of what is over the threshold; the scale is NaN while peaks are few
    double limit;     // excess over the threshold that is anomalous
    uint64_t rows;    // that are not anomalies, the calibration's included
    uint64_t peak_count;
    uint64_t calibration;
    uint64_t learns;
    double slots[];
};
_Static_assert(sizeof(struct state) == 144, "hashed as bytes: no padding");

enum { CALIBRATION, LEVEL, RISK, DEPTH, CALM, SIDE, LEARN };
enum { LEARN_NO, LEARN_CAPPED, LEARN_YES };

static const struct param params[] = {
    INDICATOR_PERIOD("calibration", 500, 20,
                     "Rows from which threshold and tail are first fitted."),
    {.name = "level",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0.98,
     .min = 0.5,
     .max = 0.9999,
     .help = "Quantile of the calibration over which a row is a peak."},
    {.name = "risk",
     .type = PARAM_REAL,
     .unit = "probability",
     .def = 1e-4,
     .min = 1e-12,
     .max = 0.1,
     .help = "Probability of a row beyond the limit."},
    {.name = "depth",
     .type = PARAM_INT,
     .unit = "bars",
     .def = 0,
     .min = 0,
     .max = 100000,
     .help = "Rows whose mean is taken from each row before (DSPOT); 0: rows as they are."},
    {.name = "calm",
     .type = PARAM_INT,
     .unit = "bars",
     .def = 1,
     .min = 1,
     .max = 100000,
     .help = "Rows within the limit in a row with which an anomaly is over."},
    {.name = "side",
     .type = PARAM_ENUM,
     .unit = "",
     .def = 0,
     .max = 1,
     .choices = "upper|lower",
     .help = "The tail that is watched."},
    {.name = "learn",
     .type = PARAM_ENUM,
     .unit = "",
     .def = LEARN_NO,
     .max = LEARN_YES,
     .choices = "no|capped|yes",
     .help = "Whether anomalies are learned from, capped: as large as the limit. Where they are "
             "not, as published, a tail whose end is always cut off thins out: over many rows "
             "there are several times as many alarms as `risk` says."},
};

static const char *fault(const double *values) {
    if (values[RISK] >= 1 - values[LEVEL])
        return "risk is below 1 - level: the limit lies beyond the threshold";
    return (1 - values[LEVEL]) * (values[CALIBRATION] - 1) < GPD_FIT_MIN
               ? "a calibration of that length has fewer than 5 rows over that level"
               : NULL;
}

static size_t depth_slots(const double *values) {
    return values[DEPTH] > 0 ? window_sum_slots((uint32_t)values[DEPTH]) : 0;
}

static size_t state_size(const double *values) {
    return sizeof(struct state) +
           sizeof(double) * (2 * (size_t)PEAKS + (size_t)values[CALIBRATION] + depth_slots(values));
}

static size_t lookback(const double *values) {
    return (size_t)(values[CALIBRATION] + values[DEPTH]);
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->episode = (struct episode){.enter = 1, .leave = 1, .calm = (uint32_t)values[CALM]};
    state->drift = window_sum_make((uint32_t)values[DEPTH]);
    state->sign = values[SIDE] != 0 ? -1 : 1;
    state->level = values[LEVEL];
    state->risk = values[RISK];
    state->calibration = (uint64_t)values[CALIBRATION];
    state->learns = (uint64_t)values[LEARN];
    state->threshold = state->tail.scale = state->limit = NAN;
}

static void sift(double *heap, size_t at, size_t count) {
    double x = heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1] > heap[child]) child++;
        if (!(heap[child] > x)) break;
        heap[at] = heap[child];
    }
    heap[at] = x;
}

static void sort(double *x, size_t count) {
    for (size_t i = count / 2; i-- > 0;) sift(x, i, count);
    for (size_t end = count; end-- > 1;) {
        double top = x[0];
        x[0] = x[end];
        x[end] = top;
        sift(x, 0, end);
    }
}

// The limit's excess: where the tail has risk times the odds that a row is a peak. It moves with every
// row, the tail with every peak.
static void set_limit(struct state *state) {
    double share = state->risk * (double)state->rows / (double)state->peak_count;
    state->limit = gpd_quantile(&state->tail, share < 1 ? share : 1);
}

static void fit(struct state *state) {
    size_t count = state->peak_count < PEAKS ? (size_t)state->peak_count : PEAKS;
    state->tail = gpd_fit(state->slots, count, state->slots + PEAKS);
}

static void add_peak(struct state *state, double excess) {
    state->slots[state->peak_count % PEAKS] = excess;
    state->peak_count++;
}

static void calibrate(struct state *state, double x) {
    double *rows = state->slots + 2 * (size_t)PEAKS;
    size_t count = (size_t)state->calibration;
    rows[state->rows++] = x;
    if (state->rows < state->calibration) return;
    sort(rows, count);
    double place = state->level * (double)(count - 1), rest = place - floor(place);
    size_t k = (size_t)place;
    state->threshold = rows[k];
    if (rest > 0) state->threshold += rest * (rows[k + 1] - rows[k]);
    for (size_t i = 0; i < count; i++)
        if (rows[i] > state->threshold) add_peak(state, rows[i] - state->threshold);
    fit(state);
    if (!isnan(state->tail.scale)) set_limit(state);
}

// -log10 P(a row is as large), 0 within the threshold.
static double score(const struct state *state, double excess) {
    static const double log_10 = 2.30258509299404568402;
    if (excess <= 0) return 0;
    double beyond =
        gpd_beyond(&state->tail, excess) * (double)state->peak_count / (double)state->rows;
    double digits = beyond > 0 ? -mathfn_log(beyond) / log_10 : SCORE_MAX;
    return digits < SCORE_MAX ? digits : SCORE_MAX;
}

// Takes a row over that is no anomaly.
static void learn(struct state *state, double excess) {
    state->rows++;
    if (excess > 0) {
        add_peak(state, excess);
        fit(state);
    }
    if (!isnan(state->tail.scale)) set_limit(state);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double *drift_slots = state->slots + 2 * (size_t)PEAKS + state->calibration;
    double x = state->sign * inputs[0], mean = 0;
    bool drifts = state->drift.at.period > 0, anomalous = false;
    for (size_t i = 0; i < 5; i++) ret_outputs[i] = NAN;
    if (drifts && !state->drift.at.full) {
        (void)window_sum_push(&state->drift, drift_slots, x);
        return;
    }
    // The sum of the window as it stands: slots[next] and what is behind it.
    if (drifts)
        mean = (drift_slots[state->drift.at.next] + state->drift.back) / state->drift.at.period;
    if (isnan(state->threshold)) {
        calibrate(state, x - mean);
    } else {
        double excess = x - mean - state->threshold;
        bool fitted = !isnan(state->tail.scale);
        anomalous = fitted && excess > state->limit;
        if (fitted) {
            ret_outputs[0] = score(state, excess);
            ret_outputs[1] = state->sign * (mean + state->threshold + state->limit);
            episode_push(&state->episode, anomalous, ret_outputs + 2);
        }
        if (!anomalous || state->learns == LEARN_YES) learn(state, excess);
        if (anomalous && state->learns == LEARN_CAPPED) learn(state, state->limit);
    }
    if (drifts && !anomalous) (void)window_sum_push(&state->drift, drift_slots, x);
}

const struct indicator indicator_spot = {
    .name = "spot",
    .group = "anomaly",
    .summary = "Anomalies by extreme value theory: rows beyond a limit that the tail of those so "
               "far, a generalised Pareto distribution over a high threshold, exceeds with "
               "probability `risk`. The score is -log10 of the probability of a row as large, at "
               "most 16. Undefined in the calibration, and while "
               "fewer than five peaks, or equal ones, were seen.",
    .source = "Siffer, Fouque, Termier and Largouet, KDD 2017 (SPOT; DSPOT where depth > 0), with "
              "the latest 256 peaks",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"score", "limit", "active", "start", "end"},
    .output_count = 5,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fault = fault,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
