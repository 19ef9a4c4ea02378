// SPDX-License-Identifier: Apache-2.0
// What a feed of the tape holds: records by kind, faults, and how the recorder's clock stands to the venue's.
#ifndef FULMAR_APP_DATA_FEED_INFO_H
#define FULMAR_APP_DATA_FEED_INFO_H

#include <jansson.h>

#include "base/err.h"
#include "edge/store/tape.h"

// Adds to an object: "messages", "records_level", ..., "faults_gap", ... (those that there are), and of the messages
// whose two times differ "clock_ahead_min_ns", "clock_ahead_median_ns": receipt less venue. A recorder whose clock is
// right has never less than the shortest way from the venue; below zero its clock is behind by more than that way.
// ERR_NOMEM.
int feed_info_add(const struct tape *tape, json_t *object) MUST_USE;

#endif
