// SPDX-License-Identifier: Apache-2.0
#include "quant/micro/micro_set.h"

#include <string.h>

#include "base/check.h"

_Static_assert(sizeof(struct micro_book) % 8 == 0, "outputs lie behind it");

enum { NAMES_MAX = 64, WORD_SIZE = 128 };

// Halves of two outputs: they are looked at after every event.
typedef int32_t words __attribute__((vector_size(16)));
typedef int32_t words_at __attribute__((vector_size(16), aligned(8), may_alias));

struct spec { // what was read so far of one feature
    const struct micro *feature;
    double params[MICRO_PARAMS_MAX];
};

static int parse_name(struct spec *spec, const char *word);
static int parse_param(struct spec *spec, char *word);
static int add_all(struct micro_set *set);
static int add_spec(struct micro_set *set, struct spec *spec);
static struct micro_book *book_of(void *state);
static double *outputs_of(void *state, const struct micro_call *call);
static void *state_of(const struct micro_set *set, void *state, const struct micro_call *call);
static void time_set(struct micro_view *view, int64_t now_ns);
static void define(const struct micro_set *set, void *state);

void micro_set_init(struct micro_set *set, double price_unit, double qty_unit) {
    CHECK(price_unit > 0 && qty_unit > 0);
    memset(set, 0, sizeof *set);
    set->levels = 1;
    set->price_unit = price_unit;
    set->qty_unit = qty_unit;
}

int micro_set_add(struct micro_set *set, const struct micro *feature, const double *params) {
    TRY(params_check(feature->params, feature->param_count, feature->name, params));
    size_t size = feature->param_count * sizeof *params;
    for (uint32_t i = 0; i < set->count; i++)
        if (set->calls[i].feature == feature && memcmp(set->calls[i].params, params, size) == 0)
            return (int)i;
    if (set->count == MICRO_CALLS_MAX)
        return ERR_SET(ERR_FULL, "more than %d features at once", MICRO_CALLS_MAX);
    struct micro_call *call = &set->calls[set->count];
    *call = (struct micro_call){
        .feature = feature, .state_at = set->state_size, .output_at = set->output_count};
    memcpy(call->params, params, size);
    uint32_t levels = feature->levels != NULL ? feature->levels(params) : 1;
    CHECK(levels <= MICRO_LEVELS_MAX);
    if (levels > set->levels) set->levels = levels;
    if (feature->book != NULL) set->book_calls[set->book_count++] = (uint8_t)set->count;
    if (feature->trade != NULL) set->trade_calls[set->trade_count++] = (uint8_t)set->count;
    set->state_size += (uint32_t)feature->state_size(params);
    set->output_count += (uint32_t)feature->output_count;
    return (int)set->count++;
}

// A word with '=' is a parameter of the feature before it; the first one stands behind its feature's colon.
int micro_set_parse(struct micro_set *set, const char *text) {
    struct spec spec = {.feature = NULL};
    char word[WORD_SIZE];
    while (*text != '\0') {
        size_t len = strcspn(text, ",:");
        if (len == 0 || len >= sizeof word)
            return ERR_SET(ERR_PARSE, "features: a name is missing or too long at '%.20s'", text);
        memcpy(word, text, len);
        word[len] = '\0';
        text += len;
        if (*text != '\0' && *++text == '\0')
            return ERR_SET(ERR_PARSE, "features: nothing follows '%s' but a mark", word);
        if (strchr(word, '=') != NULL) {
            TRY(parse_param(&spec, word));
            continue;
        }
        TRY(add_spec(set, &spec));
        if (strcmp(word, "all") == 0) {
            TRY(add_all(set));
            continue;
        }
        TRY(parse_name(&spec, word));
    }
    return add_spec(set, &spec);
}

size_t micro_set_size(const struct micro_set *set) {
    return sizeof(struct micro_book) + set->output_count * sizeof(double) + set->state_size;
}

void micro_set_begin(const struct micro_set *set, void *state) {
    micro_book_init(book_of(state), set->levels, set->price_unit, set->qty_unit);
    for (uint32_t i = 0; i < set->count; i++) {
        const struct micro_call *call = &set->calls[i];
        double *outputs = outputs_of(state, call);
        for (size_t k = 0; k < call->feature->output_count; k++) outputs[k] = NAN;
        call->feature->init(state_of(set, state, call), call->params, set->price_unit,
                            set->qty_unit);
    }
}

void micro_set_level(const struct micro_set *set, void *state, int side, int64_t price,
                     int64_t qty) {
    micro_book_level(book_of(state), side, price, qty);
}

void micro_set_commit(const struct micro_set *set, void *state, const struct micro_source *source,
                      int64_t now_ns) {
    struct micro_book *book = book_of(state);
    micro_book_commit(book, source, now_ns);
    double *outputs = outputs_of(state, &set->calls[0]);
    unsigned char *states = (unsigned char *)(outputs + set->output_count);
    for (uint32_t i = 0, count = set->book_count; i < count; i++) {
        const struct micro_call *call = &set->calls[set->book_calls[i]];
        call->feature->book(states + call->state_at, &book->view, outputs + call->output_at);
    }
    define(set, state);
    micro_book_settle(book);
}

void micro_set_begin_book(const struct micro_set *set, void *state) {
    micro_book_begin(book_of(state));
}

