// SPDX-License-Identifier: Apache-2.0
#include "quant/micro/micro.h"

#include <string.h>

#include "base/check.h"
#include "quant/micro/micro_list.h"

#define DECLARE(name) extern const struct micro micro_##name;
MICRO_LIST(DECLARE)

#define ENTRY(name) &micro_##name,
static const struct micro *const features[] = {MICRO_LIST(ENTRY)};

const struct micro *micro_find(const char *name) {
    for (size_t i = 0; i < micro_count(); i++)
        if (strcmp(features[i]->name, name) == 0) return features[i];
    return NULL;
}

size_t micro_count(void) {
    return sizeof features / sizeof *features;
}

const struct micro *micro_at(size_t index) {
    CHECK(index < micro_count());
    return features[index];
}

int micro_output(const struct micro *micro, const char *name) {
    for (size_t i = 0; i < micro->output_count; i++)
        if (strcmp(micro->outputs[i], name) == 0) return (int)i;
    return -1;
}
