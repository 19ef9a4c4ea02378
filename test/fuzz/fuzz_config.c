// SPDX-License-Identifier: Apache-2.0
// The run's configuration, which users write and journals carry: any bytes give an error with a story, or a
// configuration whose canonical text reads back as itself.
#include <stdint.h>
#include <string.h>

#include "app/run/run_config.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct run_config *config, *again;
    struct text text, second;
    if (size > RUN_CONFIG_MAX) return 0;
    int rc = run_config_parse("fuzz.yaml", (const char *)data, size, &config);
    if (rc < 0) {
        CHECK(err_story()[0] != '\0');
        err_clear();
        return 0;
    }
    CHECK(config != NULL);
    text_init(&text, RUN_CONFIG_MAX);
    text_init(&second, RUN_CONFIG_MAX);
    if (run_config_write(config, &text) == 0) {
        CHECK(run_config_parse("canonical", text_string(&text), text.len, &again) == 0);
        CHECK(run_config_write(again, &second) == 0);
        CHECK(strcmp(text_string(&text), text_string(&second)) == 0);
        run_config_free(again);
    }
    err_clear();
    text_fini(&text);
    text_fini(&second);
    run_config_free(config);
    return 0;
}
