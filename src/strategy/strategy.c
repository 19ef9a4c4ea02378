// SPDX-License-Identifier: Apache-2.0
#include "strategy/strategy.h"

#include <string.h>

#include "base/check.h"
#include "strategy/strategy_list.h"

#define DECLARE(name) extern const struct strategy strategy_##name;
STRATEGY_LIST(DECLARE)

#define ENTRY(name) &strategy_##name,
static const struct strategy *const strategies[] = {STRATEGY_LIST(ENTRY)};

size_t strategy_count(void) {
    return sizeof strategies / sizeof *strategies;
}

const struct strategy *strategy_at(size_t index) {
    CHECK(index < strategy_count());
    return strategies[index];
}

bool strategy_param_is_wired(const struct strategy *strategy, size_t param) {
    const char *name = strategy->params[param].name;
    size_t len = strlen(name);
    for (size_t i = 0; i < strategy->input_count; i++)
        for (const char *at = strchr(strategy->inputs[i], '$'); at != NULL;
             at = strchr(at + 1, '$')) {
            size_t word = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");
            if (word == len && strncmp(at + 1, name, len) == 0) return true;
        }
    return false;
}

const struct strategy *strategy_find(const char *name) {
    for (size_t i = 0; i < strategy_count(); i++)
        if (strcmp(strategies[i]->name, name) == 0) return strategies[i];
    return NULL;
}
