// SPDX-License-Identifier: Apache-2.0
// Sums over a sliding span of time in constant memory. Time is cut at multiples of a sixteenth of the span; the
// sum is of the piece that `now` lies in and the sixteen before it, so it covers between one span and 17/16 of it.
// Sums of whole numbers are exact: nothing is ever lost by taking away what was added. They are taken modulo 2^64, so
// that one that did not fit is right again when it does.
#ifndef FULMAR_QUANT_STREAM_SLOTS_H
#define FULMAR_QUANT_STREAM_SLOTS_H

#include <stdint.h>
#include <string.h>

enum { SLOTS = 16, SLOTS_RING = 32 };

struct slots {
    int64_t slot_ns;
    int64_t end_ns; // of the slot in use; INT64_MIN: none was
    int64_t sum;
    uint64_t head; // number of the slot in use, modulo SLOTS_RING its place
    int64_t at[SLOTS_RING];
};

static inline int64_t slots_plus(int64_t a, int64_t b) {
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

// span_ns > 0; rounded up to a multiple of 16 ns.
static inline struct slots slots_make(int64_t span_ns) {
    return (struct slots){.slot_ns = (span_ns + SLOTS - 1) / SLOTS, .end_ns = INT64_MIN};
}

// Into the next slot, whose place is emptied.
static inline void slots_step(struct slots *slots) {
    slots->head++;
    int64_t gone = slots->at[(slots->head - SLOTS - 1) % SLOTS_RING];
    slots->sum = (int64_t)((uint64_t)slots->sum - (uint64_t)gone);
    slots->at[slots->head % SLOTS_RING] = 0;
    slots->end_ns += slots->slot_ns;
}

static inline void slots_move(struct slots *slots, int64_t now_ns) {
    if (slots->end_ns != INT64_MIN && now_ns - slots->end_ns < slots->slot_ns) {
        slots_step(slots); // most often: without a division
        return;
    }
    int64_t floor = now_ns - now_ns % slots->slot_ns;
    if (floor > now_ns) floor -= slots->slot_ns; // before 1970
    int64_t end = floor + slots->slot_ns;
    if (slots->end_ns == INT64_MIN || (end - slots->end_ns) / slots->slot_ns > SLOTS) {
        memset(slots->at, 0, sizeof slots->at);
        slots->sum = 0;
        slots->end_ns = end;
        return;
    }
    while (slots->end_ns < end) slots_step(slots);
}

// The sum at now_ns, which does not go back.
static inline int64_t slots_sum(struct slots *slots, int64_t now_ns) {
    if (now_ns >= slots->end_ns) slots_move(slots, now_ns);
    return slots->sum;
}

static inline void slots_add(struct slots *slots, int64_t now_ns, int64_t value) {
    if (now_ns >= slots->end_ns) slots_move(slots, now_ns);
    int64_t *at = &slots->at[slots->head % SLOTS_RING];
    *at = slots_plus(*at, value);
    slots->sum = slots_plus(slots->sum, value);
}

#endif
