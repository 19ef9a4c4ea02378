// SPDX-License-Identifier: Apache-2.0
// Any bytes as JSON: taken or not, and read, as jansson does.
#include <stdint.h>

#include "../jscan_twin.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CHECK(twin_compare((const char *)data, size) != TWIN_DIFFERS);
    return 0;
}
