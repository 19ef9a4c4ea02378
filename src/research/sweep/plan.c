// SPDX-License-Identifier: Apache-2.0
#include "research/sweep/plan.h"

#include "base/check.h"
#include "base/map.h"
#include "base/prng.h"
#include "research/sweep/sobol.h"

// Draws that bring nothing new before a sampler gives up: a `where` that hardly any point meets.
enum { IDLE_DRAWS_MAX = 1 << 20 };

static const char *const names[PLAN_METHOD_COUNT] = {"grid", "random", "sobol"};

const char *plan_method_name(enum plan_method method) {
    return names[method];
}

// Whether a point is to be tried; those that are not are counted.
static bool is_wanted(struct plan *plan, const struct plan_config *config, uint64_t point) {
    double values[PARAMS_MAX];
    space_values(config->space, point, values);
    plan->considered++;
    if (config->where != NULL && !expression_holds(config->where, values)) {
        plan->outside++;
        return false;
    }
    if (config->check != NULL && config->check(values) < 0) {
        plan->refused++;
        return false;
    }
    return true;
}

static int grid(struct plan *plan, struct arena *arena, const struct plan_config *config) {
    uint64_t points = config->space->points;
    if (points > PLAN_CONSIDERED_MAX)
        return ERR_SET(ERR_ARGUMENT,
                       "the grid has %llu points, over 2^30; sample it: --search random",
                       (unsigned long long)points);
    plan->points = ARENA_NEW(arena, uint64_t, points);
    if (plan->points == NULL) return ERR_NOMEM;
    for (uint64_t point = 0; point < points; point++)
        if (is_wanted(plan, config, point)) plan->points[plan->count++] = point;
    return 0;
}

static uint64_t sobol_point(const struct space *space, struct sobol *sequence) {
    uint32_t coordinates[PARAMS_MAX];
    double draws[PARAMS_MAX];
    sobol_next(sequence, draws);
    for (uint32_t i = 0; i < space->axis_count; i++)
        coordinates[i] = (uint32_t)(draws[i] * space->axes[i].count);
    return space_point(space, coordinates);
}

static int sample(struct plan *plan, struct arena *arena, const struct plan_config *config) {
    const struct space *space = config->space;
    uint64_t want = config->samples < space->points ? config->samples : space->points;
    struct prng prng;
    struct sobol sequence;
    struct map seen;
    prng_seed(&prng, config->seed);
    if (config->method == PLAN_SOBOL) TRY(sobol_init(&sequence, space->axis_count));
    if (want > PLAN_SAMPLES_MAX)
        return ERR_SET(ERR_ARGUMENT, "%llu samples are over 2^24", (unsigned long long)want);
    plan->points = ARENA_NEW(arena, uint64_t, want);
    if (plan->points == NULL) return ERR_NOMEM;
    TRY(map_init(&seen, arena, (uint32_t)(2 * want + IDLE_DRAWS_MAX)));
    for (uint64_t idle = 0; plan->count < want && idle < IDLE_DRAWS_MAX; idle++) {
        uint64_t point = config->method == PLAN_SOBOL ? sobol_point(space, &sequence)
                                                      : prng_below(&prng, space->points);
        uint32_t known;
        if (map_get(&seen, point, &known)) continue;
        if (map_put(&seen, point, 0) < 0) break;
        if (!is_wanted(plan, config, point)) continue;
        plan->points[plan->count++] = point;
        idle = 0;
    }
    return 0;
}

int plan_make(struct plan *plan, struct arena *arena, const struct plan_config *config) {
    CHECK(config->method < PLAN_METHOD_COUNT);
    CHECK(config->method == PLAN_GRID || config->samples > 0);
    struct plan made = {0};
    TRY(config->method == PLAN_GRID ? grid(&made, arena, config) : sample(&made, arena, config));
    if (made.count == 0)
        return ERR_SET(
            ERR_ARGUMENT,
            "no combination is left of %llu: --where leaves out %llu, and of the rest the "
            "strategy itself refuses %llu%s%s%s",
            (unsigned long long)made.considered, (unsigned long long)made.outside,
            (unsigned long long)made.refused, made.refused > 0 ? " (" : "",
            made.refused > 0 ? err_story() : "", made.refused > 0 ? ")" : "");
    *plan = made;
    return 0;
}
