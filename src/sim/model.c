// SPDX-License-Identifier: Apache-2.0
#include "sim/model.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "sim/fee_list.h"
#include "sim/latency_list.h"
#include "sim/queue_list.h"
#include "sim/slip_list.h"

enum { MODELS_MAX = 16 };

static int unknown(const char *word, const char *name, const char *const *names, size_t count) {
    const char *near = nearest_name(name, names, count);
    return near != NULL ? ERR_SET(ERR_NOT_FOUND, "there is no %s model '%s'; did you mean %s?",
                                  word, name, near)
                        : ERR_SET(ERR_NOT_FOUND, "there is no %s model '%s'; one is %s", word, name,
                                  names[0]);
}

// What every family has: its table of models, and the functions over it.
#define FAMILY(kind, word, list)                                                                   \
    list(DECLARE_##kind) static const struct kind##_model *const kind##_models[] = {               \
        list(ENTRY_##kind)};                                                                       \
    size_t kind##_model_count(void) {                                                              \
        return sizeof kind##_models / sizeof *kind##_models;                                       \
    }                                                                                              \
    const struct kind##_model *kind##_model_at(size_t index) {                                     \
        CHECK(index < kind##_model_count());                                                       \
        return kind##_models[index];                                                               \
    }                                                                                              \
    int kind##_model_find(const char *name) {                                                      \
        for (size_t i = 0; i < kind##_model_count(); i++)                                          \
            if (strcmp(kind##_models[i]->name, name) == 0) return (int)i;                          \
        return -1;                                                                                 \
    }                                                                                              \
    int kind##_model_pick(const char *name, const struct kind##_model **ret_model,                 \
                          double *ret_params) {                                                    \
        const char *names[MODELS_MAX];                                                             \
        _Static_assert(sizeof kind##_models / sizeof *kind##_models <= MODELS_MAX, "names");       \
        for (size_t i = 0; i < kind##_model_count(); i++) names[i] = kind##_models[i]->name;       \
        int at = kind##_model_find(name);                                                          \
        if (at < 0) return unknown(word, name, names, kind##_model_count());                       \
        *ret_model = kind##_models[at];                                                            \
        params_defaults((*ret_model)->params, (*ret_model)->param_count, ret_params);              \
        return 0;                                                                                  \
    }

#define DECLARE_fee(name) extern const struct fee_model fee_##name;
#define DECLARE_slip(name) extern const struct slip_model slip_##name;
#define DECLARE_latency(name) extern const struct latency_model latency_##name;
#define DECLARE_queue(name) extern const struct queue_model queue_##name;
#define ENTRY_fee(name) &fee_##name,
#define ENTRY_slip(name) &slip_##name,
#define ENTRY_latency(name) &latency_##name,
#define ENTRY_queue(name) &queue_##name,

FAMILY(fee, "fee", FEE_LIST)
FAMILY(slip, "slippage", SLIP_LIST)
FAMILY(latency, "latency", LATENCY_LIST)
FAMILY(queue, "queue", QUEUE_LIST)

int64_t model_parts(double fraction) {
    CHECK(fraction > -1e9 && fraction < 1e9);
    return llround(fraction * MODEL_PARTS);
}

int128_t model_share_up(int128_t amount, int64_t parts) {
    int128_t product;
    CHECK(!__builtin_mul_overflow(amount, (int128_t)parts, &product));
    return decimal_div_round(product, MODEL_PARTS, ROUND_CEIL);
}

int64_t model_fee(int128_t fee) {
    int64_t narrow;
    CHECK(decimal_narrow(fee, &narrow) == 0);
    return narrow;
}

int64_t model_price_share(price_t price, double fraction) {
    CHECK(fraction >= 0 && fraction <= 1000);
    int128_t offset = model_share_up(price.m, model_parts(fraction));
    return offset > INT64_MAX ? INT64_MAX : (int64_t)offset;
}
