// SPDX-License-Identifier: Apache-2.0
// Moving average convergence/divergence. Fast and slow average are defined at the same row: the fast EMA is seeded with
// the last of the values that seed the slow one.
#include "quant/indicator/indicator.h"
#include "quant/stream/average.h"
#include "quant/stream/smooth.h"

enum { FAST, SLOW, SIGNAL };
enum { PIECE = 1024 };

struct state {
    struct smooth fast;
    struct smooth slow;
    struct smooth signal;
    uint32_t wait; // values until the fast average starts
    uint32_t reserved;
};
_Static_assert(sizeof(struct state) == 80, "hashed as bytes: no padding");

static const struct param macd_params[] = {
    [FAST] = {.name = "fastperiod",
              .type = PARAM_INT,
              .unit = "bars",
              .def = 12,
              .min = 2,
              .max = INDICATOR_PERIOD_MAX,
              .alias = "fast",
              .help = "Length of the fast average."},
    [SLOW] = {.name = "slowperiod",
              .type = PARAM_INT,
              .unit = "bars",
              .def = 26,
              .min = 2,
              .max = INDICATOR_PERIOD_MAX,
              .alias = "slow",
              .help = "Length of the slow average; the longer one is the slow one."},
    [SIGNAL] = {.name = "signalperiod",
                .type = PARAM_INT,
                .unit = "bars",
                .def = 9,
                .min = 1,
                .max = INDICATOR_PERIOD_MAX,
                .alias = "signal",
                .help = "Length of the signal's average."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static uint32_t longer(const double *values) {
    return (uint32_t)(values[FAST] > values[SLOW] ? values[FAST] : values[SLOW]);
}

static uint32_t shorter(const double *values) {
    return (uint32_t)(values[FAST] > values[SLOW] ? values[SLOW] : values[FAST]);
}

static size_t macd_lookback(const double *values) {
    return (size_t)longer(values) + (size_t)values[SIGNAL] - 2;
}

static void macd_init(void *memory, const double *values) {
    *(struct state *)memory = (struct state){.fast = smooth_ema(shorter(values)),
                                             .slow = smooth_ema(longer(values)),
                                             .signal = smooth_ema((uint32_t)values[SIGNAL]),
                                             .wait = longer(values) - shorter(values)};
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    ret_outputs[0] = ret_outputs[1] = ret_outputs[2] = NAN;
    if (UNLIKELY(state->wait > 0))
        state->wait--;
    else
        (void)smooth_push(&state->fast, inputs[0]);
    if (!smooth_push(&state->slow, inputs[0])) return;
    double macd = state->fast.value - state->slow.value;
    if (!smooth_push(&state->signal, macd)) return;
    ret_outputs[0] = macd;
    ret_outputs[1] = state->signal.value;
    ret_outputs[2] = macd - state->signal.value;
}

static void run(void *memory, const double *const *inputs, size_t count,
                double *const *ret_outputs) {
    struct state *state = memory;
    double out[3];
    size_t row = 0;
    for (; row < count && state->signal.left > 0; row++) {
        update(memory, inputs[0] + row, out);
        for (size_t i = 0; i < 3; i++) ret_outputs[i][row] = out[i];
    }
    double *macds = ret_outputs[0], *signals = ret_outputs[1], *histograms = ret_outputs[2];
    struct smooth fast = state->fast, slow = state->slow, signal = state->signal;
    for (; row < count; row++) {
        double x = inputs[0][row];
        fast.value += (x - fast.value) * fast.alpha;
        slow.value += (x - slow.value) * slow.alpha;
        double macd = fast.value - slow.value;
        signal.value += (macd - signal.value) * signal.alpha;
        macds[row] = macd;
        signals[row] = signal.value;
        histograms[row] = macd - signal.value;
    }
    state->fast = fast;
    state->slow = slow;
    state->signal = signal;
}

const struct indicator indicator_macd = {
    .name = "macd",
    .group = "momentum",
    .summary = "Moving average convergence/divergence: fast EMA - slow EMA, its EMA, and their "
               "difference.",
    .source = "Appel (1979); TA-Lib MACD, whose fast EMA is seeded with the last fast values of "
              "the slow one's seed",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"macd", "macdsignal", "macdhist"},
    .output_count = 3,
    .params = macd_params,
    .param_count = sizeof macd_params / sizeof *macd_params,
    .state_size = state_size,
    .lookback = macd_lookback,
    .init = macd_init,
    .update = update,
    .run = run,
};

static const struct param macdfix_params[] = {
    INDICATOR_PERIOD("signalperiod", 9, 1, "Length of the signal's average."),
};

enum { FIX_FAST = 12, FIX_SLOW = 26 };

static size_t macdfix_lookback(const double *values) {
    return FIX_SLOW + (size_t)values[0] - 2;
}

static void macdfix_init(void *memory, const double *values) {
    *(struct state *)memory = (struct state){.fast = smooth_make(FIX_FAST, 0.15),
                                             .slow = smooth_make(FIX_SLOW, 0.075),
                                             .signal = smooth_ema((uint32_t)values[0]),
                                             .wait = FIX_SLOW - FIX_FAST};
}

const struct indicator indicator_macdfix = {
    .name = "macdfix",
    .group = "momentum",
    .summary = "Moving average convergence/divergence with Appel's own weights, 0.15 and 0.075.",
    .source = "Appel (1979); TA-Lib MACDFIX",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"macd", "macdsignal", "macdhist"},
    .output_count = 3,
    .params = macdfix_params,
    .param_count = sizeof macdfix_params / sizeof *macdfix_params,
    .state_size = state_size,
    .lookback = macdfix_lookback,
    .init = macdfix_init,
    .update = update,
    .run = run,
};

