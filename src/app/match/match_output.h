// SPDX-License-Identifier: Apache-2.0
// What `fulmar match` prints: events as they come, a CSV or JSON object a line; the book in the end.
#ifndef FULMAR_APP_MATCH_MATCH_OUTPUT_H
#define FULMAR_APP_MATCH_MATCH_OUTPUT_H

#include <stdio.h>

#include "app/match/match_input.h"

struct match_output {
    FILE *stream;
    const struct match_input *input; // decimals and owners
    bool json;
    bool trades_only;
    int64_t time_ns; // of the command whose events these are
};

void match_output_header(const struct match_output *output); // the CSV's first line
void match_output_event(const struct match_output *output, const struct matching_event *event);
// Levels of both sides, at most `max` a side, and the totals; one JSON object with `json`.
void match_output_book(const struct match_output *output, const struct matching *matching,
                       uint32_t max);

#endif
