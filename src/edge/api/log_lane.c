// SPDX-License-Identifier: Apache-2.0
#include "edge/api/log_lane.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/timestamp.h"

enum { POLL_MS = 100 };

struct log_lane {
    int fd;
    char *bytes; // [LOG_LANE_SIZE], a ring
    size_t from, size;
    uint64_t lost, told; // lines dropped; of them told of
    bool closing;
    int64_t until_ns; // when closing: the end of patience
    pthread_mutex_t lock;
    pthread_cond_t more;
    pthread_t thread;
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void put(struct log_lane *lane, const char *line, size_t len) {
    size_t at = (lane->from + lane->size) % LOG_LANE_SIZE;
    size_t first = len < LOG_LANE_SIZE - at ? len : LOG_LANE_SIZE - at;
    memcpy(lane->bytes + at, line, first);
    memcpy(lane->bytes, line + first, len - first);
    lane->size += len;
}

static void tell_of_lost(struct log_lane *lane) {
    char line[96];
    if (lane->lost == lane->told) return;
    int len = snprintf(line, sizeof line,
                       "{\"level\":\"error\",\"event\":\"log_lost\",\"lines\":%" PRIu64 "}\n",
                       lane->lost - lane->told);
    if (lane->size + (size_t)len > LOG_LANE_SIZE) return;
    put(lane, line, (size_t)len);
    lane->told = lane->lost;
}

// Waits until the descriptor takes something, or, while closing, until patience ends. False: that has come.
static bool wait_for(struct log_lane *lane) {
    struct pollfd end = {lane->fd, POLLOUT, 0};
    while (poll(&end, 1, POLL_MS) == 0) {
        pthread_mutex_lock(&lane->lock);
        bool over = lane->closing && now_ns() > lane->until_ns;
        pthread_mutex_unlock(&lane->lock);
        if (over) return false;
    }
    return true;
}

// Writes the first stretch of the ring; the lock is held when it is called and when it is back, not between. False: it
// is no use going on.
static bool write_some(struct log_lane *lane) {
    size_t len = LOG_LANE_SIZE - lane->from;
    char block[1 << 12]; // at most what a pipe that has room takes without waiting
    if (len > lane->size) len = lane->size;
    if (len > sizeof block) len = sizeof block;
    memcpy(block, lane->bytes + lane->from, len);
    pthread_mutex_unlock(&lane->lock);
    bool ready = wait_for(lane);
    ssize_t put_out = ready ? write(lane->fd, block, len) : -1;
    bool again = put_out < 0 && ready && (errno == EINTR || errno == EAGAIN);
    pthread_mutex_lock(&lane->lock);
    // Where nobody is there to be told, what there was to say is forgotten.
    size_t gone = put_out >= 0 ? (size_t)put_out : again ? 0 : len;
    lane->from = (lane->from + gone) % LOG_LANE_SIZE;
    lane->size -= gone;
    return ready;
}

static void *run(void *self) {
    struct log_lane *lane = self;
    pthread_mutex_lock(&lane->lock);
    for (;;) {
        while (lane->size == 0 && !lane->closing) pthread_cond_wait(&lane->more, &lane->lock);
        tell_of_lost(lane);
        if (lane->size == 0 || !write_some(lane)) break;
    }
    pthread_mutex_unlock(&lane->lock);
    return NULL;
}

int log_lane_open(int fd, struct log_lane **ret_lane) {
    struct log_lane *lane = calloc(1, sizeof *lane);
    sigset_t all, before;
    if (lane == NULL || (lane->bytes = malloc(LOG_LANE_SIZE)) == NULL) {
        free(lane);
        return ERR_SET(ERR_NOMEM, "no memory for the log");
    }
    lane->fd = fd;
    pthread_mutex_init(&lane->lock, NULL);
    pthread_cond_init(&lane->more, NULL);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int failed = pthread_create(&lane->thread, NULL, run, lane);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0) {
        free(lane->bytes);
        free(lane);
        return ERR_SET(ERR_IO, "no thread for the log: %s", strerror(failed));
    }
    *ret_lane = lane;
    return 0;
}

void log_lane_close(struct log_lane *lane) {
    if (lane == NULL) return;
    pthread_mutex_lock(&lane->lock);
    lane->closing = true;
    lane->until_ns = now_ns() + LOG_LANE_WAIT_NS;
    pthread_cond_signal(&lane->more);
    pthread_mutex_unlock(&lane->lock);
    pthread_join(lane->thread, NULL);
    pthread_mutex_destroy(&lane->lock);
    pthread_cond_destroy(&lane->more);
    free(lane->bytes);
    free(lane);
}

void log_lane_write(struct log_lane *lane, const char *line, size_t len) {
    pthread_mutex_lock(&lane->lock);
    if (lane->size + len > LOG_LANE_SIZE)
        lane->lost++;
    else
        put(lane, line, len);
    pthread_cond_signal(&lane->more);
    pthread_mutex_unlock(&lane->lock);
}

uint64_t log_lane_lost(struct log_lane *lane) {
    pthread_mutex_lock(&lane->lock);
    uint64_t lost = lane->lost;
    pthread_mutex_unlock(&lane->lock);
    return lost;
}
