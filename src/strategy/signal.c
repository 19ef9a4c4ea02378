// SPDX-License-Identifier: Apache-2.0
#include "strategy/signal.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "market/resample.h"
#include "strategy/signal_parse.h"

// A bar's five columns are read as an array, so that an indicator of neighbouring columns (high, low, close)
// takes them where they stand.
_Static_assert(offsetof(struct strategy_bar, open) == COLUMN_OPEN * sizeof(double), "array");
_Static_assert(offsetof(struct strategy_bar, high) == COLUMN_HIGH * sizeof(double), "array");
_Static_assert(offsetof(struct strategy_bar, low) == COLUMN_LOW * sizeof(double), "array");
_Static_assert(offsetof(struct strategy_bar, close) == COLUMN_CLOSE * sizeof(double), "array");
_Static_assert(offsetof(struct strategy_bar, volume) == COLUMN_VOLUME * sizeof(double), "array");

typedef double pair __attribute__((vector_size(16))); // two divisions for the price of one

struct frame_state { // state
    struct strategy_bar bar;
    uint64_t fresh;    // 1: the latest signal_apply completed a bar
    uint64_t left_out; // bars that the resampler refused
};
_Static_assert(sizeof(struct frame_state) == 64, "no padding");

struct node { // wiring: one indicator on one frame
    void (*update)(void *state, const double *inputs, double *ret_outputs);
    void *state;
    const double *inputs; // into the frame's bar; NULL: the columns are no neighbours
    double *outputs;      // state
    struct node *next;    // of the same frame
    uint8_t columns[8];
    const struct indicator *indicator;
    const double *args;
};

struct frame { // wiring
    struct frame_state *state;
    struct resample *resample; // state; NULL for the data frame
    struct node *first;
    struct node *last;
    struct frame *next; // of the same instrument, the data frame first
    uint32_t frame_s;
    uint32_t reserved;
};

struct channel { // wiring: one instrument
    struct frame *first;
    double *scale;     // state: what prices are multiplied with
    double price_unit; // 10^decimals
    double qty_unit;
};

struct signal_graph { // wiring
    struct channel *channels;
    struct frame *frames;
    struct node *nodes;
    const struct instruments *instruments;
    struct arena *wiring;
    struct arena *state;
    uint32_t channel_count;
    uint32_t frame_count;
    uint32_t frame_max;
    uint32_t node_count;
    uint32_t node_max;
    uint32_t data_frame_s;
};

static int frame_find(const struct signal_graph *graph, uint32_t instrument, uint32_t frame_s);
static int frame_new(struct signal_graph *graph, uint32_t instrument, uint32_t frame_s);
static struct node *node_find(const struct frame *frame, const struct signal_spec *spec);
static int node_new(struct signal_graph *graph, struct frame *frame,
                    const struct signal_spec *spec);
static bool columns_are_neighbours(const struct signal_spec *spec);
static inline void frame_take(const struct channel *channel, const struct frame *frame,
                              const struct bar *bar);
// Out of line, so that their arrays do not cost signal_apply a stack frame.
static void frame_resample(const struct channel *channel, const struct frame *frame,
                           const struct bar *bar) __attribute__((noinline));
static __attribute__((noinline)) void node_gather(const struct node *node,
                                                  const struct frame *frame);
static void bar_restate(struct bar *bar, double ratio);

struct signal_graph *signal_graph_new(struct arena *wiring, struct arena *state,
                                      const struct signal_config *config) {
    CHECK(config->data_frame_s > 0);
    struct signal_graph *graph = ARENA_NEW(wiring, struct signal_graph, 1);
    if (graph == NULL) return NULL;
    uint32_t count = config->instruments->count;
    *graph = (struct signal_graph){
        .channels = ARENA_NEW(wiring, struct channel, count),
        .frames = ARENA_NEW(wiring, struct frame, config->frame_max),
        .nodes = arena_alloc(wiring, sizeof(struct node) * config->node_max, sizeof(struct node)),
        .instruments = config->instruments,
        .wiring = wiring,
        .state = state,
        .channel_count = count,
        .frame_max = config->frame_max,
        .node_max = config->node_max,
        .data_frame_s = config->data_frame_s,
    };
    double *scales = ARENA_NEW(state, double, count);
    if (graph->channels == NULL || graph->frames == NULL || graph->nodes == NULL || scales == NULL)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        const struct instrument *instrument = &config->instruments->items[i];
        scales[i] = 1;
        graph->channels[i] = (struct channel){
            .scale = &scales[i],
            .price_unit = (double)decimal_pow10(instrument->price_decimals),
            .qty_unit = (double)decimal_pow10(instrument->qty_decimals),
        };
    }
    return graph;
}

