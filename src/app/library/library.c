// SPDX-License-Identifier: Apache-2.0
// What every part of libfulmar needs: versions, errors, memory.
#include <fulmar/fulmar.h>
#include <stdlib.h>

#include "app/plugin.h"
#include "base/err.h"

int32_t fulmar_abi(void) {
    return FULMAR_ABI;
}

const char *fulmar_version(void) {
    return FULMAR_VERSION;
}

const char *fulmar_error(void) {
    return err_story();
}

const char *fulmar_code(int error) {
    return err_name(error);
}

void fulmar_free(void *memory) {
    free(memory);
}

int fulmar_strategy_add(const char *name, const struct fulmar_strategy *strategy) {
    return plugin_add(name, strategy);
}
