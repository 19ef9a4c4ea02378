// SPDX-License-Identifier: Apache-2.0
// What the engine refused, shrank or halted, and when: a bounded list, and counts by rule of all of them.
#ifndef FULMAR_REPORT_NOTES_H
#define FULMAR_REPORT_NOTES_H

#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "report/report.h"

enum { NOTE_WORDS_MAX = 256, NOTE_WORD_SIZE = 48, NOTE_RULES_MAX = 256 };

// How often a rule came to a verdict.
struct note_rule {
    const char *rule;
    const char *verdict;
    uint64_t count;
    int64_t first_ns;
    int64_t last_ns;
};

struct notes {
    struct report_note *items; // their strings are `words`
    size_t count;
    size_t capacity;
    uint64_t left_out; // beyond REPORT_NOTES_MAX: in the counts, not in items
    char (*words)[NOTE_WORD_SIZE];
    size_t word_count;
    struct note_rule
        rules[NOTE_RULES_MAX]; // in order of appearance; the last one takes what has no room
    size_t rule_count;
    // While a breaker or an operator lets no order of the account raise risk.
    const char *stop_rule; // the one that does now; NULL: none
    int64_t stop_ns;       // since when
    int64_t stopped_ns;    // of the stops that ended
};

// ERR_NOMEM.
int notes_init(struct notes *notes) MUST_USE;
void notes_fini(struct notes *notes);
// How long no order of the account could raise risk, up to `now_ns`.
int64_t notes_stopped_ns(const struct notes *notes, int64_t now_ns);
int notes_add(struct notes *notes, const struct report_note *note) MUST_USE;

#endif