int signal_add(struct signal_graph *graph, uint32_t instrument, uint32_t decision_frame_s,
               const char *spec_text, const struct param *params, size_t param_count,
               const double *values) {
    struct signal_terms terms = {params, param_count, values};
    struct signal_spec spec;
    TRY(signal_parse(spec_text, &terms, &spec));
    uint32_t frame_s = spec.frame_s != 0 ? spec.frame_s : decision_frame_s;
    int handle = signal_add_frame(graph, instrument, frame_s);
    if (handle < 0) return ERR_APPEND(handle, "in \"%s\"", spec_text);
    struct frame *frame = &graph->frames[handle];
    struct node *node = node_find(frame, &spec);
    int index = node != NULL ? (int)(node - graph->nodes) : node_new(graph, frame, &spec);
    if (index < 0) return ERR_APPEND(index, "in \"%s\"", spec_text);
    return index * INDICATOR_OUTPUTS_MAX + (int)spec.output;
}

int signal_add_frame(struct signal_graph *graph, uint32_t instrument, uint32_t frame_s) {
    CHECK(instrument < graph->channel_count);
    int handle = frame_find(graph, instrument, frame_s);
    if (handle >= 0) return handle;
    if (frame_s == 0 || frame_s % graph->data_frame_s != 0)
        return ERR_SET(ERR_ARGUMENT, "a frame of %u s is no multiple of the data's %u s", frame_s,
                       graph->data_frame_s);
    return frame_new(graph, instrument, frame_s);
}

void signal_apply(struct signal_graph *graph, uint32_t instrument, const struct bar *bar) {
    DCHECK(instrument < graph->channel_count);
    const struct channel *channel = &graph->channels[instrument];
    for (const struct frame *frame = channel->first; frame != NULL; frame = frame->next) {
        if (LIKELY(frame->resample == NULL))
            frame_take(channel, frame, bar);
        else
            frame_resample(channel, frame, bar);
    }
}

void signal_scale(struct signal_graph *graph, uint32_t instrument, double ratio) {
    CHECK(instrument < graph->channel_count);
    CHECK(isfinite(ratio) && ratio > 0);
    struct channel *channel = &graph->channels[instrument];
    *channel->scale *= ratio;
    for (struct frame *frame = channel->first; frame != NULL; frame = frame->next)
        if (frame->resample != NULL && frame->resample->building)
            bar_restate(&frame->resample->bar, ratio);
}

double signal_value(const struct signal_graph *graph, int value) {
    return *signal_place(graph, value);
}

const double *signal_place(const struct signal_graph *graph, int value) {
    uint32_t node = (uint32_t)value / INDICATOR_OUTPUTS_MAX;
    CHECK(node < graph->node_count);
    return &graph->nodes[node].outputs[(uint32_t)value % INDICATOR_OUTPUTS_MAX];
}

bool signal_fresh(const struct signal_graph *graph, int frame) {
    return *signal_freshness(graph, frame) != 0;
}

const uint64_t *signal_freshness(const struct signal_graph *graph, int frame) {
    CHECK((uint32_t)frame < graph->frame_count);
    return &graph->frames[frame].state->fresh;
}

const struct strategy_bar *signal_bar(const struct signal_graph *graph, int frame) {
    CHECK((uint32_t)frame < graph->frame_count);
    return &graph->frames[frame].state->bar;
}

int signal_lookback(const struct signal_graph *graph, int value) {
    uint32_t index = (uint32_t)value / INDICATOR_OUTPUTS_MAX;
    CHECK(index < graph->node_count);
    const struct node *node = &graph->nodes[index];
    return (int)node->indicator->lookback(node->args) + 1;
}

uint64_t signal_left_out(const struct signal_graph *graph, int frame) {
    CHECK((uint32_t)frame < graph->frame_count);
    const struct frame *at = &graph->frames[frame];
    return at->state->left_out + (at->resample != NULL ? at->resample->outside : 0);
}

static int frame_find(const struct signal_graph *graph, uint32_t instrument, uint32_t frame_s) {
    const struct frame *frame = graph->channels[instrument].first;
    while (frame != NULL && frame->frame_s != frame_s) frame = frame->next;
    return frame != NULL ? (int)(frame - graph->frames) : -1;
}

static int frame_new(struct signal_graph *graph, uint32_t instrument, uint32_t frame_s) {
    struct channel *channel = &graph->channels[instrument];
    if (graph->frame_count == graph->frame_max)
        return ERR_SET(ERR_FULL, "more than %u frames", graph->frame_max);
    struct frame *frame = &graph->frames[graph->frame_count];
    *frame = (struct frame){.frame_s = frame_s};
    if (frame_s != graph->data_frame_s) {
        frame->resample = ARENA_NEW(graph->state, struct resample, 1);
        if (frame->resample == NULL) return ERR_NOMEM;
        uint32_t calendar = graph->instruments->items[instrument].calendar;
        TRY(resample_init(frame->resample, (enum calendar_id)calendar, frame_s, 0));
    }
    frame->state = ARENA_NEW(graph->state, struct frame_state, 1);
    if (frame->state == NULL) return ERR_NOMEM;
    struct frame **link = &channel->first;
    while (frame->resample != NULL && *link != NULL) link = &(*link)->next;
    frame->next = *link;
    *link = frame;
    return (int)graph->frame_count++;
}

