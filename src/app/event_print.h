// SPDX-License-Identifier: Apache-2.0
// One event, for people (a line) or machines (a JSON object).
#ifndef FULMAR_APP_EVENT_PRINT_H
#define FULMAR_APP_EVENT_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "market/event.h"

void event_print(const struct event_header *event, bool json, FILE *stream);

#endif
