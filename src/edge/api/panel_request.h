// SPDX-License-Identifier: Apache-2.0
// Series of the tape that a body names, to be put side by side (edge/api/panel.h).
#ifndef FULMAR_EDGE_API_PANEL_REQUEST_H
#define FULMAR_EDGE_API_PANEL_REQUEST_H

#include "edge/api/asks.h"
#include "edge/api/call.h"
#include "edge/api/panel.h"
#include "edge/api/run_request.h"

// clang-format off
#define PANEL_REQUEST_FIELDS                                                                       \
    {"series", FIELD_STRING, FIELD_LIST, .form = &form_series, .items = PANEL_SERIES_MAX,          \
     .help = "Series of bars of the tape, of one length; their common days or instants count."},   \
    {"from", FIELD_STRING, 0, .form = &form_time, .help = "The first instant of them."},           \
    {"to", FIELD_STRING, 0, .form = &form_time, .example = "\"2019-01-01T00:00:00Z\"",             \
     .help = "The end."},                                                                          \
    {"rows", FIELD_INTEGER, 0, .min = 3, .max = PANEL_ROWS_MAX,                                    \
     .help = "The latest so many of the common ones; 2520."}
// clang-format on

// Methods of fulmar risk var and es.
#define PANEL_REQUEST_METHODS                                                                      \
    "historical|lower|age|filtered-ewma|filtered-garch|normal|normal-zero|student|student-fitted|" \
    "cornish-fisher|modified|mc-normal|mc-student|mc-bootstrap|mc-normal-copula|"                  \
    "mc-student-copula|all"

extern const struct object panel_request_tail; // "TailRisk": what those print

// The table of a body with these members, as CSV, on a worker; to be freed where it is 0.
int panel_request_read(struct call *call, bool returns, struct text *ret_csv) MUST_USE;
// Gives a question --weights: names of columns of such a table, and how much of each.
int panel_request_weights(struct question *question, const char *const *names,
                          const double *weights, size_t count) MUST_USE;

#endif