static struct node *node_find(const struct frame *frame, const struct signal_spec *spec) {
    const struct indicator *indicator = spec->indicator;
    struct node *node = frame->first;
    for (; node != NULL; node = node->next)
        if (node->indicator == indicator &&
            memcmp(node->columns, spec->columns, indicator->input_count) == 0 &&
            memcmp(node->args, spec->args, indicator->param_count * sizeof(double)) == 0)
            break;
    return node;
}

static int node_new(struct signal_graph *graph, struct frame *frame,
                    const struct signal_spec *spec) {
    const struct indicator *indicator = spec->indicator;
    if (graph->node_count == graph->node_max)
        return ERR_SET(ERR_FULL, "more than %u inputs", graph->node_max);
    struct node *node = &graph->nodes[graph->node_count];
    double *args = ARENA_NEW(graph->wiring, double, indicator->param_count + 1);
    double *outputs = ARENA_NEW(graph->state, double, indicator->output_count);
    void *state = arena_alloc(graph->state, indicator->state_size(spec->args), sizeof(double));
    if (args == NULL || outputs == NULL || state == NULL) return ERR_NOMEM;
    memcpy(args, spec->args, indicator->param_count * sizeof(double));
    for (size_t i = 0; i < indicator->output_count; i++) outputs[i] = NAN;
    indicator->init(state, args);
    const double *columns = (const double *)&frame->state->bar;
    *node = (struct node){
        .update = indicator->update,
        .state = state,
        .inputs = columns_are_neighbours(spec) ? columns + spec->columns[0] : NULL,
        .outputs = outputs,
        .indicator = indicator,
        .args = args,
    };
    memcpy(node->columns, spec->columns, indicator->input_count);
    *(frame->last != NULL ? &frame->last->next : &frame->first) = node;
    frame->last = node;
    return (int)graph->node_count++;
}

// Numbers of a bar that stand side by side; its time is none of them.
static bool columns_are_neighbours(const struct signal_spec *spec) {
    if (spec->columns[spec->indicator->input_count - 1] == COLUMN_TIME) return false;
    for (size_t i = 1; i < spec->indicator->input_count; i++)
        if (spec->columns[i] != spec->columns[i - 1] + 1) return false;
    return true;
}

// One division a column: decimal_to_double's value. A bar's numbers are finite, so indicators need no guard.
static inline void frame_take(const struct channel *channel, const struct frame *frame,
                              const struct bar *bar) {
    struct frame_state *state = frame->state;
    double scale = *channel->scale;
    pair unit = {channel->price_unit, channel->price_unit};
    pair open_high = (pair){(double)bar->open.m, (double)bar->high.m} / unit;
    pair low_close = (pair){(double)bar->low.m, (double)bar->close.m} / unit;
    state->bar = (struct strategy_bar){
        .open = open_high[0],
        .high = open_high[1],
        .low = low_close[0],
        .close = low_close[1],
        .volume = (double)bar->volume.m / channel->qty_unit,
        .close_ns = bar->close_ns,
    };
    if (UNLIKELY(scale != 1)) {
        state->bar.open *= scale;
        state->bar.high *= scale;
        state->bar.low *= scale;
        state->bar.close *= scale;
        state->bar.volume /= scale;
    }
    state->fresh = 1;
    for (const struct node *node = frame->first; node != NULL; node = node->next) {
        if (LIKELY(node->inputs != NULL))
            node->update(node->state, node->inputs, node->outputs);
        else
            node_gather(node, frame);
    }
}

static void frame_resample(const struct channel *channel, const struct frame *frame,
                           const struct bar *bar) {
    struct bar complete[2];
    frame->state->fresh = 0;
    int count = resample_bar(frame->resample, bar, complete);
    if (UNLIKELY(count < 0)) {
        frame->state->left_out++;
        return;
    }
    for (int i = 0; i < count; i++) frame_take(channel, frame, &complete[i]);
}

static void node_gather(const struct node *node, const struct frame *frame) {
    const double *columns = (const double *)&frame->state->bar;
    double inputs[INDICATOR_INPUTS_MAX];
    double time = (double)frame->state->bar.close_ns / (double)NS_PER_S;
    for (size_t i = 0; i < node->indicator->input_count; i++)
        inputs[i] = node->columns[i] == COLUMN_TIME ? time : columns[node->columns[i]];
    node->update(node->state, inputs, node->outputs);
}

// As resample_split, from the ratio.
static void bar_restate(struct bar *bar, double ratio) {
    price_t *prices[] = {&bar->open, &bar->high, &bar->low, &bar->close};
    for (int i = 0; i < 4; i++) {
        int64_t price;
        if (decimal_from_double((double)prices[i]->m / ratio, 0, ROUND_HALF_EVEN, &price) < 0)
            price = INT64_MAX;
        prices[i]->m = price > 0 ? price : 1;
    }
    int64_t volume;
    if (decimal_from_double((double)bar->volume.m * ratio, 0, ROUND_HALF_EVEN, &volume) < 0)
        volume = INT64_MAX;
    bar->volume.m = volume;
}
