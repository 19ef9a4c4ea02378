// SPDX-License-Identifier: Apache-2.0
#include "report/fold.h"

#include <string.h>

#include "base/check.h"
#include "report/report_list.h"

#define DECLARE(name) extern const struct fold fold_##name;
REPORT_LIST(DECLARE)
#undef DECLARE

static const struct fold *const folds[] = {
#define ROW(name) &fold_##name,
    REPORT_LIST(ROW)
#undef ROW
};

size_t fold_count(void) {
    return sizeof folds / sizeof folds[0];
}

const struct fold *fold_at(size_t index) {
    CHECK(index < fold_count());
    return folds[index];
}

int fold_find(const char *name) {
    for (size_t i = 0; i < fold_count(); i++)
        if (strcmp(folds[i]->name, name) == 0) return (int)i;
    return -1;
}
