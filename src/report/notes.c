// SPDX-License-Identifier: Apache-2.0
#include "report/notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *word(struct notes *notes, const char *text);
static void count_rule(struct notes *notes, const struct report_note *note);
static void count_stop(struct notes *notes, const struct report_note *note);

int notes_init(struct notes *notes) {
    memset(notes, 0, sizeof *notes);
    notes->words = calloc(NOTE_WORDS_MAX, sizeof *notes->words);
    if (notes->words == NULL) return ERR_SET(ERR_NOMEM, "no memory for the notes' words");
    return 0;
}

void notes_fini(struct notes *notes) {
    free(notes->items);
    free(notes->words);
    memset(notes, 0, sizeof *notes);
}

int notes_add(struct notes *notes, const struct report_note *note) {
    struct report_note kept = *note;
    kept.rule = word(notes, note->rule);
    kept.verdict = word(notes, note->verdict);
    count_rule(notes, &kept);
    count_stop(notes, &kept);
    if (notes->count == REPORT_NOTES_MAX) {
        notes->left_out++;
        return 0;
    }
    if (notes->count == notes->capacity) {
        size_t capacity = notes->capacity == 0 ? 64 : notes->capacity * 2;
        struct report_note *items = realloc(notes->items, capacity * sizeof *items);
        if (items == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu notes", capacity);
        notes->items = items;
        notes->capacity = capacity;
    }
    notes->items[notes->count++] = kept;
    return 0;
}

int64_t notes_stopped_ns(const struct notes *notes, int64_t now_ns) {
    bool open = notes->stop_rule != NULL && now_ns > notes->stop_ns;
    return notes->stopped_ns + (open ? now_ns - notes->stop_ns : 0);
}

// An operator's stop does not end by a breaker's time.
static void count_stop(struct notes *notes, const struct report_note *note) {
    static const char *const stops[] = {"halt", "reduce", "kill"};
    if (note->strategy != STRATEGY_NONE || note->instrument != INSTRUMENT_NONE) return;
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        if (strcmp(note->verdict, stops[i]) != 0 || notes->stop_rule != NULL) continue;
        notes->stop_rule = note->rule;
        notes->stop_ns = note->ts_ns;
        return;
    }
    bool ends = strcmp(note->verdict, "resume") == 0 && notes->stop_rule != NULL;
    if (!ends || (strcmp(note->rule, "time") == 0 && strcmp(notes->stop_rule, "operator") == 0))
        return;
    notes->stopped_ns += note->ts_ns - notes->stop_ns;
    notes->stop_rule = NULL;
}

// Rules have few names: each is kept once. The last place is for what finds no other.
static const char *word(struct notes *notes, const char *text) {
    for (size_t i = 0; i < notes->word_count; i++)
        if (strncmp(notes->words[i], text, NOTE_WORD_SIZE - 1) == 0) return notes->words[i];
    bool last = notes->word_count >= NOTE_WORDS_MAX - 1;
    size_t place = last ? NOTE_WORDS_MAX - 1 : notes->word_count++;
    snprintf(notes->words[place], NOTE_WORD_SIZE, "%s", last ? "other" : text);
    return notes->words[place];
}

static void count_rule(struct notes *notes, const struct report_note *note) {
    size_t i = 0;
    while (i < notes->rule_count &&
           (notes->rules[i].rule != note->rule || notes->rules[i].verdict != note->verdict))
        i++;
    if (i == NOTE_RULES_MAX) i--;
    if (i == notes->rule_count) {
        notes->rule_count++;
        notes->rules[i] = (struct note_rule){
            .rule = note->rule, .verdict = note->verdict, .first_ns = note->ts_ns};
    }
    notes->rules[i].count++;
    notes->rules[i].last_ns = note->ts_ns;
}
