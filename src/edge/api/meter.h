// SPDX-License-Identifier: Apache-2.0
// What the API counts, for /metrics (Prometheus text, 0.0.4). The loop's alone.
#ifndef FULMAR_EDGE_API_METER_H
#define FULMAR_EDGE_API_METER_H

#include <stdint.h>

#include "base/text.h"
#include "edge/api/route.h"

enum { METER_BUCKETS = 10 };

struct meter {
    uint64_t by_class[6];            // answers by the first digit of their status
    uint64_t by_status[600];         // and by all of it
    uint64_t buckets[METER_BUCKETS]; // of the time that an answer took, up to each bound of meter.c
    uint64_t over;                   // longer than the last bound
    uint64_t audit_lost;             // entries that the audit could not take
    uint64_t took_ns;                // sum
    uint64_t by_route[ROUTES_MAX];   // in the order of api_routes()
};

// `route` NULL: no row.
void meter_request(struct meter *meter, const struct route *route, int status, int64_t took_ns);

// Families of Prometheus. The sample of a family with a label, or none (NULL).
void meter_family(struct text *out, const char *name, const char *type, const char *help);
void meter_sample(struct text *out, const char *name, const char *label, const char *value,
                  double sample);
void meter_print(const struct meter *meter, struct text *out);

#endif
