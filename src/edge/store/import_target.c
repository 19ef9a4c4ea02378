// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/decimal.h"
#include "base/hash.h"
#include "base/timestamp.h"
#include "edge/store/import_job.h"
#include "market/calendar.h"

enum { TARGETS_MAX = 65536, SLOTS_FIRST = 64 };

static uint32_t *slot_find(const struct import_job *job, const struct tape_series *series);
static int slots_grow(struct import_job *job);
static int target_new(struct import_job *job, const struct import_spec *spec,
                      struct import_target **ret_target);
static struct tape_meta meta_of(const struct import_options *options,
                                const struct import_spec *spec);
static int place(struct import_job *job, struct import_target *target, const struct number *numbers,
                 uint32_t count, uint32_t prices, int64_t *ret_values);
static bool place_one(const struct number *number, int decimals, int64_t *ret_value);
static int decimals_raise(struct import_target *target, const struct number *numbers,
                          uint32_t count, uint32_t prices);
static int frac_short(struct number number);
static void bar_times(struct import_job *job, struct import_target *target, int64_t time_ns,
                      int64_t *ret_open_ns, int64_t *ret_close_ns);
static enum import_fault bar_fault_of(const int64_t *row);
static int bar_add(struct import_job *job, struct import_target *target, const int64_t *row);
static int row_add(struct import_job *job, struct import_target *target, const int64_t *row);

void import_segment(struct import_job *job, bool falling) {
    job->segment++;
    job->falling = falling;
}

int import_target_get(struct import_job *job, const struct import_spec *spec,
                      struct import_target **ret_target) {
    if (job->target_count * 2 >= job->slot_count) TRY(slots_grow(job));
    uint32_t *slot = slot_find(job, &spec->series);
    if (*slot == 0) {
        struct import_target *target;
        TRY(target_new(job, spec, &target));
        job->targets[job->target_count++] = target;
        *slot = job->target_count;
    }
    struct import_target *target = job->targets[*slot - 1];
    if (target->segment != job->segment) {
        target->segment = job->segment;
        target->has_last = false;
        tape_writer_segment(target->writer, job->falling);
    }
    *ret_target = target;
    return 0;
}

int import_bar(struct import_job *job, struct import_target *target,
               const struct import_bar_row *row) {
    int64_t values[7];
    TRY(place(job, target, row->numbers, 5, 0x0f, values + 2));
    if (UNLIKELY(values[2] == INT64_MIN))
        return import_reject(job, target, IMPORT_OVERFLOW, NULL, NULL, 0);
    bar_times(job, target, row->time_ns, &values[0], &values[1]);
    enum import_fault fault = bar_fault_of(values);
    if (UNLIKELY(fault != IMPORT_FAULT_COUNT))
        return import_reject(job, target, fault, NULL, NULL, 0);
    return bar_add(job, target, values);
}

int import_mid(struct import_job *job, struct import_target *target, int64_t time_ns,
               const struct number numbers[8]) {
    int64_t sides[8], values[7] = {0};
    struct number halves[8]; // the mid of two prices needs one decimal more than they have
    memcpy(halves, numbers, sizeof halves);
    for (int i = 0; i < 8; i++) {
        struct number *half = &halves[i];
        if (half->frac >= DECIMALS_MAX || __builtin_mul_overflow(half->m, 5, &half->m))
            return import_reject(job, target, IMPORT_OVERFLOW, NULL, NULL, 0);
        half->frac++;
    }
    TRY(place(job, target, halves, 8, 0xff, sides));
    if (UNLIKELY(sides[0] == INT64_MIN))
        return import_reject(job, target, IMPORT_OVERFLOW, NULL, NULL, 0);
    for (int i = 0; i < 8; i++)
        if (sides[i] <= 0) return import_reject(job, target, IMPORT_BAD_PRICE, NULL, NULL, 0);
    if (sides[0] > sides[4] || sides[3] > sides[7])
        return import_reject(job, target, IMPORT_CROSSED, NULL, NULL, 0);
    for (int i = 0; i < 4; i++)
        if (__builtin_add_overflow(sides[i], sides[i + 4], &values[2 + i]))
            return import_reject(job, target, IMPORT_OVERFLOW, NULL, NULL, 0);
    bar_times(job, target, time_ns, &values[0], &values[1]);
    enum import_fault fault = bar_fault_of(values);
    if (UNLIKELY(fault != IMPORT_FAULT_COUNT))
        return import_reject(job, target, fault, NULL, NULL, 0);
    return bar_add(job, target, values);
}

