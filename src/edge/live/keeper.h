// SPDX-License-Identifier: Apache-2.0
// The store thread's agent: takes events off a lane and keeps them in the journal, written and synced in groups.
//
// What is asked for by keeper_want() is written at once (and synced, where the keeper syncs what is wanted); the rest
// is written within KEEPER_WRITE_NS and synced within KEEPER_SYNC_NS. After a failure nothing more is written: what
// reached the disk is unknown from then on. Events go on being taken off the lane, so that nobody waits for a dead
// disk.
#ifndef FULMAR_EDGE_LIVE_KEEPER_H
#define FULMAR_EDGE_LIVE_KEEPER_H

#include "edge/live/lane.h"
#include "edge/live/waker.h"
#include "edge/store/journal.h"

#define KEEPER_WRITE_NS INT64_C(50000000)
#define KEEPER_SYNC_NS INT64_C(1000000000)
enum { KEEPER_STORY_SIZE = 192 };

struct keeper {
    struct lane lane;
    struct journal_writer *journal;
    struct waker waker; // of the store thread
    struct waker *told; // of whoever waits for it
    bool syncs;         // what is wanted
    uint64_t taken_seq; // of the latest event that is in the journal's buffer
    int64_t written_ns; // when it was written last, synced last
    int64_t synced_ns;
    _Atomic uint64_t wanted;  // seq
    _Atomic uint64_t written; // everything up to and with this input has left the process
    _Atomic uint64_t synced;  // and this is on the disk
    _Atomic int error;        // its code; the story was written before
    char story[KEEPER_STORY_SIZE];
};

// The arena holds the lane, which takes events from here on. The journal follows in `keeper->journal`, before
// keeper_begin(); `seq` is of the latest input that it has, on the disk.
int keeper_init(struct keeper *keeper, struct arena *arena, uint64_t lane_size,
                struct waker *told) MUST_USE;
void keeper_begin(struct keeper *keeper, uint64_t seq);
void keeper_want(struct keeper *keeper, uint64_t seq); // the core; wakes the store thread
// One cycle; how many events it took, plus one for a write. Sleeping is the thread's business.
int keeper_work(struct keeper *keeper, int64_t now_ns);
// After the thread's end: what is left, synced. The first error there was, which is in `error` as well.
int keeper_settle(struct keeper *keeper, int64_t now_ns) MUST_USE;
// Settles, and closes the journal. Likewise.
int keeper_close(struct keeper *keeper) MUST_USE;

#endif
