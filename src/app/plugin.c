// SPDX-License-Identifier: Apache-2.0
#include "app/plugin.h"

#include <ctype.h>
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fulmar/strategy.h>

// What crosses the border as it is has the same layout on both sides.
#define SAME(a, b, field)                                                                          \
    _Static_assert(offsetof(struct a, field) == offsetof(struct b, field), #field)
_Static_assert(sizeof(struct strategy_bar) == sizeof(struct fulmar_bar), "bar");
SAME(strategy_bar, fulmar_bar, open);
SAME(strategy_bar, fulmar_bar, high);
SAME(strategy_bar, fulmar_bar, low);
SAME(strategy_bar, fulmar_bar, close);
SAME(strategy_bar, fulmar_bar, volume);
SAME(strategy_bar, fulmar_bar, close_ns);
_Static_assert(sizeof(struct strategy_target) == sizeof(struct fulmar_target), "target");
SAME(strategy_target, fulmar_target, kind);
SAME(strategy_target, fulmar_target, reason);
SAME(strategy_target, fulmar_target, weight);
SAME(strategy_target, fulmar_target, confidence);
SAME(strategy_target, fulmar_target, stop);
SAME(strategy_target, fulmar_target, take);
_Static_assert((int)FULMAR_INPUTS_MAX == (int)STRATEGY_INPUTS_MAX, "limit of inputs");
_Static_assert((int)FULMAR_PARAMS_MAX == (int)PARAMS_MAX, "limit of parameters");
_Static_assert((int)FULMAR_DURATION == (int)PARAM_DURATION, "types of parameters");
_Static_assert((int)FULMAR_ENUM == (int)PARAM_ENUM, "types of parameters");
_Static_assert((int)FULMAR_BOOL == (int)PARAM_BOOL, "types of parameters");
_Static_assert((int)FULMAR_REAL == (int)PARAM_REAL, "types of parameters");
_Static_assert((int)FULMAR_UNIVERSE == (int)SCOPE_UNIVERSE, "scopes");
_Static_assert((int)FULMAR_REBALANCE == (int)TARGET_REBALANCE, "kinds of targets");

enum { STATE_MAX = 1 << 20 };

struct slot {
    char path[4096]; // resolved
    const struct fulmar_strategy *theirs;
    struct strategy ours;
    struct param params[PARAMS_MAX];
    char fault[256]; // of its first answer that is no target
};
static struct slot slots[PLUGINS_MAX];
static size_t slot_count;

static void note_fault(struct slot *slot, const struct strategy_view *view, uint32_t instrument,
                       const char *what, double value) {
    if (*slot->fault != '\0') return;
    snprintf(slot->fault, sizeof slot->fault,
             "its decision %llu gave instrument %u of its view %s %g",
             (unsigned long long)view->decisions, instrument, what, value);
}

// The first fault of an answer, or NULL.
static const char *target_fault(const struct strategy_target *target, double *ret_value) {
    const struct {
        const char *what;
        double value;
        bool wrong;
    } rows[] = {
        {"kind", target->kind, target->kind > TARGET_REBALANCE},
        {"weight", target->weight, !(fabs(target->weight) <= 1)},
        {"confidence", target->confidence, !(target->confidence >= 0 && target->confidence <= 1)},
        {"stop", target->stop,
         !isnan(target->stop) && !(target->stop > 0 && isfinite(target->stop))},
        {"take", target->take,
         !isnan(target->take) && !(target->take > 0 && isfinite(target->take))},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!rows[i].wrong) continue;
        *ret_value = rows[i].value;
        return rows[i].what;
    }
    return NULL;
}

static void ask(struct slot *slot, const struct strategy_view *view, void *state,
                struct strategy_out *ret_out) {
    struct fulmar_view theirs = {
        .now_ns = view->now_ns,
        .params = view->params,
        .instrument_count = view->instrument_count,
        .input_count = view->input_count,
        .bars = (const struct fulmar_bar *)view->bars,
        .inputs = view->inputs,
        .fresh = view->fresh,
        .position = view->position,
        .entry_price = view->entry_price,
        .decisions = view->decisions,
    };
    slot->theirs->decide(&theirs, state, (struct fulmar_target *)ret_out->targets);
    for (uint32_t i = 0; i < view->instrument_count; i++) {
        struct strategy_target *target = &ret_out->targets[i];
        double value = 0;
        const char *what = target_fault(target, &value);
        if (target->kind == TARGET_KEEP || what == NULL) continue;
        note_fault(slot, view, i, what, value);
        *target = (struct strategy_target){.confidence = 1, .stop = NAN, .take = NAN};
    }
}

// decide() of the family has no place for whose it is, so that each slot has one of its own.
#define SLOTS(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)
#define DEFINE(n)                                                                                  \
    static void decide_##n(const struct strategy_view *view, void *state,                          \
                           struct strategy_out *ret_out) {                                         \
        ask(&slots[n], view, state, ret_out);                                                      \
    }                                                                                              \
    static int check_##n(const double *params) {                                                   \
        const char *fault = slots[n].theirs->check(params);                                        \
        return fault == NULL ? 0 : ERR_SET(ERR_ARGUMENT, "%s", fault);                             \
    }
