// SPDX-License-Identifier: Apache-2.0
#include "edge/api/routes.h"

#include "edge/api/api.h"

#define ROUTE_ROW(id) &route_##id,
static const struct route *const rows[] = {ROUTE_LIST(ROUTE_ROW)};
static const struct route_table table = {rows, sizeof rows / sizeof *rows};

const struct route_table *api_routes(void) {
    return &table;
}