int import_trade(struct import_job *job, struct import_target *target, int64_t ts_ns,
                 const struct number numbers[2], uint64_t trade_id, int side) {
    int64_t values[5] = {ts_ns, 0, 0, (int64_t)trade_id, side};
    TRY(place(job, target, numbers, 2, 1, values + 1));
    if (UNLIKELY(values[1] == INT64_MIN))
        return import_reject(job, target, IMPORT_OVERFLOW, NULL, NULL, 0);
    if (values[1] <= 0) return import_reject(job, target, IMPORT_BAD_PRICE, "price", NULL, 0);
    if (values[2] <= 0) return import_reject(job, target, IMPORT_BAD_VOLUME, "quantity", NULL, 0);
    return row_add(job, target, values);
}

int import_quote(struct import_job *job, struct import_target *target, int64_t ts_ns,
                 const struct number numbers[4]) {
    int64_t values[5] = {ts_ns};
    TRY(place(job, target, numbers, 4, 5, values + 1));
    if (UNLIKELY(values[1] == INT64_MIN))
        return import_reject(job, target, IMPORT_OVERFLOW, NULL, NULL, 0);
    if (values[1] < 0 || values[3] < 0 || (values[1] == 0 && values[3] == 0))
        return import_reject(job, target, IMPORT_BAD_PRICE, NULL, NULL, 0);
    if (values[2] < 0 || values[4] < 0)
        return import_reject(job, target, IMPORT_BAD_VOLUME, NULL, NULL, 0);
    if (values[1] > 0 && values[3] > 0 && values[1] > values[3])
        return import_reject(job, target, IMPORT_CROSSED, NULL, NULL, 0);
    return row_add(job, target, values);
}

int import_feed(struct import_job *job, struct import_target *target,
                const struct feed_record *record) {
    int64_t values[] = {record->receipt_ns, record->venue_ns,    record->price,
                        record->qty,        (int64_t)record->id, record->what};
    if (UNLIKELY(!feed_record_valid(record))) {
        struct feed_record sound = *record;
        sound.qty = 1;
        CHECK(feed_record_valid(&sound));
        return import_reject(job, target, IMPORT_BAD_VOLUME, "quantity", NULL, 0);
    }
    return row_add(job, target, values);
}

int import_feed_place(struct import_job *job, struct import_target *target,
                      const struct number numbers[2], int64_t ret_values[2]) {
    return place(job, target, numbers, 2, 1, ret_values);
}

int import_feed_numbers(struct import_job *job, struct import_target *target,
                        const struct feed_record *record, const struct number numbers[2]) {
    int64_t values[2];
    struct feed_record placed = *record;
    TRY(place(job, target, numbers, 2, 1, values));
    if (UNLIKELY(values[0] == INT64_MIN))
        return import_reject(job, target, IMPORT_OVERFLOW, NULL, NULL, 0);
    placed.price = values[0];
    placed.qty = values[1];
    return import_feed(job, target, &placed);
}

static uint32_t *slot_find(const struct import_job *job, const struct tape_series *series) {
    uint32_t at = (uint32_t)hash64(0, series, sizeof *series) & (job->slot_count - 1);
    while (job->slots[at] != 0 &&
           memcmp(&job->targets[job->slots[at] - 1]->spec.series, series, sizeof *series) != 0)
        at = (at + 1) & (job->slot_count - 1);
    return &job->slots[at];
}

static int slots_grow(struct import_job *job) {
    uint32_t count = job->slot_count == 0 ? SLOTS_FIRST : job->slot_count * 2;
    if (job->target_count >= TARGETS_MAX)
        return ERR_SET(ERR_FULL, "an import fills at most %d series", TARGETS_MAX);
    uint32_t *slots = calloc(count, sizeof *slots);
    struct import_target **targets = realloc(job->targets, count * sizeof(struct import_target *));
    if (targets != NULL) job->targets = targets;
    if (slots == NULL || targets == NULL) {
        free(slots);
        return ERR_SET(ERR_NOMEM, "no memory for the series of an import");
    }
    free(job->slots);
    job->slots = slots;
    job->slot_count = count;
    for (uint32_t i = 0; i < job->target_count; i++)
        *slot_find(job, &job->targets[i]->spec.series) = i + 1;
    return 0;
}

static int target_new(struct import_job *job, const struct import_spec *spec,
                      struct import_target **ret_target) {
    const struct import_options *options = job->options;
    struct import_target *target = calloc(1, sizeof *target);
    if (target == NULL) return ERR_SET(ERR_NOMEM, "no memory for the series of an import");
    struct tape_meta meta = meta_of(options, spec);
    int rc =
        tape_writer_open(options->tape, &spec->series, &meta, options->replace, &target->writer);
    if (rc < 0) {
        free(target);
        return rc;
    }
    target->spec = *spec;
    target->report.series = spec->series;
    target->frame_ns = (int64_t)spec->series.frame_s * NS_PER_S;
    target->price_decimals = tape_writer_price_decimals(target->writer);
    target->qty_decimals = tape_writer_qty_decimals(target->writer);
    target->price_decimals_max =
        options->price_decimals >= 0 ? target->price_decimals : IMPORT_PRICE_DECIMALS_MAX;
    target->qty_decimals_max =
        options->qty_decimals >= 0 ? target->qty_decimals : IMPORT_QTY_DECIMALS_MAX;
    *ret_target = target;
    return 0;
}

