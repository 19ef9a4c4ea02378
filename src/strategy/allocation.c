// SPDX-License-Identifier: Apache-2.0
#include "strategy/allocation.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "quant/math/sum.h"
#include "quant/series/covariance.h"
#include "strategy/allocation_kit.h"
#include "strategy/allocation_list.h"

#define DECLARE(name) extern const struct allocation allocation_##name;
ALLOCATION_LIST(DECLARE)

#define ENTRY(name) &allocation_##name,
static const struct allocation *const methods[] = {ALLOCATION_LIST(ENTRY)};

enum { BISECTIONS = 200, PROGRAMME_MATRICES = 48, SLACK = 1 << 16 };
#define VARIANCE_MORE 1e-6

size_t allocation_count(void) {
    return sizeof methods / sizeof *methods;
}

const struct allocation *allocation_at(size_t index) {
    CHECK(index < allocation_count());
    return methods[index];
}

const struct allocation *allocation_find(const char *name) {
    for (size_t i = 0; i < allocation_count(); i++)
        if (strcmp(methods[i]->name, name) == 0) return methods[i];
    return NULL;
}

int allocation_check(const struct allocation *allocation, uint32_t count, const double *params) {
    if (count > ALLOCATION_STRATEGIES_MAX)
        return ERR_SET(ERR_ARGUMENT, "allocation %s: %u strategies are over the limit of %d",
                       allocation->name, count, ALLOCATION_STRATEGIES_MAX);
    if (params[ALLOCATION_LEAST] > params[ALLOCATION_WINDOW])
        return ERR_SET(ERR_ARGUMENT, "allocation %s: least (%g days) is above window (%g)",
                       allocation->name, params[ALLOCATION_LEAST], params[ALLOCATION_WINDOW]);
    if (params[ALLOCATION_FLOOR] > params[ALLOCATION_CAP])
        return ERR_SET(ERR_ARGUMENT, "allocation %s: floor (%g) is above cap (%g)",
                       allocation->name, params[ALLOCATION_FLOOR], params[ALLOCATION_CAP]);
    if (params[ALLOCATION_FLOOR] * count > 1)
        return ERR_SET(ERR_ARGUMENT,
                       "allocation %s: %u strategies at a floor of %g are more than the whole; "
                       "floor is at most %g",
                       allocation->name, count, params[ALLOCATION_FLOOR], 1.0 / count);
    return 0;
}

size_t allocation_memory(uint32_t count) {
    size_t matrix = (size_t)count * count + count;
    return sizeof(double) * (PROGRAMME_MATRICES * matrix + (size_t)count * ALLOCATION_WINDOW_MAX) +
           SLACK;
}

static double sum_at(const double *weights, uint32_t count, double scale, double floor,
                     double cap) {
    struct sum sum = {0};
    for (uint32_t i = 0; i < count; i++) sum_add(&sum, fmin(fmax(scale * weights[i], floor), cap));
    return sum_value(&sum);
}

void allocation_bound(double *weights, uint32_t count, double floor, double cap) {
    double total = sum_of(weights, count), low = 0, high = 1;
    for (int i = 0; i < BISECTIONS && sum_at(weights, count, high, floor, cap) < total; i++)
        high *= 2;
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = low + (high - low) / 2;
        if (sum_at(weights, count, middle, floor, cap) < total)
            low = middle;
        else
            high = middle;
    }
    for (uint32_t i = 0; i < count; i++) weights[i] = fmin(fmax(high * weights[i], floor), cap);
}

void allocation_means(const struct allocation_view *view, double *ret_means) {
    for (uint32_t i = 0; i < view->count; i++)
        ret_means[i] = sum_mean(view->returns[i], view->days);
}

void allocation_deviations(const struct allocation_view *view, double *ret_deviations) {
    for (uint32_t i = 0; i < view->count; i++) {
        double mean = sum_mean(view->returns[i], view->days);
        struct sum squares = {0};
        for (uint32_t t = 0; t < view->days; t++) {
            double off = view->returns[i][t] - mean;
            sum_add(&squares, off * off);
        }
        ret_deviations[i] = view->days > 1 ? sqrt(sum_value(&squares) / (view->days - 1)) : 0;
    }
}

int allocation_covariance(const struct allocation_view *view, struct arena *scratch,
                          double *ret_covariance) {
    double shrinkage, *room = ARENA_NEW(scratch, double, (size_t)view->count * view->days);
    if (room == NULL) return ERR_NOMEM;
    TRY(covariance_shrink(view->returns, view->count, view->days, COVARIANCE_CONSTANT, room,
                          ret_covariance, &shrinkage));
    for (uint32_t i = 0; i < view->count; i++)
        ret_covariance[(size_t)i * view->count + i] *= 1 + VARIANCE_MORE;
    return 0;
}

void allocation_normalise(double *weights, uint32_t count) {
    double total = sum_of(weights, count);
    for (uint32_t i = 0; i < count; i++) weights[i] = total > 0 ? weights[i] / total : 1.0 / count;
}

// Of the strategies whose returns vary alone; the others keep their shares.
static int weigh_moving(const struct allocation *allocation, const double *params,
                        const struct allocation_view *view, struct arena *scratch,
                        double *ret_weights) {
    double *deviations = ARENA_NEW(scratch, double, view->count);
    double *shares = ARENA_NEW(scratch, double, view->count);
    double *weights = ARENA_NEW(scratch, double, view->count);
    const double **returns = ARENA_NEW(scratch, const double *, view->count);
    struct allocation_view moving = *view;
    double left = 1;
    if (deviations == NULL || shares == NULL || weights == NULL || returns == NULL)
        return ERR_NOMEM;
    allocation_deviations(view, deviations);
    moving.count = 0;
    for (uint32_t i = 0; i < view->count; i++) {
        if (!(deviations[i] > 0)) {
            left -= ret_weights[i] = view->shares[i];
            continue;
        }
        shares[moving.count] = view->shares[i];
        returns[moving.count++] = view->returns[i];
    }
    if (moving.count == 0) return 0;
    moving.returns = returns;
    moving.shares = shares;
    TRY(allocation->weigh(&moving, params, scratch, weights));
    for (uint32_t i = 0, k = 0; i < view->count; i++)
        if (deviations[i] > 0) ret_weights[i] = fmax(left, 0) * weights[k++];
    return 0;
}

bool allocation_weigh(const struct allocation *allocation, const double *params,
                      const struct allocation_view *view, struct arena *scratch,
                      double *ret_weights) {
    size_t mark = scratch->used;
    int rc;
    if (!allocation->reads_returns)
        rc = allocation->weigh(view, params, scratch, ret_weights);
    else if (view->days < params[ALLOCATION_LEAST])
        rc = ERR_NOT_FOUND;
    else
        rc = weigh_moving(allocation, params, view, scratch, ret_weights);
    arena_rewind(scratch, mark);
    for (uint32_t i = 0; rc == 0 && i < view->count; i++)
        if (!(ret_weights[i] >= 0 && ret_weights[i] <= 1 + 1e-9)) rc = ERR_ARGUMENT;
    if (rc < 0) return false;
    // Who stands still may be fewer than all: a floor that suits all suits those that are left.
    allocation_bound(ret_weights, view->count, params[ALLOCATION_FLOOR], params[ALLOCATION_CAP]);
    return true;
}
