// SPDX-License-Identifier: Apache-2.0
// Recorded latencies of a run: feeds alone have them.
#include <string.h>

#include "app/data/latency_file.h"
#include "app/run/run_parts.h"

int run_open_latency(struct run *run, const struct run_model *words) {
    static const char KEY[] = "file=";
    if (!run->is_feed)
        return ERR_SET(ERR_ARGUMENT,
                       "latency recorded: the times of real orders go with a recorded feed, not "
                       "with bars");
    for (uint32_t i = 0; i < words->params_count; i++) {
        const char *word = words->params[i];
        if (strncmp(word, KEY, sizeof KEY - 1) != 0 || words->params_count > 1)
            return ERR_SET(ERR_ARGUMENT,
                           "latency recorded: '%s' is no setting of it; it has file=FILE.csv",
                           words->params[words->params_count - 1]);
        return latency_file_read(&run->wiring, word + sizeof KEY - 1, &run->latency_series);
    }
    return ERR_SET(ERR_ARGUMENT, "latency recorded: which? file=FILE.csv names it");
}
