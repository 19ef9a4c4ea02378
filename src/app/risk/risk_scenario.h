// SPDX-License-Identifier: Apache-2.0
// Scenarios of a user's, from a YAML file:
//
//   scenarios:
//     - name: a rise of rates
//       shocks: [TLT=-0.10, SPY=-0.05]       moves of assets; the others move as they lead one to expect
//       others: still                        or not at all; default expected
//       correlations: [all=0.8, SPY:TLT=0.4] every pair's, then single ones
//
// and the words that it shares with the command line, as "SPY=-0.2". Errors name file, line, key and what would be
// right.
#ifndef FULMAR_APP_RISK_RISK_SCENARIO_H
#define FULMAR_APP_RISK_RISK_SCENARIO_H

#include "app/risk/risk_input.h"
#include "quant/risk/stress.h"

enum { RISK_SHOCKS_MAX = 32, RISK_SCENARIOS_MAX = 1024, RISK_SCENARIO_FILE_MAX = 4 << 20 };

struct risk_scenario {
    const char *name;
    const char **shocks;
    uint32_t shocks_count;
    const char *others; // "expected" or "still"; NULL: the first
    const char **correlations;
    uint32_t correlations_count;
};

struct risk_scenarios {
    struct risk_scenario *list;
    uint32_t list_count;
};

// What a scenario says, in the portfolio's assets.
struct risk_shocks {
    size_t moved[RISK_SHOCKS_MAX];
    double moves[RISK_SHOCKS_MAX];
    size_t count;
    bool still;
    double all; // correlation of every pair; NaN: their own
    struct stress_pair pairs[RISK_SHOCKS_MAX];
    size_t pair_count;
};

// Reads a file and checks every word of it against the portfolio. Frees with risk_scenario_free. ERR_NOT_FOUND,
// ERR_IO, ERR_PARSE, ERR_NOMEM.
int risk_scenario_read(const char *path, const struct risk_input *input,
                       struct risk_scenarios **ret) MUST_USE;
void risk_scenario_free(struct risk_scenarios *scenarios);

// The shocks of a scenario that was read.
int risk_scenario_shocks(const struct risk_scenario *scenario, const struct risk_input *input,
                         struct risk_shocks *ret) MUST_USE;

// Adds "ASSET=MOVE", and "A:B=R" or "all=R". ERR_ARGUMENT, ERR_NOT_FOUND; ERR_FULL beyond RISK_SHOCKS_MAX.
int risk_scenario_add_shock(const char *word, const struct risk_input *input,
                            struct risk_shocks *shocks) MUST_USE;
int risk_scenario_add_correlation(const char *word, const struct risk_input *input,
                                  struct risk_shocks *shocks) MUST_USE;

// The asset of the portfolio with that name. ERR_NOT_FOUND.
int risk_scenario_asset(const struct risk_input *input, const char *name, size_t length,
                        size_t *ret_asset) MUST_USE;

#endif
