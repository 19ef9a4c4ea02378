// SPDX-License-Identifier: Apache-2.0
// Recorded latencies of a run: feeds alone have them.
#include <stdio.h>
#include <string.h>

#include "app/data/latency_file.h"
#include "app/run/run_parts.h"

// "feed:2" is both ways, "feed:entry=2,report=1" each.
int run_choose_latency_params(const struct latency_model *model, const struct run_model *words,
                              double *values) {
    static const char *const both[2] = {"entry=", "report="};
    char made[2][64];
    const char *const params[2] = {made[0], made[1]};
    bool one = model->by_series && words->params_count == 1 && !strchr(words->params[0], '=');
    for (int i = 0; i < 2 && one; i++)
        snprintf(made[i], sizeof made[i], "%s%.50s", both[i], words->params[0]);
    return run_set_params(words->model, model->params, model->param_count,
                          one ? params : words->params, one ? 2 : words->params_count, values);
}

int run_open_latency(struct run *run, const struct run_model *words) {
    static const char KEY[] = "file=";
    if (!run->is_feed)
        return ERR_SET(ERR_ARGUMENT, "latency %s: its times go with a recorded feed, not with bars",
                       words->model);
    struct sim_config *sim = &run->sim_config;
    if (sim->latency->param_count > 0)
        return run_choose_latency_params(sim->latency, words, sim->latency_params);
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
