// SPDX-License-Identifier: Apache-2.0
#include "drive.h"

#include <math.h>

struct place { // one instrument
    int frame;
    int values[STRATEGY_INPUTS_MAX];
    bool fresh; // since its latest decision
    double position;
    double entry_price;
    double wanted;
    double stop;
    double last; // close before
};

struct run {
    struct drive *drive;
    struct arena wiring;
    struct arena state;
    struct signal_graph *graph;
    struct place *places;
    unsigned char *memory; // of the instances, one after the other
    size_t memory_size;    // of one
    uint64_t *decisions;   // [instance]
    // Scratch of a view.
    struct strategy_bar *bars;
    double *inputs;
    double *position;
    double *entry_price;
    uint8_t *fresh;
    struct strategy_target *targets;
};

static void *zeroed(size_t count, size_t size) {
    void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 8);
    assert_non_null(memory);
    return memory;
}

static void run_open(struct run *run, struct drive *drive) {
    const struct strategy *strategy = drive->strategy;
    uint32_t count = drive->instruments->count;
    bool universe = strategy->scope == SCOPE_UNIVERSE;
    *run = (struct run){.drive = drive};
    assert_ok(arena_init(&run->wiring, (size_t)64 << 20));
    assert_ok(arena_init(&run->state, (size_t)64 << 20));
    struct signal_config config = {drive->instruments, count * STRATEGY_INPUTS_MAX,
                                   count * STRATEGY_INPUTS_MAX, drive->data_frame_s};
    run->graph = signal_graph_new(&run->wiring, &run->state, &config);
    assert_non_null(run->graph);
    run->places = zeroed(count, sizeof *run->places);
    for (uint32_t i = 0; i < count; i++) {
        struct place *place = &run->places[i];
        place->stop = NAN;
        place->frame = signal_add_frame(run->graph, i, drive->frame_s);
        assert_ok(place->frame);
        for (size_t k = 0; k < strategy->input_count; k++) {
            place->values[k] = signal_add(run->graph, i, drive->frame_s, strategy->inputs[k],
                                          strategy->params, strategy->param_count, drive->params);
            assert_ok(place->values[k]);
        }
    }
    arena_seal(&run->wiring);
    arena_seal(&run->state);
    uint32_t instances = universe ? 1 : count;
    run->memory_size =
        strategy->state_size + (universe ? count * strategy->state_size_per_instrument : 0);
    run->memory = zeroed(instances, run->memory_size);
    run->decisions = zeroed(instances, sizeof(uint64_t));
    run->bars = zeroed(count, sizeof *run->bars);
    run->inputs = zeroed(count, STRATEGY_INPUTS_MAX * sizeof(double));
    run->position = zeroed(count, sizeof(double));
    run->entry_price = zeroed(count, sizeof(double));
    run->fresh = zeroed(count, 1);
    run->targets = zeroed(count, sizeof *run->targets);
}

static void run_close(struct run *run) {
    void *parts[] = {run->places,   run->memory,      run->decisions, run->bars,   run->inputs,
                     run->position, run->entry_price, run->fresh,     run->targets};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
    arena_fini(&run->wiring);
    arena_fini(&run->state);
}

static void keep(struct drive *drive, int64_t ts_ns, uint32_t instrument,
                 const struct strategy_target *target) {
    if (drive->decision_count == drive->decision_max) {
        drive->decision_max = drive->decision_max * 2 + 1024;
        drive->decisions =
            realloc(drive->decisions, drive->decision_max * sizeof *drive->decisions);
        assert_non_null(drive->decisions);
    }
    drive->decisions[drive->decision_count++] =
        (struct decision){.ts_ns = ts_ns, .instrument = instrument, .target = *target};
}

