// SPDX-License-Identifier: Apache-2.0
#include "edge/live/waker.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

int waker_open(struct waker *waker) {
    atomic_init(&waker->armed, 0);
    waker->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return waker->fd >= 0 ? 0 : ERR_SET(ERR_IO, "no eventfd: %s", strerror(errno));
}

void waker_close(struct waker *waker) {
    if (waker->fd >= 0) close(waker->fd);
    waker->fd = -1;
}

void waker_arm(struct waker *waker) {
    atomic_store(&waker->armed, 1);
}

void waker_disarm(struct waker *waker) {
    atomic_store(&waker->armed, 0);
}

void waker_wait(struct waker *waker, int64_t timeout_ns) {
    struct pollfd poll = {.fd = waker->fd, .events = POLLIN};
    struct timespec timeout = {.tv_sec = timeout_ns / 1000000000,
                               .tv_nsec = timeout_ns % 1000000000};
    uint64_t count;
    if (ppoll(&poll, 1, timeout_ns < 0 ? NULL : &timeout, NULL) > 0)
        (void)!read(waker->fd, &count, sizeof count);
    waker_disarm(waker);
}

void waker_rouse(struct waker *waker) {
    // An exchange, so that what was put before it is seen by a sleeper that armed before this.
    if (atomic_exchange(&waker->armed, 0) == 0) return;
    uint64_t one = 1;
    (void)!write(waker->fd, &one, sizeof one);
}
