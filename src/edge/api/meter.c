// SPDX-License-Identifier: Apache-2.0
#include "edge/api/meter.h"

#include <stdio.h>

#include "base/real.h"
#include "edge/api/api.h"

static const double bounds_s[METER_BUCKETS] = {0.0001, 0.0005, 0.001, 0.0025, 0.005,
                                               0.01,   0.05,   0.1,   0.5,    2.5};

void meter_request(struct meter *meter, const struct route *route, int status, int64_t took_ns) {
    const struct route_table *table = api_routes();
    size_t bucket = 0;
    if (status < 0 || status >= 600) status = 0;
    meter->by_class[status / 100]++;
    meter->by_status[status]++;
    while (bucket < METER_BUCKETS && (double)took_ns > bounds_s[bucket] * 1e9) bucket++;
    if (bucket < METER_BUCKETS)
        meter->buckets[bucket]++;
    else
        meter->over++;
    meter->took_ns += (uint64_t)took_ns;
    for (size_t i = 0; route != NULL && i < table->count; i++)
        if (table->rows[i] == route) meter->by_route[i]++;
}

void meter_family(struct text *out, const char *name, const char *type, const char *help) {
    text_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void meter_sample(struct text *out, const char *name, const char *label, const char *value,
                  double sample) {
    char buf[REAL_TEXT_SIZE];
    real_print(buf, sample);
    if (label == NULL) {
        text_printf(out, "%s %s\n", name, buf);
        return;
    }
    text_printf(out, "%s{%s=\"", name, label);
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') text_add_char(out, '\\');
        if (*at == '\n')
            text_add(out, "\\n");
        else
            text_add_char(out, *at);
    }
    text_printf(out, "\"} %s\n", buf);
}

void meter_print(const struct meter *meter, struct text *out) {
    const struct route_table *table = api_routes();
    uint64_t sum = 0;
    char word[REAL_TEXT_SIZE];
    meter_family(out, "fulmar_http_responses_total", "counter", "Answers of the API by status.");
    for (int status = 0; status < 600; status++) {
        if (meter->by_status[status] == 0) continue;
        snprintf(word, sizeof word, "%d", status);
        meter_sample(out, "fulmar_http_responses_total", "status", word,
                     (double)meter->by_status[status]);
    }
    meter_family(out, "fulmar_http_route_requests_total", "counter", "Requests by route.");
    for (size_t i = 0; i < table->count; i++)
        if (meter->by_route[i] > 0)
            meter_sample(out, "fulmar_http_route_requests_total", "route", table->rows[i]->id,
                         (double)meter->by_route[i]);
    meter_family(out, "fulmar_http_request_seconds", "histogram",
                 "Time from a request to its answer.");
    for (size_t i = 0; i < METER_BUCKETS; i++) {
        sum += meter->buckets[i];
        real_print(word, bounds_s[i]);
        meter_sample(out, "fulmar_http_request_seconds_bucket", "le", word, (double)sum);
    }
    sum += meter->over;
    meter_sample(out, "fulmar_http_request_seconds_bucket", "le", "+Inf", (double)sum);
    meter_sample(out, "fulmar_http_request_seconds_sum", NULL, NULL, (double)meter->took_ns / 1e9);
    meter_sample(out, "fulmar_http_request_seconds_count", NULL, NULL, (double)sum);
}
