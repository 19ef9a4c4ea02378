// SPDX-License-Identifier: Apache-2.0
// Stochastics: the place of the close in the channel of the last bars, 0 to 100, and averages of it.
#include <float.h>
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/average.h"

enum { PIECE = 1024, AVERAGES_MAX = 2 };

struct channel {
    struct window_max high;
    struct window_max low;        // of -low
    uint64_t count;               // of averages: the second is the first one's
    uint64_t place[AVERAGES_MAX]; // of each among the slots, in doubles
    uint64_t wait[AVERAGES_MAX];  // values that each takes until it is defined
    double slots[];               // of high and low, then the averages
};
_Static_assert(sizeof(struct channel) == 88, "hashed as bytes: no padding");

struct channel_kind {
    uint32_t period;
    size_t count;
    struct average_kind averages[AVERAGES_MAX];
};

static size_t channel_size(const struct channel_kind *kind) {
    size_t size = sizeof(struct channel) + sizeof(double) * 2 * window_max_slots(kind->period);
    for (size_t i = 0; i < kind->count; i++)
        size += average_size(kind->averages[i].type, kind->averages[i].period);
    return size;
}

static size_t channel_lookback(const struct channel_kind *kind) {
    size_t rows = kind->period - 1;
    for (size_t i = 0; i < kind->count; i++)
        rows += average_lookback(kind->averages[i].type, kind->averages[i].period);
    return rows;
}

static struct average *average_at(struct channel *channel, size_t i) {
    return (struct average *)(channel->slots + channel->place[i]);
}

static void channel_init(struct channel *channel, const struct channel_kind *kind) {
    uint64_t place = 2 * window_max_slots(kind->period);
    memset(channel, 0, channel_size(kind));
    channel->high = window_max_make(kind->period);
    channel->low = window_max_make(kind->period);
    channel->count = kind->count;
    for (size_t i = 0; i < kind->count; i++) {
        const struct average_kind *average = &kind->averages[i];
        channel->place[i] = place;
        channel->wait[i] = average_lookback(average->type, average->period);
        average_init(average_at(channel, i), average->type, average->period);
        place += average_size(average->type, average->period) / sizeof(double);
    }
}

static inline double place_of(double high, double low, double close) {
    double place = 100 * ((close - low) / (high - low));
    return high > low ? place : 0;
}

// The usual type does without a call.
static inline double average_of(struct average *average, double x) {
    return LIKELY(average->type == AVERAGE_SMA) ? average_push_as(average, AVERAGE_SMA, x)
                                                : average_push(average, x);
}

// ret_outputs: what the last average is of, and that average; NaN until it is defined.
static inline __attribute__((always_inline)) void
channel_push(struct channel *channel, double high, double low, double close, double *ret_outputs) {
    double *low_slots = channel->slots + window_max_slots(channel->high.at.period);
    double top = window_max_push(&channel->high, channel->slots, high);
    double bottom = window_min_push(&channel->low, low_slots, low);
    ret_outputs[0] = ret_outputs[1] = NAN;
    if (UNLIKELY(channel->high.at.full == 0)) return;
    double value = NAN, next = place_of(top, bottom, close);
    for (size_t i = 0; i < channel->count; i++) {
        value = next;
        next = average_of(average_at(channel, i), value);
        if (UNLIKELY(average_wait(&channel->wait[i], 1) != 0)) return;
    }
    ret_outputs[0] = value;
    ret_outputs[1] = next;
}

// At most PIECE rows.
static void channel_run(struct channel *channel, const double *high, const double *low,
                        const double *close, size_t count, double *ret_value, double *ret_average) {
    double *low_slots = channel->slots + window_max_slots(channel->high.at.period);
    double tops[PIECE], bottoms[PIECE], *value = tops;
    size_t first = window_missing(&channel->high.at, count);
    window_max_run(&channel->high, channel->slots, high, count, tops);
    window_min_run(&channel->low, low_slots, low, count, bottoms);
    for (size_t i = 0; i < count; i++) tops[i] = place_of(tops[i], bottoms[i], close[i]);
    if (channel->count > 1) {
        average_run(average_at(channel, 0), tops + first, count - first, bottoms + first);
        first += average_wait(&channel->wait[0], count - first);
        value = bottoms;
    }
    size_t last = channel->count - 1;
    average_run(average_at(channel, last), value + first, count - first, ret_average + first);
    first += average_wait(&channel->wait[last], count - first);
    memcpy(ret_value, value, count * sizeof *value);
    for (size_t i = 0; i < first; i++) ret_value[i] = ret_average[i] = NAN;
}

