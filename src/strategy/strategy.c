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

const struct strategy *strategy_find(const char *name) {
    for (size_t i = 0; i < strategy_count(); i++)
        if (strcmp(strategies[i]->name, name) == 0) return strategies[i];
    return NULL;
}
