// SPDX-License-Identifier: Apache-2.0
// What a feed has of its own in a configuration (`feeds`), in place of the run's fees, latency, queue and settings.
#include <string.h>

#include "app/run/run_parts.h"

int run_find_own(const struct run *run, uint32_t instrument,
                 const struct run_feed_words **ret_own) {
    const struct run_config *config = run->config;
    *ret_own = NULL;
    for (uint32_t i = 0; i < config->feeds_count; i++) {
        uint32_t index;
        TRY(run_find_instrument(run, "feeds", config->feeds[i].feed, &index));
        if (index != instrument) continue;
        if (*ret_own != NULL)
            return ERR_SET(ERR_ARGUMENT, "feeds: %s stands there twice", config->feeds[i].feed);
        *ret_own = &config->feeds[i];
    }
    return 0;
}

// Settings of the run as a whole: a feed cannot have them alone.
static bool is_of_the_run(enum run_feed_param param) {
    switch (param) {
    case RUN_FEED_STEP:
    case RUN_FEED_CLOCK:
    case RUN_FEED_HEARD:
    case RUN_FEED_DELAY:
    case RUN_FEED_WINDOW:
    case RUN_FEED_LEVELS:
    case RUN_FEED_MARGIN_INITIAL:
    case RUN_FEED_MARGIN_MAINTENANCE:
    case RUN_FEED_ALLOW_SHORT:
        return true;
    default:
        return false;
    }
}

static int set_venue(const struct run *run, const struct run_feed_words *own, double *params) {
    TRY(run_set_params(own->feed, run_feed_params, RUN_FEED_PARAM_COUNT, own->venue,
                       own->venue_count, params));
    for (int i = 0; i < RUN_FEED_PARAM_COUNT; i++)
        if (is_of_the_run((enum run_feed_param)i) && params[i] != run->feed_params[i])
            return ERR_SET(ERR_ARGUMENT, "feeds: %s: %s is of the run, all its feeds have the same",
                           own->feed, run_feed_params[i].name);
    return 0;
}

static int set_fee(struct tick_config *tick, const struct run_model *words) {
    if (words == NULL) return 0;
    if (tick_config_set_fee(tick, words->model) < 0)
        return ERR_APPEND(ERR_ARGUMENT, "fulmar backtest --list names all models");
    return run_set_params(words->model, tick->fee->params, tick->fee->param_count, words->params,
                          words->params_count, tick->fee_params);
}

static int set_latency(struct tick_config *tick, const struct run_model *words) {
    if (words == NULL) return 0;
    if (tick_config_set_latency(tick, words->model) < 0)
        return ERR_APPEND(ERR_ARGUMENT, "fulmar backtest --list names all models");
    if (tick->latency->by_series && tick->latency->param_count == 0)
        return ERR_SET(ERR_ARGUMENT, "latency %s is of the run, all its feeds have the same file",
                       words->model);
    return run_choose_latency_params(tick->latency, words, tick->latency_params);
}

int run_choose_own(const struct run *run, const struct run_feed_words *own,
                   struct tick_config *tick, double *params) {
    if (own == NULL) return 0;
    TRY(set_venue(run, own, params));
    TRY(set_fee(tick, own->fees));
    return set_latency(tick, own->latency);
}