static void run(void *memory, const double *const *inputs, size_t count,
                double *const *ret_outputs) {
    for (size_t at = 0, n; at < count; at += n) {
        n = count - at < PIECE ? count - at : PIECE;
        channel_run(memory, inputs[0] + at, inputs[1] + at, inputs[2] + at, n, ret_outputs[0] + at,
                    ret_outputs[1] + at);
    }
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    channel_push(memory, inputs[0], inputs[1], inputs[2], ret_outputs);
}

enum { FASTK, SLOWK, SLOWK_TYPE, SLOWD, SLOWD_TYPE };

static const struct param stoch_params[] = {
    [FASTK] = {.name = "fastk_period",
               .type = PARAM_INT,
               .unit = "bars",
               .def = 5,
               .min = 1,
               .max = INDICATOR_PERIOD_MAX,
               .alias = "period",
               .help = "Length of the channel."},
    [SLOWK] = INDICATOR_PERIOD("slowk_period", 3, 1, "Length of the first average."),
    [SLOWK_TYPE] = AVERAGE_PARAM("slowk_matype", "Type of the first average."),
    [SLOWD] = INDICATOR_PERIOD("slowd_period", 3, 1, "Length of the second average."),
    [SLOWD_TYPE] = AVERAGE_PARAM("slowd_matype", "Type of the second average."),
};

static struct channel_kind stoch_kind(const double *values) {
    return (struct channel_kind){
        .period = (uint32_t)values[FASTK],
        .count = 2,
        .averages = {{(enum average_type)values[SLOWK_TYPE], (uint32_t)values[SLOWK]},
                     {(enum average_type)values[SLOWD_TYPE], (uint32_t)values[SLOWD]}}};
}

static size_t stoch_state_size(const double *values) {
    struct channel_kind kind = stoch_kind(values);
    return channel_size(&kind);
}

static size_t stoch_lookback(const double *values) {
    struct channel_kind kind = stoch_kind(values);
    return channel_lookback(&kind);
}

static void stoch_init(void *memory, const double *values) {
    struct channel_kind kind = stoch_kind(values);
    channel_init(memory, &kind);
}

const struct indicator indicator_stoch = {
    .name = "stoch",
    .group = "momentum",
    .summary = "Slow stochastic: place of the close in the channel, 0 to 100, averaged to k and "
               "again to d; 0 where the channel has no width.",
    .source = "Lane (1957); TA-Lib STOCH",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"slowk", "slowd"},
    .output_count = 2,
    .params = stoch_params,
    .param_count = sizeof stoch_params / sizeof *stoch_params,
    .state_size = stoch_state_size,
    .lookback = stoch_lookback,
    .init = stoch_init,
    .update = update,
    .run = run,
};

enum { FASTD = 1, FASTD_TYPE };

static const struct param stochf_params[] = {
    [FASTK] = INDICATOR_PERIOD("fastk_period", 5, 1, "Length of the channel."),
    [FASTD] = INDICATOR_PERIOD("fastd_period", 3, 1, "Length of the average."),
    [FASTD_TYPE] = AVERAGE_PARAM("fastd_matype", "Type of the average."),
};

static struct channel_kind stochf_kind(const double *values) {
    return (struct channel_kind){
        .period = (uint32_t)values[FASTK],
        .count = 1,
        .averages = {{(enum average_type)values[FASTD_TYPE], (uint32_t)values[FASTD]}}};
}

static size_t stochf_state_size(const double *values) {
    struct channel_kind kind = stochf_kind(values);
    return channel_size(&kind);
}

static size_t stochf_lookback(const double *values) {
    struct channel_kind kind = stochf_kind(values);
    return channel_lookback(&kind);
}

static void stochf_init(void *memory, const double *values) {
    struct channel_kind kind = stochf_kind(values);
    channel_init(memory, &kind);
}

const struct indicator indicator_stochf = {
    .name = "stochf",
    .group = "momentum",
    .summary = "Fast stochastic: place of the close in the channel, 0 to 100, and its average; 0 "
               "where the channel has no width.",
    .source = "Lane (1957); TA-Lib STOCHF",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"fastk", "fastd"},
    .output_count = 2,
    .params = stochf_params,
    .param_count = sizeof stochf_params / sizeof *stochf_params,
    .state_size = stochf_state_size,
    .lookback = stochf_lookback,
    .init = stochf_init,
    .update = update,
    .run = run,
};

