// SPDX-License-Identifier: Apache-2.0
#include "strategy/sizing.h"

#include <string.h>

#include "base/check.h"
#include "strategy/sizing_list.h"

#define DECLARE(name) extern const struct sizing sizing_##name;
SIZING_LIST(DECLARE)

#define ENTRY(name) &sizing_##name,
static const struct sizing *const methods[] = {SIZING_LIST(ENTRY)};

size_t sizing_count(void) {
    return sizeof methods / sizeof *methods;
}

const struct sizing *sizing_at(size_t index) {
    CHECK(index < sizing_count());
    return methods[index];
}

const struct sizing *sizing_find(const char *name) {
    for (size_t i = 0; i < sizing_count(); i++)
        if (strcmp(methods[i]->name, name) == 0) return methods[i];
    return NULL;
}