enum { EXT_FAST, EXT_FAST_TYPE, EXT_SLOW, EXT_SLOW_TYPE, EXT_SIGNAL, EXT_SIGNAL_TYPE };

static const struct param macdext_params[] = {
    [EXT_FAST] = INDICATOR_PERIOD("fastperiod", 12, 2, "Length of the fast average."),
    [EXT_FAST_TYPE] = AVERAGE_PARAM("fastmatype", "Type of the fast average."),
    [EXT_SLOW] = INDICATOR_PERIOD("slowperiod", 26, 2,
                                  "Length of the slow average; the longer one is the slow one."),
    [EXT_SLOW_TYPE] = AVERAGE_PARAM("slowmatype", "Type of the slow average."),
    [EXT_SIGNAL] = INDICATOR_PERIOD("signalperiod", 9, 1, "Length of the signal's average."),
    [EXT_SIGNAL_TYPE] = AVERAGE_PARAM("signalmatype", "Type of the signal's average."),
};

struct ext_state {
    uint64_t wait
        [2]; // rows until the pair of averages is defined, and rows of theirs until the signal is
    uint64_t signal; // where its average is among the bodies, in doubles; the pair is in front
    double bodies[];
};

static void ext_kinds(const double *values, struct average_kind *ret_kinds) {
    size_t fast = values[EXT_SLOW] < values[EXT_FAST] ? 1 : 0;
    ret_kinds[fast].type = (enum average_type)values[EXT_FAST_TYPE];
    ret_kinds[fast].period = (uint32_t)values[EXT_FAST];
    ret_kinds[1 - fast].type = (enum average_type)values[EXT_SLOW_TYPE];
    ret_kinds[1 - fast].period = (uint32_t)values[EXT_SLOW];
}

static size_t ext_state_size(const double *values) {
    struct average_kind kinds[2];
    ext_kinds(values, kinds);
    return sizeof(struct ext_state) + average_pair_size(kinds) +
           average_size((enum average_type)values[EXT_SIGNAL_TYPE], (uint32_t)values[EXT_SIGNAL]);
}

static size_t ext_lookback(const double *values) {
    struct average_kind kinds[2];
    ext_kinds(values, kinds);
    return average_pair_lookback(kinds) +
           average_lookback((enum average_type)values[EXT_SIGNAL_TYPE],
                            (uint32_t)values[EXT_SIGNAL]);
}

static void ext_init(void *memory, const double *values) {
    struct ext_state *state = memory;
    struct average_kind kinds[2];
    ext_kinds(values, kinds);
    average_pair_init((struct average_pair *)state->bodies, kinds, true);
    state->wait[0] = average_pair_lookback(kinds);
    state->wait[1] =
        average_lookback((enum average_type)values[EXT_SIGNAL_TYPE], (uint32_t)values[EXT_SIGNAL]);
    state->signal = average_pair_size(kinds) / sizeof(double);
    average_init((struct average *)(state->bodies + state->signal),
                 (enum average_type)values[EXT_SIGNAL_TYPE], (uint32_t)values[EXT_SIGNAL]);
}

static void ext_update(void *memory, const double *inputs, double *ret_outputs) {
    struct ext_state *state = memory;
    double fast, slow;
    ret_outputs[0] = ret_outputs[1] = ret_outputs[2] = NAN;
    average_pair_push((struct average_pair *)state->bodies, inputs[0], &fast, &slow);
    if (UNLIKELY(average_wait(&state->wait[0], 1) != 0)) return;
    double macd = fast - slow;
    double signal = average_push((struct average *)(state->bodies + state->signal), macd);
    if (UNLIKELY(average_wait(&state->wait[1], 1) != 0)) return;
    ret_outputs[0] = macd;
    ret_outputs[1] = signal;
    ret_outputs[2] = macd - signal;
}

static void ext_run(void *memory, const double *const *inputs, size_t count,
                    double *const *ret_outputs) {
    struct ext_state *state = memory;
    struct average *average = (struct average *)(state->bodies + state->signal);
    double slow[PIECE];
    for (size_t at = 0, n; at < count; at += n) {
        double *macd = ret_outputs[0] + at, *signal = ret_outputs[1] + at;
        double *histogram = ret_outputs[2] + at;
        n = count - at < PIECE ? count - at : PIECE;
        average_pair_run((struct average_pair *)state->bodies, inputs[0] + at, n, macd, slow);
        for (size_t i = 0; i < n; i++) macd[i] -= slow[i];
        size_t first = average_wait(&state->wait[0], n);
        average_run(average, macd + first, n - first, signal + first);
        first += average_wait(&state->wait[1], n - first);
        for (size_t i = 0; i < first; i++) macd[i] = signal[i] = NAN;
        for (size_t i = 0; i < n; i++) histogram[i] = macd[i] - signal[i];
    }
}

const struct indicator indicator_macdext = {
    .name = "macdext",
    .group = "momentum",
    .summary = "Moving average convergence/divergence with averages of types of choice.",
    .source = "Appel (1979); TA-Lib MACDEXT",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"macd", "macdsignal", "macdhist"},
    .output_count = 3,
    .params = macdext_params,
    .param_count = sizeof macdext_params / sizeof *macdext_params,
    .state_size = ext_state_size,
    .lookback = ext_lookback,
    .init = ext_init,
    .update = ext_update,
    .run = ext_run,
};