SLOTS(DEFINE)
#define DECIDE(n) decide_##n,
#define CHECK_OF(n) check_##n,
static void (*const decides[PLUGINS_MAX])(const struct strategy_view *, void *,
                                          struct strategy_out *) = {SLOTS(DECIDE)};
static int (*const checks[PLUGINS_MAX])(const double *) = {SLOTS(CHECK_OF)};

static bool is_name(const char *name) {
    size_t len = name == NULL ? 0 : strlen(name);
    if (len == 0 || len > FULMAR_NAME_MAX || !islower((unsigned char)*name)) return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

// Sizes and version, before anything else of it is read.
static int check_head(const struct fulmar_strategy *theirs) {
    const struct {
        const char *what;
        uint32_t theirs, ours;
    } rows[] = {
        {"fulmar_strategy", theirs->size, sizeof(struct fulmar_strategy)},
        {"fulmar_param", theirs->param_size, sizeof(struct fulmar_param)},
        {"fulmar_bar", theirs->bar_size, sizeof(struct fulmar_bar)},
        {"fulmar_view", theirs->view_size, sizeof(struct fulmar_view)},
        {"fulmar_target", theirs->target_size, sizeof(struct fulmar_target)},
    };
    if (theirs->abi != FULMAR_STRATEGY_ABI)
        return ERR_SET(ERR_ARGUMENT,
                       "it was built for version %u of the contract, this program has version %d: "
                       "build it against this program's fulmar/strategy.h",
                       theirs->abi, FULMAR_STRATEGY_ABI);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].theirs != rows[i].ours)
            return ERR_SET(ERR_ARGUMENT,
                           "its struct %s has %u bytes, this program's %u: build it for this "
                           "machine against this program's fulmar/strategy.h",
                           rows[i].what, rows[i].theirs, rows[i].ours);
    return 0;
}

static int check_body(const struct fulmar_strategy *theirs) {
    if (!is_name(theirs->name))
        return ERR_SET(ERR_ARGUMENT, "its name is not lower_snake_case of at most %d bytes",
                       FULMAR_NAME_MAX);
    if (theirs->summary == NULL) return ERR_SET(ERR_ARGUMENT, "it has no summary");
    if (theirs->decide == NULL) return ERR_SET(ERR_ARGUMENT, "it has no decide()");
    if (theirs->scope > FULMAR_UNIVERSE)
        return ERR_SET(ERR_ARGUMENT, "its scope is %llu; there are 0 and 1",
                       (unsigned long long)theirs->scope);
    if (theirs->state_size % 8 != 0 || theirs->state_size > STATE_MAX ||
        theirs->state_size_per_instrument % 8 != 0 || theirs->state_size_per_instrument > STATE_MAX)
        return ERR_SET(ERR_ARGUMENT, "its state's sizes are not multiples of 8 up to %d bytes",
                       STATE_MAX);
    if (theirs->param_count > FULMAR_PARAMS_MAX || (theirs->param_count > 0 && !theirs->params))
        return ERR_SET(ERR_ARGUMENT, "its table of %llu parameters is missing or over %d rows",
                       (unsigned long long)theirs->param_count, FULMAR_PARAMS_MAX);
    if (theirs->input_count > FULMAR_INPUTS_MAX || (theirs->input_count > 0 && !theirs->inputs))
        return ERR_SET(ERR_ARGUMENT, "its list of %llu inputs is missing or over %d",
                       (unsigned long long)theirs->input_count, FULMAR_INPUTS_MAX);
    for (uint64_t i = 0; i < theirs->input_count; i++)
        if (theirs->inputs[i] == NULL)
            return ERR_SET(ERR_ARGUMENT, "its input %llu has no text", (unsigned long long)i);
    return 0;
}

static int check_param(const struct fulmar_param *row, uint64_t index) {
    bool bounded = row->type != FULMAR_BOOL && row->type != FULMAR_ENUM;
    if (!is_name(row->name))
        return ERR_SET(ERR_ARGUMENT, "its parameter %llu has no lower_snake_case name",
                       (unsigned long long)index);
    if (row->type < FULMAR_INT || row->type > FULMAR_DURATION)
        return ERR_SET(ERR_ARGUMENT, "its parameter %s has type %d; there are 0 to %d", row->name,
                       row->type, FULMAR_DURATION);
    if (row->unit == NULL || row->help == NULL)
        return ERR_SET(ERR_ARGUMENT, "its parameter %s has no unit or no help", row->name);
    if (row->type == FULMAR_ENUM && (row->choices == NULL || *row->choices == '\0'))
        return ERR_SET(ERR_ARGUMENT, "its parameter %s has no choices", row->name);
    if (bounded && !(row->min <= row->max))
        return ERR_SET(ERR_ARGUMENT, "its parameter %s has min %g over max %g", row->name, row->min,
                       row->max);
    return 0;
}