// The channel of the relative strength index. Gain and loss are smoothed in the very form of their definition: where a
// close does not move, both shrink alike and the index moves by its roundings alone, which the channel shows.
struct rsi_state {
    double gain; // sums while left > 0
    double loss;
    double previous; // NaN before the first value
    uint32_t left;   // steps until they are defined
    uint32_t period;
    struct channel channel;
};

static const struct param stochrsi_params[] = {
    INDICATOR_TIMEPERIOD(14, 2, "Length of the smoothing of gains and losses."),
    INDICATOR_PERIOD("fastk_period", 5, 1, "Length of the channel."),
    INDICATOR_PERIOD("fastd_period", 3, 1, "Length of the average."),
    AVERAGE_PARAM("fastd_matype", "Type of the average."),
};

static size_t stochrsi_state_size(const double *values) {
    struct channel_kind kind = stochf_kind(values + 1);
    return sizeof(struct rsi_state) - sizeof(struct channel) + channel_size(&kind);
}

static size_t stochrsi_lookback(const double *values) {
    struct channel_kind kind = stochf_kind(values + 1);
    return (size_t)values[0] + channel_lookback(&kind);
}

static void stochrsi_init(void *memory, const double *values) {
    struct rsi_state *state = memory;
    struct channel_kind kind = stochf_kind(values + 1);
    state->gain = state->loss = 0;
    state->previous = NAN;
    state->left = state->period = (uint32_t)values[0];
    channel_init(&state->channel, &kind);
}

static inline double strength(double gain, double loss) {
    double total = gain + loss, share = 100 * (gain / total);
    return total >= INDICATOR_ZERO && total <= DBL_MAX ? share : 0; // of an overflow too
}

static inline double wilder(double previous, double x, double period) {
    return (previous * (period - 1) + x) / period;
}

static double rsi_push(struct rsi_state *state, double x) {
    double step = x - state->previous, period = (double)state->period;
    double gain = step > 0 ? step : 0, loss = step < 0 ? -step : 0;
    state->previous = x;
    if (isnan(step)) return NAN;
    if (LIKELY(state->left == 0)) {
        state->gain = wilder(state->gain, gain, period);
        state->loss = wilder(state->loss, loss, period);
        return strength(state->gain, state->loss);
    }
    state->gain += gain;
    state->loss += loss;
    state->left--;
    if (state->left > 0) return NAN;
    state->gain /= period;
    state->loss /= period;
    return strength(state->gain, state->loss);
}

static void stochrsi_update(void *memory, const double *inputs, double *ret_outputs) {
    struct rsi_state *state = memory;
    double rsi = rsi_push(state, inputs[0]);
    ret_outputs[0] = ret_outputs[1] = NAN;
    if (!isnan(rsi)) channel_push(&state->channel, rsi, rsi, rsi, ret_outputs);
}

static void rsi_run(struct rsi_state *state, const double *x, size_t count, double *ret) {
    double gain = state->gain, loss = state->loss, previous = state->previous;
    double period = (double)state->period;
    for (size_t i = 0; i < count; i++) {
        double step = x[i] - previous;
        gain = wilder(gain, step > 0 ? step : 0, period);
        loss = wilder(loss, step < 0 ? -step : 0, period);
        previous = x[i];
        ret[i] = strength(gain, loss);
    }
    state->gain = gain;
    state->loss = loss;
    state->previous = previous;
}

static void stochrsi_run(void *memory, const double *const *inputs, size_t count,
                         double *const *ret_outputs) {
    struct rsi_state *state = memory;
    double rsi[PIECE], out[2];
    size_t at = 0;
    for (; at < count && state->left > 0; at++) {
        stochrsi_update(memory, inputs[0] + at, out);
        ret_outputs[0][at] = out[0];
        ret_outputs[1][at] = out[1];
    }
    for (size_t n; at < count; at += n) {
        n = count - at < PIECE ? count - at : PIECE;
        rsi_run(state, inputs[0] + at, n, rsi);
        channel_run(&state->channel, rsi, rsi, rsi, n, ret_outputs[0] + at, ret_outputs[1] + at);
    }
}

const struct indicator indicator_stochrsi = {
    .name = "stochrsi",
    .group = "momentum",
    .summary = "Fast stochastic of the relative strength index; 0 where that did not move.",
    .source = "Chande and Kroll, The New Technical Trader (1994); TA-Lib STOCHRSI",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"fastk", "fastd"},
    .output_count = 2,
    .params = stochrsi_params,
    .param_count = sizeof stochrsi_params / sizeof *stochrsi_params,
    .state_size = stochrsi_state_size,
    .lookback = stochrsi_lookback,
    .init = stochrsi_init,
    .update = stochrsi_update,
    .run = stochrsi_run,
};
