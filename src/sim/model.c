// SPDX-License-Identifier: Apache-2.0
#include "sim/model.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "sim/fee_list.h"
#include "sim/latency_list.h"
#include "sim/slip_list.h"

#define DECLARE_FEE(name) extern const struct fee_model fee_##name;
#define DECLARE_SLIP(name) extern const struct slip_model slip_##name;
#define DECLARE_LATENCY(name) extern const struct latency_model latency_##name;
FEE_LIST(DECLARE_FEE)
SLIP_LIST(DECLARE_SLIP)
LATENCY_LIST(DECLARE_LATENCY)

#define FEE_ENTRY(name) &fee_##name,
#define SLIP_ENTRY(name) &slip_##name,
#define LATENCY_ENTRY(name) &latency_##name,
static const struct fee_model *const fees[] = {FEE_LIST(FEE_ENTRY)};
static const struct slip_model *const slips[] = {SLIP_LIST(SLIP_ENTRY)};
static const struct latency_model *const latencies[] = {LATENCY_LIST(LATENCY_ENTRY)};

size_t fee_model_count(void) {
    return sizeof fees / sizeof *fees;
}

const struct fee_model *fee_model_at(size_t index) {
    CHECK(index < fee_model_count());
    return fees[index];
}

int fee_model_find(const char *name) {
    for (size_t i = 0; i < fee_model_count(); i++)
        if (strcmp(fees[i]->name, name) == 0) return (int)i;
    return -1;
}

size_t slip_model_count(void) {
    return sizeof slips / sizeof *slips;
}

const struct slip_model *slip_model_at(size_t index) {
    CHECK(index < slip_model_count());
    return slips[index];
}

int slip_model_find(const char *name) {
    for (size_t i = 0; i < slip_model_count(); i++)
        if (strcmp(slips[i]->name, name) == 0) return (int)i;
    return -1;
}

size_t latency_model_count(void) {
    return sizeof latencies / sizeof *latencies;
}

const struct latency_model *latency_model_at(size_t index) {
    CHECK(index < latency_model_count());
    return latencies[index];
}

int latency_model_find(const char *name) {
    for (size_t i = 0; i < latency_model_count(); i++)
        if (strcmp(latencies[i]->name, name) == 0) return (int)i;
    return -1;
}

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