static int take_params(struct slot *slot) {
    const struct fulmar_strategy *theirs = slot->theirs;
    double defaults[PARAMS_MAX];
    for (uint64_t i = 0; i < theirs->param_count; i++) {
        const struct fulmar_param *row = &theirs->params[i];
        TRY(check_param(row, i));
        if (params_find(slot->params, i, row->name) >= 0)
            return ERR_SET(ERR_ARGUMENT, "it has two parameters %s", row->name);
        slot->params[i] = (struct param){.name = row->name,
                                         .type = (enum param_type)row->type,
                                         .unit = row->unit,
                                         .def = row->def,
                                         .min = row->min,
                                         .max = row->max,
                                         .choices = row->choices,
                                         .help = row->help};
    }
    params_defaults(slot->params, theirs->param_count, defaults);
    return params_check(slot->params, theirs->param_count, theirs->name, defaults);
}

static int adopt(struct slot *slot, size_t index) {
    const struct fulmar_strategy *theirs = slot->theirs;
    TRY(check_head(theirs));
    TRY(check_body(theirs));
    TRY(take_params(slot));
    slot->ours = (struct strategy){
        .name = theirs->name,
        .summary = theirs->summary,
        .params = slot->params,
        .param_count = theirs->param_count,
        .inputs = theirs->inputs,
        .input_count = theirs->input_count,
        .scope = (enum strategy_scope)theirs->scope,
        .state_size = theirs->state_size,
        .state_size_per_instrument = theirs->state_size_per_instrument,
        .check = theirs->check != NULL ? checks[index] : NULL,
        .decide = decides[index],
    };
    return 0;
}

bool plugin_is_path(const char *name) {
    return strchr(name, '/') != NULL;
}

static int open_object(const char *path, struct slot *slot) {
    void *handle = dlopen(slot->path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return ERR_SET(ERR_ARGUMENT, "plug-in %s: %s", path, dlerror());
    slot->theirs = dlsym(handle, "fulmar_strategy");
    if (slot->theirs == NULL) {
        dlclose(handle);
        return ERR_SET(ERR_ARGUMENT,
                       "plug-in %s: it exports no object fulmar_strategy: define `const struct "
                       "fulmar_strategy fulmar_strategy`",
                       path);
    }
    int rc = adopt(slot, slot_count);
    if (rc < 0) {
        rc = ERR_APPEND(rc, "in the plug-in %s", path);
        dlclose(handle);
    }
    return rc;
}

static struct slot *find_slot(const char *path) {
    for (size_t i = 0; i < slot_count; i++)
        if (strcmp(slots[i].path, path) == 0) return &slots[i];
    return NULL;
}

int plugin_add(const char *name, const struct fulmar_strategy *strategy) {
    struct slot slot = {.theirs = strategy}, *place;
    if (!is_name(name) || strcmp(name, strategy->name) != 0)
        return ERR_SET(ERR_ARGUMENT,
                       "strategy '%s': a name is lower_snake_case of at most %d bytes, and the "
                       "table's own",
                       name, FULMAR_NAME_MAX);
    snprintf(slot.path, sizeof slot.path, "host/%s", name);
    place = find_slot(slot.path);
    if (place == NULL && slot_count == PLUGINS_MAX)
        return ERR_SET(ERR_FULL, "strategy %s: a program has %d strategies of its own at most",
                       name, PLUGINS_MAX);
    size_t index = place != NULL ? (size_t)(place - slots) : slot_count;
    struct slot before = slots[index];
    slots[index] = slot;
    int rc = adopt(&slots[index], index);
    if (rc < 0) {
        slots[index] = before;
        return ERR_APPEND(rc, "in the strategy %s", name);
    }
    if (place == NULL) slot_count++;
    return 0;
}

int plugin_load(const char *path, const struct strategy **ret_strategy) {
    struct slot *added = find_slot(path);
    if (added != NULL) {
        *ret_strategy = &added->ours;
        return 0;
    }
    char resolved[sizeof slots->path];
    char *found = realpath(path, NULL);
    if (found == NULL || strlen(found) >= sizeof resolved) {
        free(found);
        return ERR_SET(ERR_NOT_FOUND, "plug-in %s: there is no such file", path);
    }
    snprintf(resolved, sizeof resolved, "%s", found);
    free(found);
    struct slot *loaded = find_slot(resolved);
    if (loaded != NULL) {
        *ret_strategy = &loaded->ours;
        return 0;
    }
    if (slot_count == PLUGINS_MAX)
        return ERR_SET(ERR_FULL, "plug-in %s: a run has %d plug-ins at most", path, PLUGINS_MAX);
    struct slot *slot = &slots[slot_count];
    *slot = (struct slot){0};
    memcpy(slot->path, resolved, sizeof resolved);
    TRY(open_object(path, slot));
    slot_count++;
    *ret_strategy = &slot->ours;
    return 0;
}

void plugin_begin(void) {
    for (size_t i = 0; i < slot_count; i++) *slots[i].fault = '\0';
}

int plugin_faults(void) {
    for (size_t i = 0; i < slot_count; i++)
        if (*slots[i].fault != '\0')
            return ERR_SET(ERR_ARGUMENT, "plug-in %s: %s, which is no target", slots[i].path,
                           slots[i].fault);
    return 0;
}
