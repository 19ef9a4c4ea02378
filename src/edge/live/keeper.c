// SPDX-License-Identifier: Apache-2.0
#include "edge/live/keeper.h"

#include <stdio.h>
#include <string.h>

enum { EVENTS_A_CYCLE = 4096 };

int keeper_init(struct keeper *keeper, struct arena *arena, uint64_t lane_size,
                struct waker *told) {
    keeper->told = told;
    keeper->waker.fd = -1;
    TRY(lane_init(&keeper->lane, arena, lane_size));
    return waker_open(&keeper->waker);
}

void keeper_begin(struct keeper *keeper, uint64_t seq) {
    keeper->taken_seq = seq;
    atomic_store(&keeper->written, seq);
    atomic_store(&keeper->synced, seq);
}

void keeper_want(struct keeper *keeper, uint64_t seq) {
    atomic_store_explicit(&keeper->wanted, seq, memory_order_release);
    waker_rouse(&keeper->waker);
}

static void fail(struct keeper *keeper, int rc) {
    snprintf(keeper->story, sizeof keeper->story, "the journal cannot be written: %s", err_story());
    atomic_store_explicit(&keeper->error, rc, memory_order_release);
}

static int take(struct keeper *keeper) {
    bool failed = atomic_load_explicit(&keeper->error, memory_order_relaxed) < 0;
    const struct event_header *event;
    int count = 0;
    while (count < EVENTS_A_CYCLE && (event = lane_peek(&keeper->lane)) != NULL) {
        int rc = failed ? 0 : journal_append(keeper->journal, event);
        keeper->taken_seq = event->seq;
        lane_drop(&keeper->lane);
        count++;
        if (rc == 0) continue;
        fail(keeper, rc);
        failed = true;
    }
    return count;
}

// Outputs of an input follow it: what was taken is whole but for those of the latest, which a replay makes anew.
static int flush(struct keeper *keeper, bool sync, int64_t now_ns) {
    int rc = journal_flush(keeper->journal, sync);
    if (rc < 0) {
        fail(keeper, rc);
        return rc;
    }
    keeper->written_ns = now_ns;
    atomic_store_explicit(&keeper->written, keeper->taken_seq, memory_order_release);
    if (!sync) return 0;
    keeper->synced_ns = now_ns;
    atomic_store_explicit(&keeper->synced, keeper->taken_seq, memory_order_release);
    return 0;
}

int keeper_work(struct keeper *keeper, int64_t now_ns) {
    uint64_t wanted = atomic_load_explicit(&keeper->wanted, memory_order_acquire);
    int count = take(keeper);
    if (atomic_load_explicit(&keeper->error, memory_order_relaxed) < 0) {
        if (count > 0) waker_rouse(keeper->told);
        return count;
    }
    uint64_t written = atomic_load_explicit(&keeper->written, memory_order_relaxed);
    uint64_t synced = atomic_load_explicit(&keeper->synced, memory_order_relaxed);
    bool asked = wanted > (keeper->syncs ? synced : written) && keeper->taken_seq >= wanted;
    bool write = keeper->taken_seq > written && now_ns - keeper->written_ns > KEEPER_WRITE_NS;
    bool sync = keeper->taken_seq > synced && now_ns - keeper->synced_ns > KEEPER_SYNC_NS;
    if (!asked && !write && !sync) return count;
    (void)!flush(keeper, sync || (asked && keeper->syncs), now_ns);
    waker_rouse(keeper->told);
    return count + 1;
}

int keeper_settle(struct keeper *keeper, int64_t now_ns) {
    while (take(keeper) > 0) continue;
    if (atomic_load(&keeper->error) == 0) (void)!flush(keeper, true, now_ns);
    int error = atomic_load(&keeper->error);
    return error == 0 ? 0 : ERR_SET(error, "%s", keeper->story);
}

int keeper_close(struct keeper *keeper) {
    uint8_t digest[SHA256_SIZE];
    int rc = keeper_settle(keeper, keeper->written_ns);
    int closed = journal_close(keeper->journal, digest);
    keeper->journal = NULL;
    return rc < 0 ? rc : closed;
}
