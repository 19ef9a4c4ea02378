// SPDX-License-Identifier: Apache-2.0
#include "app/data/micro_fit.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "app/terminal.h"
#include "quant/micro/microprice.h"

struct fit {
    struct microprice_counts counts;
    struct microprice_fit fit;
    double unit; // what a jump of one is in units of price: half a tick
};

// Of a state: the changes of the best quote that left it, and those of them that moved the mid.
struct leaving {
    uint64_t changes, moved;
};

static struct leaving leaving_of(const struct fit *fit, uint64_t state) {
    struct leaving leaving = {0};
    for (uint64_t to = 0; to < fit->counts.states; to++) {
        uint64_t cell = state * MICROPRICE_STATES_MAX + to;
        leaving.moved += fit->counts.moved[cell];
        leaving.changes += fit->counts.stayed[cell] + fit->counts.moved[cell];
    }
    return leaving;
}

// Without the sign of a 0.
static double adjustment_of(const struct fit *fit, uint64_t state) {
    return fit->fit.adjustment[state] + 0.0;
}

static int row_pass(void *self, int64_t ns, enum micro_feed_event event, const double *outputs) {
    return 0;
}

static int counts_take(void *self, const struct micro_feed *feed) {
    struct fit *fit = self;
    fit->counts = *microprice_counts_of(micro_set_state(feed->set, feed->state, 0));
    return 0;
}

static void print_people(const struct fit *fit, const struct micro_play *play) {
    uint64_t states = fit->counts.states;
    struct table table;
    printf("micro-price = mid + adjustment, from %" PRIu64 " changes of the best quote of %" PRIu64
           " of the book\n",
           fit->counts.total, play->changes);
    table_init(&table, ">state|>imbalance from|>to|>changes|>mid moved|>first|>adjustment|>ticks");
    for (uint64_t x = 0; x < states; x++) {
        struct leaving leaving = leaving_of(fit, x);
        table_cell(&table, "%" PRIu64, x);
        table_cell(&table, "%.4g", (double)x / (double)states);
        table_cell(&table, "%.4g", (double)(x + 1) / (double)states);
        table_cell(&table, "%" PRIu64, leaving.changes);
        table_cell(&table, "%" PRIu64, leaving.moved);
        table_cell(&table, "%.6g", fit->fit.first[x] * fit->unit);
        table_cell(&table, "%.6g", adjustment_of(fit, x) * fit->unit);
        table_cell(&table, "%.4g", adjustment_of(fit, x) / 2);
    }
    table_print(&table, stdout);
}

static void print_json(const struct fit *fit, const struct micro_play *play) {
    char name[TAPE_NAME_SIZE];
    uint64_t states = fit->counts.states;
    json_t *rows = json_array(), *after = json_array();
    tape_series_print(tape_series_of(play->tape), name);
    for (uint64_t x = 0; x < states; x++) {
        struct leaving leaving = leaving_of(fit, x);
        json_t *row = json_array();
        for (uint64_t y = 0; y < states; y++)
            json_array_append_new(row, json_real(fit->fit.after[x * states + y]));
        json_array_append_new(after, row);
        json_array_append_new(
            rows,
            json_pack("{s:f,s:f,s:I,s:I,s:f,s:f}", "from", (double)x / (double)states, "to",
                      (double)(x + 1) / (double)states, "changes", (json_int_t)leaving.changes,
                      "moved", (json_int_t)leaving.moved, "first", fit->fit.first[x] * fit->unit,
                      "adjustment", adjustment_of(fit, x) * fit->unit));
    }
    json_t *root =
        json_pack("{s:s,s:s,s:I,s:o,s:o}", "series", name, "fit", "microprice", "changes",
                  (json_int_t)fit->counts.total, "states", rows, "after", after);
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(root);
}

int micro_fit_run(struct micro_play *play, const char *spec, bool json) {
    struct fit fit = {.unit = 0.5 * play->set.price_unit};
    TRY(micro_set_parse(&play->set, spec));
    if (play->set.count != 1 || strcmp(play->set.calls[0].feature->name, "microprice") != 0)
        return ERR_SET(ERR_ARGUMENT, "--fit takes microprice, as in microprice:states=10, not %s",
                       spec);
    play->row = row_pass;
    play->end = counts_take;
    play->self = &fit;
    TRY(micro_play_run(play));
    if (fit.counts.total == 0)
        return ERR_SET(ERR_UNSUPPORTED, "the feed has no whole book in this time");
    TRY(microprice_fit(&fit.counts, &fit.fit));
    if (json)
        print_json(&fit, play);
    else
        print_people(&fit, play);
    return 0;
}
