// SPDX-License-Identifier: Apache-2.0
#include "app/risk/risk_liquidity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int read_market(const struct csv *csv, const struct risk_input *input,
                       struct liquidity *ret) {
    static const char *const names[] = {"spread", "spread_deviation", "volume"};
    double *column = calloc(csv->rows + 1, sizeof *column);
    int asset = csv_find(csv, "asset"), rc = 0;
    if (column == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu rows", csv->rows);
    for (size_t i = 0; i < input->count; i++) ret[i] = (struct liquidity){NAN, 0, INFINITY};
    for (int f = 0; rc == 0 && f < 3; f++) {
        int at = csv_find(csv, names[f]);
        if (asset < 0 || (at < 0 && f == 0))
            rc = ERR_SET(ERR_PARSE,
                         "%s:1: has no column '%s'; it takes asset, spread, "
                         "spread_deviation and volume",
                         csv->path, asset < 0 ? "asset" : names[f]);
        else if (at >= 0)
            rc = csv_numbers(csv, (size_t)at, column);
        for (size_t t = 0; rc == 0 && at >= 0 && t < csv->rows; t++) {
            const char *name = csv_cell(csv, t, (size_t)asset);
            for (size_t i = 0; i < input->count; i++)
                if (strcmp(name, input->names[i]) == 0)
                    *(f == 0   ? &ret[i].spread
                      : f == 1 ? &ret[i].deviation
                               : &ret[i].volume) = column[t];
        }
    }
    free(column);
    for (size_t i = 0; rc == 0 && i < input->count; i++)
        if (isnan(ret[i].spread))
            rc = ERR_SET(ERR_PARSE, "%s: has no spread of '%s'", csv->path, input->names[i]);
    return rc;
}

int risk_liquidity_read(const char *path, const struct risk_input *input, struct liquidity *ret) {
    struct csv csv;
    int rc = csv_open(&csv, path);
    if (rc == 0) rc = read_market(&csv, input, ret);
    csv_close(&csv);
    return rc;
}
