// SPDX-License-Identifier: Apache-2.0
// The OpenAPI 3.1 document of a table of routes. The same table gives the same bytes.
//
// Beyond the standard each operation says x-roles, x-scope, x-rate and x-step-up, from which the tests of who may do what
// are made.
#ifndef FULMAR_EDGE_API_OPENAPI_H
#define FULMAR_EDGE_API_OPENAPI_H

#include "base/text.h"
#include "edge/api/route.h"

enum { OPENAPI_SIZE_MAX = 4 << 20 };

void openapi_print(const struct route_table *table, struct text *out);

#endif
