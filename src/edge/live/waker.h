// SPDX-License-Identifier: Apache-2.0
// How one thread sleeps until another has something for it, without a lock that the other would have to take.
//
//   the sleeper: waker_arm(); looks once more whether there is work; if there is none, waker_wait(), which disarms
//   the other:   puts the work where it belongs; waker_rouse()
#ifndef FULMAR_EDGE_LIVE_WAKER_H
#define FULMAR_EDGE_LIVE_WAKER_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"

struct waker {
    _Atomic uint32_t armed;
    int fd; // an eventfd
};

int waker_open(struct waker *waker) MUST_USE; // ERR_IO
void waker_close(struct waker *waker);
void waker_arm(struct waker *waker);
void waker_wait(struct waker *waker, int64_t timeout_ns); // < 0: for ever
void waker_disarm(struct waker *waker);
void waker_rouse(struct waker *waker); // any thread

#endif