static struct tape_meta meta_of(const struct import_options *options,
                                const struct import_spec *spec) {
    struct tape_meta meta = {.bar_flags = spec->bar_flags};
    instrument_defaults(&meta.instrument, spec->asset, spec->series.symbol, UINT32_MAX);
    // Data that tell no quantities do not tell its decimals either: then the asset class's usual ones hold.
    bool no_qty = (spec->bar_flags & (BAR_CLOSE_ONLY | BAR_QUOTE)) != 0;
    meta.instrument.price_decimals = options->price_decimals >= 0 ? options->price_decimals : 0;
    if (options->qty_decimals >= 0)
        meta.instrument.qty_decimals = options->qty_decimals;
    else if (!no_qty)
        meta.instrument.qty_decimals = 0;
    meta.instrument.tick = PRICE(0);
    meta.instrument.lot = meta.instrument.qty_min = QTY(0);
    meta.instrument.calendar = spec->calendar;
    if (spec->multiplier > 0) {
        meta.instrument.multiplier = spec->multiplier;
        meta.instrument.multiplier_decimals = spec->multiplier_decimals;
    }
    meta.instrument.payoff = spec->payoff;
    memcpy(meta.instrument.venue, spec->series.venue, VENUE_NAME_SIZE);
    memcpy(meta.currency, spec->currency, sizeof meta.currency);
    return meta;
}

// Numbers as mantissas at the series' decimals, which grow where a number needs it. `prices` is a
// bit mask. ret_values[0] = INT64_MIN: one does not fit.
static int place(struct import_job *job, struct import_target *target, const struct number *numbers,
                 uint32_t count, uint32_t prices, int64_t *ret_values) {
    bool fits = true, fine = false;
    for (uint32_t i = 0; i < count; i++) {
        fine |= numbers[i].frac >
                ((prices >> i & 1) != 0 ? target->price_decimals : target->qty_decimals);
        fits &= numbers[i].frac <= DECIMALS_MAX;
    }
    if (UNLIKELY(!fits)) {
        ret_values[0] = INT64_MIN;
        return 0;
    }
    if (UNLIKELY(fine)) TRY(decimals_raise(target, numbers, count, prices));
    bool rounded = false;
    for (uint32_t i = 0; i < count; i++) {
        int decimals = (prices >> i & 1) != 0 ? target->price_decimals : target->qty_decimals;
        fits &= place_one(&numbers[i], decimals, &ret_values[i]);
        if (UNLIKELY(fine && numbers[i].frac > decimals))
            rounded |= frac_short(numbers[i]) > decimals;
    }
    if (UNLIKELY(rounded)) import_note(job, target, IMPORT_ROUNDED);
    if (UNLIKELY(!fits)) ret_values[0] = INT64_MIN;
    return 0;
}

static bool place_one(const struct number *number, int decimals, int64_t *ret_value) {
    static const int64_t POW10[19] = {1,
                                      10,
                                      100,
                                      1000,
                                      10000,
                                      100000,
                                      1000000,
                                      10000000,
                                      100000000,
                                      1000000000,
                                      10000000000,
                                      100000000000,
                                      1000000000000,
                                      10000000000000,
                                      100000000000000,
                                      1000000000000000,
                                      10000000000000000,
                                      100000000000000000,
                                      1000000000000000000};
    if (LIKELY(number->frac <= decimals))
        return !__builtin_mul_overflow(number->m, POW10[decimals - number->frac], ret_value);
    *ret_value = (int64_t)decimal_div_round(number->m, decimal_pow10(number->frac - decimals),
                                            ROUND_HALF_EVEN);
    return true;
}

