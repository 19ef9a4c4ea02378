// SPDX-License-Identifier: Apache-2.0
// Which sector an instrument counts to in the report: "NAME=SYMBOL[,SYMBOL...]".
#include <stdio.h>
#include <string.h>

#include "app/run/run_parts.h"

static int choose_sector(struct run *run, const char *line, const char **sectors) {
    size_t len = strcspn(line, "=");
    if (len == 0 || line[len] != '=' || line[len + 1] == '\0')
        return ERR_SET(ERR_ARGUMENT, "sectors: '%s' is not NAME=SYMBOL[,SYMBOL...]", line);
    char *name = ARENA_NEW(&run->wiring, char, len + 1);
    if (name == NULL) return ERR_NOMEM;
    memcpy(name, line, len);
    for (const char *at = line + len + 1; *at != '\0'; at += len, at += *at == ',') {
        char symbol[160];
        uint32_t instrument = 0;
        len = strcspn(at, ",");
        if (len == 0 || len >= sizeof symbol)
            return ERR_SET(ERR_ARGUMENT, "sectors: '%s' has no symbol at '%.40s'", line, at);
        snprintf(symbol, sizeof symbol, "%.*s", (int)len, at);
        TRY(run_find_instrument(run, "sectors", symbol, &instrument));
        if (sectors[instrument] != NULL)
            return ERR_SET(ERR_ARGUMENT, "sectors: %s is of '%s' already", symbol,
                           sectors[instrument]);
        sectors[instrument] = name;
    }
    return 0;
}

int run_choose_sectors(struct run *run) {
    const struct run_config *config = run->config;
    if (config->sectors_count == 0) return 0;
    run->sectors = ARENA_NEW(&run->wiring, const char *, run->instruments.count);
    if (run->sectors == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < config->sectors_count; i++)
        TRY(choose_sector(run, config->sectors[i], run->sectors));
    return 0;
}
