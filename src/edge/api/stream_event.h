// SPDX-License-Identifier: Apache-2.0
// An event of a session as the stream tells it: what it was, when, and of which order, strategy and instrument.
#ifndef FULMAR_EDGE_API_STREAM_EVENT_H
#define FULMAR_EDGE_API_STREAM_EVENT_H

#include "base/text.h"
#include "edge/live/session.h"

// {"kind":"order_filled","seq":7,"time":"...","instrument":"LOCAL/AAA", ...}
void stream_print_event(const struct session_info *info, const union event *event,
                        struct text *out);

#endif