void micro_set_trade(const struct micro_set *set, void *state, const struct micro_trade *trade,
                     int64_t now_ns) {
    struct micro_view *view = &book_of(state)->view;
    struct micro_trade bounded = *trade;
    if (trade->qty <= 0) return;
    if (trade->qty > MICRO_QTY_MAX) bounded.qty = MICRO_QTY_MAX;
    time_set(view, now_ns);
    double *outputs = outputs_of(state, &set->calls[0]);
    unsigned char *states = (unsigned char *)(outputs + set->output_count);
    for (uint32_t i = 0, count = set->trade_count; i < count; i++) {
        const struct micro_call *call = &set->calls[set->trade_calls[i]];
        call->feature->trade(states + call->state_at, view, &bounded, outputs + call->output_at);
    }
    define(set, state);
}

void micro_set_time(const struct micro_set *set, void *state, int64_t now_ns) {
    struct micro_view *view = &book_of(state)->view;
    time_set(view, now_ns);
    for (uint32_t i = 0; i < set->count; i++) {
        const struct micro_call *call = &set->calls[i];
        if (call->feature->time == NULL) continue;
        call->feature->time(state_of(set, state, call), view, outputs_of(state, call));
    }
    define(set, state);
}

const double *micro_set_outputs(const struct micro_set *set, const void *state, uint32_t call) {
    CHECK(call < set->count);
    return outputs_of((void *)(uintptr_t)state, &set->calls[call]);
}

const void *micro_set_state(const struct micro_set *set, const void *state, uint32_t call) {
    CHECK(call < set->count);
    return state_of(set, (void *)(uintptr_t)state, &set->calls[call]);
}

const struct micro_view *micro_set_view(const struct micro_set *set, const void *state) {
    return &((const struct micro_book *)state)->view;
}

static int parse_name(struct spec *spec, const char *word) {
    const char *names[NAMES_MAX];
    size_t count = micro_count();
    CHECK(count <= NAMES_MAX);
    for (size_t i = 0; i < count; i++) names[i] = micro_at(i)->name;
    spec->feature = micro_find(word);
    if (spec->feature == NULL) {
        const char *near = nearest_name(word, names, count);
        return ERR_SET(ERR_NOT_FOUND, "there is no feature '%s'%s%s%s", word,
                       near != NULL ? "; did you mean '"
                                    : "; fulmar calc --list microstructure shows all",
                       near != NULL ? near : "", near != NULL ? "'?" : "");
    }
    params_defaults(spec->feature->params, spec->feature->param_count, spec->params);
    return 0;
}

static int parse_param(struct spec *spec, char *word) {
    if (spec->feature == NULL) return ERR_SET(ERR_PARSE, "features: '%s' follows no feature", word);
    char *equals = strchr(word, '=');
    *equals = '\0';
    int rc = params_set(spec->feature->params, spec->feature->param_count, word, equals + 1,
                        spec->params);
    return rc < 0 ? ERR_APPEND(rc, "in the parameters of %s", spec->feature->name) : 0;
}

static int add_spec(struct micro_set *set, struct spec *spec) {
    if (spec->feature == NULL) return 0;
    int call = micro_set_add(set, spec->feature, spec->params);
    spec->feature = NULL;
    return call < 0 ? call : 0;
}

static int add_all(struct micro_set *set) {
    for (size_t i = 0; i < micro_count(); i++) {
        struct spec spec = {.feature = micro_at(i)};
        params_defaults(spec.feature->params, spec.feature->param_count, spec.params);
        TRY(add_spec(set, &spec));
    }
    return 0;
}

static struct micro_book *book_of(void *state) {
    return state;
}

static double *outputs_of(void *state, const struct micro_call *call) {
    return (double *)((unsigned char *)state + sizeof(struct micro_book)) + call->output_at;
}

static void *state_of(const struct micro_set *set, void *state, const struct micro_call *call) {
    return (unsigned char *)state + sizeof(struct micro_book) + set->output_count * sizeof(double) +
           call->state_at;
}

static void time_set(struct micro_view *view, int64_t now_ns) {
    if (now_ns > view->now_ns) view->now_ns = now_ns;
}

// What no double can hold is undefined. Looked for in the upper halves of four at a time: a double whose upper half is
// that of infinity is infinite, or a NaN that no computation makes, and then all are looked at.
static void define(const struct micro_set *set, void *state) {
    double *outputs = outputs_of(state, &set->calls[0]);
    const words magnitude = {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX};
    const words infinity = {0x7FF00000, 0x7FF00000, 0x7FF00000, 0x7FF00000};
    words found = {0};
    uint32_t i = 0, count = set->output_count;
    for (; i + 4 <= count; i += 4) {
        const words_at *at = (const words_at *)(outputs + i);
        words upper = __builtin_shufflevector((words)at[0], (words)at[1], 1, 3, 5, 7);
        found |= (upper & magnitude) == infinity;
    }
    bool any = (found[0] | found[1] | found[2] | found[3]) != 0;
    for (; i < count; i++) any |= fabs(outputs[i]) == INFINITY;
    if (LIKELY(!any)) return;
    for (i = 0; i < count; i++)
        if (isinf(outputs[i])) outputs[i] = NAN;
}
