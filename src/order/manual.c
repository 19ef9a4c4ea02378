// SPDX-License-Identifier: Apache-2.0
#include "order/manual.h"

#include <string.h>

const char *manual_outcome_name(uint32_t outcome) {
    static const char *const names[MANUAL_OUTCOME_COUNT] = {
        [MANUAL_DONE] = "done",         [MANUAL_DUPLICATE] = "duplicate",
        [MANUAL_VETOED] = "vetoed",     [MANUAL_NOT_FOUND] = "not_found",
        [MANUAL_TOO_LATE] = "too_late", [MANUAL_INVALID] = "invalid",
    };
    return outcome < MANUAL_OUTCOME_COUNT ? names[outcome] : NULL;
}

bool manual_id_is_valid(const char id[MANUAL_ID_SIZE]) {
    size_t len = strnlen(id, MANUAL_ID_SIZE);
    if (len == 0 || len == MANUAL_ID_SIZE) return false;
    for (size_t i = 0; i < len; i++)
        if (id[i] <= ' ' || id[i] > '~') return false;
    for (size_t i = len; i < MANUAL_ID_SIZE; i++)
        if (id[i] != '\0') return false;
    return true;
}