// To as many decimals as the numbers have, as far as limits and the values so far allow.
static int decimals_raise(struct import_target *target, const struct number *numbers,
                          uint32_t count, uint32_t prices) {
    int price = target->price_decimals, qty = target->qty_decimals;
    for (uint32_t i = 0; i < count; i++) {
        int *decimals = (prices >> i & 1) != 0 ? &price : &qty;
        if (numbers[i].frac <= *decimals) continue;
        int frac = frac_short(numbers[i]);
        if (frac > *decimals) *decimals = frac;
    }
    if (price > target->price_decimals_max) price = target->price_decimals_max;
    if (qty > target->qty_decimals_max) qty = target->qty_decimals_max;
    if (price < target->price_decimals) price = target->price_decimals;
    if (qty < target->qty_decimals) qty = target->qty_decimals;
    int rc = tape_writer_raise(target->writer, price, target->qty_decimals);
    if (rc == 0) target->price_decimals = price;
    if (rc < 0 && rc != ERR_RANGE) return rc;
    rc = tape_writer_raise(target->writer, target->price_decimals, qty);
    if (rc == 0) target->qty_decimals = qty;
    return rc < 0 && rc != ERR_RANGE ? rc : 0;
}

// Decimals without trailing zeros.
static int frac_short(struct number number) {
    while (number.frac > 0 && number.m % 10 == 0) {
        number.m /= 10;
        number.frac--;
    }
    return number.frac;
}

// A daily bar of a market with sessions runs from the open to the close of its date's session; any
// other from its time stamp for a frame. A stamp at 00:00 UTC means that date; another, the
// market's local date.
static void bar_times(struct import_job *job, struct import_target *target, int64_t time_ns,
                      int64_t *ret_open_ns, int64_t *ret_close_ns) {
    enum calendar_id calendar = target->spec.calendar;
    *ret_open_ns = time_ns;
    *ret_close_ns = time_ns + target->frame_ns;
    if (LIKELY(calendar == CALENDAR_24_7 || target->frame_ns != NS_PER_DAY)) return;
    struct session session;
    int64_t local_ns =
        time_ns % NS_PER_DAY == 0 ? time_ns : zone_to_local(calendar_zone(calendar), time_ns);
    int32_t date = date_of_ns(local_ns);
    if (calendar_session(calendar, date, &session)) {
        *ret_open_ns = session.open_ns;
        *ret_close_ns = session.close_ns;
        return;
    }
    *ret_open_ns = date_to_ns(date);
    *ret_close_ns = *ret_open_ns + NS_PER_DAY;
    import_note(job, target, IMPORT_OFF_CALENDAR);
}

// values: open_ns, close_ns, open, high, low, close, volume.
static enum import_fault bar_fault_of(const int64_t *row) {
    int64_t open = row[2], high = row[3], low = row[4], close = row[5];
    if (UNLIKELY(open <= 0 || high <= 0 || low <= 0 || close <= 0)) return IMPORT_BAD_PRICE;
    if (UNLIKELY(row[6] < 0)) return IMPORT_BAD_VOLUME;
    if (UNLIKELY(high < low)) return IMPORT_HIGH_LOW;
    if (UNLIKELY(open < low || open > high || close < low || close > high)) return IMPORT_OUTSIDE;
    if (UNLIKELY(row[1] <= row[0])) return IMPORT_BAD_TIME;
    return IMPORT_FAULT_COUNT;
}

static int bar_add(struct import_job *job, struct import_target *target, const int64_t *row) {
    int64_t last_ns = target->last_open_ns;
    bool had_last = target->has_last;
    uint64_t accepted = target->file_accepted;
    TRY(row_add(job, target, row));
    if (target->file_accepted == accepted || !had_last) return 0;
    int64_t step_ns = row[0] > last_ns ? row[0] - last_ns : last_ns - row[0];
    if (LIKELY(step_ns <= target->frame_ns)) return 0;
    int64_t lo_ns = row[0] > last_ns ? last_ns : row[0];
    if (!tape_is_gap(target->spec.calendar, target->spec.series.frame_s, lo_ns, lo_ns + step_ns))
        return 0;
    import_note(job, target, IMPORT_GAP);
    if (step_ns > job->report->gap_longest_ns) job->report->gap_longest_ns = step_ns;
    return 0;
}

static int row_add(struct import_job *job, struct import_target *target, const int64_t *row) {
    static const enum import_fault FAULTS[] = {[TAPE_DUPLICATE] = IMPORT_DUPLICATE,
                                               [TAPE_CONFLICT] = IMPORT_CONFLICT,
                                               [TAPE_OUT_OF_ORDER] = IMPORT_OUT_OF_ORDER};
    int added = tape_writer_add(target->writer, row);
    TRY(added);
    if (UNLIKELY(added != TAPE_ADDED))
        return import_reject(job, target, FAULTS[added], NULL, NULL, 0);
    struct import_series_report *report = &target->report;
    if (report->accepted == 0 || row[0] < report->first_ns) report->first_ns = row[0];
    if (report->accepted == 0 || row[0] > report->last_ns) report->last_ns = row[0];
    report->accepted++;
    target->file_accepted++;
    job->report->accepted++;
    target->last_open_ns = row[0];
    target->has_last = true;
    return 0;
}