// Decides for instruments [first, first + count).
static void decide(struct run *run, int64_t ts_ns, uint32_t first, uint32_t count) {
    struct drive *drive = run->drive;
    const struct strategy *strategy = drive->strategy;
    uint32_t instance = strategy->scope == SCOPE_UNIVERSE ? 0 : first;
    for (uint32_t i = 0; i < count; i++) {
        struct place *place = &run->places[first + i];
        run->bars[i] = *signal_bar(run->graph, place->frame);
        for (size_t k = 0; k < strategy->input_count; k++)
            run->inputs[i * strategy->input_count + k] = signal_value(run->graph, place->values[k]);
        run->position[i] = place->position;
        run->entry_price[i] = place->entry_price;
        run->fresh[i] = place->fresh;
        place->fresh = false;
        run->targets[i] = (struct strategy_target){.confidence = 1, .stop = NAN, .take = NAN};
    }
    struct strategy_view view = {.now_ns = ts_ns,
                                 .params = drive->params,
                                 .instrument_count = count,
                                 .input_count = (uint32_t)strategy->input_count,
                                 .bars = run->bars,
                                 .inputs = run->inputs,
                                 .fresh = run->fresh,
                                 .position = run->position,
                                 .entry_price = run->entry_price,
                                 .equity = 1e6,
                                 .decisions = run->decisions[instance]++};
    struct strategy_out out = {.targets = run->targets};
    strategy->decide(&view, run->memory + instance * run->memory_size, &out);
    drive->calls++;
    for (uint32_t i = 0; i < count; i++) {
        const struct strategy_target *target = &run->targets[i];
        if (target->kind == TARGET_KEEP) continue;
        keep(drive, ts_ns, first + i, target);
        struct place *place = &run->places[first + i];
        if (!isnan(target->stop) || target->weight != place->wanted) place->stop = target->stop;
        place->wanted = target->weight;
    }
}

// The open fills what was wanted, then the bar may touch the stop.
static void trade(struct run *run, struct place *place, const struct instrument *instrument,
                  const struct bar *bar) {
    struct drive *drive = run->drive;
    int decimals = instrument->price_decimals;
    double close = decimal_to_double(bar->close.m, decimals);
    if (place->wanted != place->position) {
        if (place->wanted * place->position <= 0 && place->wanted != 0) {
            drive->long_entries += place->wanted > 0;
            drive->short_entries += place->wanted < 0;
            place->entry_price = decimal_to_double(bar->open.m, decimals);
        }
        place->position = place->wanted;
    }
    if (place->last > 0) drive->gain += place->position * (close / place->last - 1);
    place->last = close;
    double low = decimal_to_double(bar->low.m, decimals);
    double high = decimal_to_double(bar->high.m, decimals);
    bool stopped =
        (place->position > 0 && low <= place->stop) || (place->position < 0 && high >= place->stop);
    if (!stopped) return;
    drive->stops++;
    place->position = place->wanted = place->entry_price = 0;
}

void drive_run(struct drive *drive, const struct tick *ticks, size_t count) {
    struct run run;
    run_open(&run, drive);
    bool universe = drive->strategy->scope == SCOPE_UNIVERSE;
    bool pending = false;
    for (size_t i = 0; i < count; i++) {
        const struct tick *tick = &ticks[i];
        struct place *place = &run.places[tick->instrument];
        trade(&run, place, &drive->instruments->items[tick->instrument], &tick->bar);
        signal_apply(run.graph, tick->instrument, &tick->bar);
        if (signal_fresh(run.graph, place->frame)) {
            place->fresh = true;
            pending = true;
            if (!universe) decide(&run, tick->bar.close_ns, tick->instrument, 1);
        }
        bool last = i + 1 == count || ticks[i + 1].bar.close_ns > tick->bar.close_ns;
        if (universe && pending && last) {
            decide(&run, tick->bar.close_ns, 0, drive->instruments->count);
            pending = false;
        }
    }
    run_close(&run);
}

void drive_fini(struct drive *drive) {
    free(drive->decisions);
    drive->decisions = NULL;
}
