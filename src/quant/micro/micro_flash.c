// SPDX-License-Identifier: Apache-2.0
// Spoofing and layering: placements that are withdrawn (quant/micro/micro_flash.h).
#include "quant/micro/micro_flash.h"

#include <string.h>

#include "base/check.h"
#include "quant/micro/micro_param.h"
#include "quant/micro/micro_sign.h"
#include "quant/stream/slots.h"

enum { RECENT = 16 }; // withdrawals of a side that may make a layer

static void expire(struct micro_flash_side *side, int64_t before_ns);
static void level_placed(struct micro_flash_side *side, const struct micro_flash_rule *rule,
                         const struct micro_view *view, int s, const struct micro_change *change,
                         struct micro_flash_news *news);
static void level_gone(struct micro_flash_side *side, const struct micro_flash_rule *rule,
                       const struct micro_view *view, int s, const struct micro_change *change,
                       struct micro_flash_news *news);
static void remove_at(struct micro_flash_side *side, uint64_t at);

// What a placement adds at least.
static double least_of(const struct micro_flash_rule *rule, const struct micro_side *before) {
    uint32_t levels = (uint32_t)rule->levels;
    uint32_t count = before->count < levels ? before->count : levels;
    if (count == 0) return INFINITY;
    return rule->times * ((double)micro_sum(before, levels) / (double)count);
}

// Whether what is gone is shown elsewhere: the depth of the best levels is not as much less as that, than just after it
// was placed, or, of layers that are placed one after another, than before this change.
static bool is_moved(const struct micro_flash_rule *rule, const struct micro_view *view, int s,
                     const struct micro_flash *flash, int64_t gone) {
    int64_t now = micro_sum(&view->now[s], (uint32_t)rule->levels);
    if (rule->layers == 0) return now > flash->depth - (flash->added - flash->added / 5);
    return now > micro_sum(&view->before[s], (uint32_t)rule->levels) - (gone - gone / 5);
}

// A price behind the last of a full list, before or after, is out of sight there.
void micro_flash_book(struct micro_flash_side *side, const struct micro_flash_rule *rule,
                      const struct micro_view *view, int s, struct micro_flash_news *ret_news) {
    const struct micro_side *before = &view->before[s];
    int64_t now_last = view->now[s].price[rule->levels - 1];
    int64_t before_last = before->price[rule->levels - 1];
    int64_t last = (s ? now_last < before_last : now_last > before_last) ? now_last : before_last;
    uint32_t count = view->changed_count[s];
    ret_news->placed = ret_news->withdrawn_count = 0;
    if (view->begun) side->count = 0;
    if (side->count > 0) expire(side, view->now_ns - rule->within_ns);
    if (view->begun || count == 0) return;
    double least = least_of(rule, before);
    for (uint32_t i = 0; i < count; i++) {
        const struct micro_change *change = &view->changed[s][i];
        if (s ? change->price > last : change->price < last) return;
        // Both are rare, and asked for in this order foretold: that a level has more is as likely as that it has less.
        if (UNLIKELY((double)(change->now - change->before) >= least))
            level_placed(side, rule, view, s, change, ret_news);
        else if (side->count > 0)
            level_gone(side, rule, view, s, change, ret_news);
    }
}

void micro_flash_trade(struct micro_flash_side *side, int s, int64_t price, int64_t qty, int sign) {
    for (uint64_t i = 0; i < side->count; i++) {
        struct micro_flash *flash = &side->live[i];
        if (sign == (s ? -1 : 1)) flash->used = 1;
        if (flash->price == price && sign != (s ? -1 : 1) && qty < INT64_MAX / 2 - flash->traded)
            flash->traded += qty;
    }
}

static void expire(struct micro_flash_side *side, int64_t before_ns) {
    for (uint64_t i = side->count; i > 0; i--)
        if (side->live[i - 1].born_ns < before_ns) remove_at(side, i - 1);
}

static void level_placed(struct micro_flash_side *side, const struct micro_flash_rule *rule,
                         const struct micro_view *view, int s, const struct micro_change *change,
                         struct micro_flash_news *news) {
    if (side->count == MICRO_FLASH_LIVE) remove_at(side, 0);
    side->live[side->count++] =
        (struct micro_flash){.price = change->price,
                             .added = change->now - change->before,
                             .born_ns = view->now_ns,
                             .depth = micro_sum(&view->now[s], (uint32_t)rule->levels)};
    news->placed += change->now - change->before;
}

static void level_gone(struct micro_flash_side *side, const struct micro_flash_rule *rule,
                       const struct micro_view *view, int s, const struct micro_change *change,
                       struct micro_flash_news *news) {
    int64_t gone = change->before - change->now;
    for (uint64_t i = 0; i < side->count; i++) {
        struct micro_flash *flash = &side->live[i];
        if (LIKELY(flash->price != change->price) || gone <= 0) continue;
        int64_t traded = gone < flash->traded ? gone : flash->traded;
        flash->traded -= traded;
        flash->gone += gone - traded;
        if (flash->gone < flash->added - flash->added / 5) continue;
        if (!is_moved(rule, view, s, flash, gone - traded))
            news->withdrawn[news->withdrawn_count++] = *flash;
        remove_at(side, i--);
        if (news->withdrawn_count == MICRO_FLASH_LIVE) return;
    }
}

static void remove_at(struct micro_flash_side *side, uint64_t at) {
    side->count--;
    memmove(side->live + at, side->live + at + 1, (side->count - at) * sizeof *side->live);
    memset(side->live + side->count, 0, sizeof *side->live);
}

struct recent {
    int64_t ns;
    int64_t qty; // 0: it has been taken for part of a layer
};

struct score {
    struct micro_signer signer;
    struct micro_flash_rule rule;
    uint64_t next[2];
    struct micro_flash_side sides[2];
    struct slots placed[2], withdrawn[2];
    struct recent recent[2][RECENT];
};

enum { WINDOW, WITHIN, TIMES, SCORE_LEVELS, LAYERS };

static size_t score_size(const double *params) {
    return sizeof(struct score);
}

static uint32_t score_levels(const double *params) {
    return (uint32_t)params[SCORE_LEVELS];
}

static void spoofing_init(void *memory, const double *params, double price_unit, double qty_unit) {
    struct score *score = memory;
    memset(score, 0, sizeof *score);
    score->rule = (struct micro_flash_rule){.times = params[TIMES],
                                            .within_ns = micro_ns(params[WITHIN]),
                                            .levels = (uint64_t)params[SCORE_LEVELS]};
    for (int s = 0; s < 2; s++)
        score->placed[s] = score->withdrawn[s] = slots_make(micro_ns(params[WINDOW]));
}

static void layering_init(void *memory, const double *params, double price_unit, double qty_unit) {
    struct score *score = memory;
    spoofing_init(memory, params, price_unit, qty_unit);
    score->rule.layers = (uint64_t)params[LAYERS];
}

// What a withdrawal adds: for spoofing itself, if it was used; for layering the withdrawals of late, if they are
// enough.
static int64_t weight(struct score *score, int s, const struct micro_flash *flash, int64_t now_ns) {
    if (score->rule.layers == 0) return flash->used ? flash->added : 0;
    struct recent *recent = score->recent[s];
    recent[score->next[s]++ % RECENT] = (struct recent){now_ns, flash->added};
    uint64_t count = 0, filled = score->next[s] < RECENT ? score->next[s] : RECENT;
    int64_t sum = 0, from = now_ns - score->rule.within_ns;
    for (uint64_t i = 0; i < filled; i++) {
        count += recent[i].ns >= from;
        sum += recent[i].ns >= from ? recent[i].qty : 0;
    }
    if (count < score->rule.layers) return 0;
    for (uint64_t i = 0; i < filled; i++)
        if (recent[i].ns >= from) recent[i].qty = 0;
    return sum;
}

static void score_time(void *memory, const struct micro_view *view, double *outputs) {
    struct score *score = memory;
    for (int s = 0; s < 2; s++) {
        double placed = (double)slots_sum(&score->placed[s], view->now_ns);
        double withdrawn = (double)slots_sum(&score->withdrawn[s], view->now_ns);
        outputs[s] = placed > 0 ? fmin(withdrawn / placed, 1) : 0;
        outputs[2 + s] = withdrawn * view->qty_unit;
    }
}

static void score_book(void *memory, const struct micro_view *view, double *outputs) {
    struct score *score = memory;
    bool tells = view->now_ns >= score->placed[0].end_ns;
    for (int s = 0; s < 2; s++) {
        struct micro_flash_news news;
        if (view->from[s] >= score->rule.levels && score->sides[s].count == 0) continue;
        micro_flash_book(&score->sides[s], &score->rule, view, s, &news);
        if (news.placed == 0 && news.withdrawn_count == 0) continue;
        slots_add(&score->placed[s], view->now_ns, news.placed);
        for (uint32_t i = 0; i < news.withdrawn_count; i++)
            slots_add(&score->withdrawn[s], view->now_ns,
                      weight(score, s, &news.withdrawn[i], view->now_ns));
        tells = true;
    }
    if (tells) score_time(memory, view, outputs);
}

static void score_trade(void *memory, const struct micro_view *view,
                        const struct micro_trade *trade, double *outputs) {
    struct score *score = memory;
    int sign = micro_sign(&score->signer, view, trade);
    for (int s = 0; s < 2 && sign != 0; s++)
        micro_flash_trade(&score->sides[s], s, trade->price, trade->qty, sign);
}

#define FLASH_PARAMS                                                                               \
    MICRO_SPAN("window", 60,                                                                       \
               "The span of time of the score, which covers up to a sixteenth more."),             \
        MICRO_SPAN("within", 0.5, "How soon a placement is withdrawn."),                           \
        {.name = "times",                                                                          \
         .type = PARAM_REAL,                                                                       \
         .unit = "times",                                                                          \
         .def = 10,                                                                                \
         .min = 0.1,                                                                               \
         .max = 1e6,                                                                               \
         .help = "How many times the mean level of its side a placement adds at least."},          \
        MICRO_LEVELS(20, MICRO_LEVELS_MAX)

static const struct param spoofing_params[] = {FLASH_PARAMS};

const struct micro micro_spoofing = {
    .name = "spoofing",
    .summary =
        "For bids and for asks: the share in [0, 1] of the large quantities placed over a window "
        "of time that were withdrawn soon without being traded, after an order of the direction "
        "that they are to draw had traded while they stood; and that quantity. A sign to look "
        "at, not a proof.",
    .source = "After Lee, Eom and Park, Microstructure-based manipulation: strategic behavior and "
              "performance of "
              "spoofing traders, Journal of Financial Markets 16 (2013)",
    .outputs = {"bid", "ask", "bid_quantity", "ask_quantity"},
    .output_count = 4,
    .reads_trades = true,
    .params = spoofing_params,
    .param_count = MICRO_COUNT(spoofing_params),
    .state_size = score_size,
    .levels = score_levels,
    .init = spoofing_init,
    .book = score_book,
    .trade = score_trade,
    .time = score_time,
};

static const struct param layering_params[] = {
    FLASH_PARAMS,
    {.name = "layers",
     .type = PARAM_INT,
     .unit = "levels",
     .def = 4,
     .min = 2,
     .max = RECENT,
     .help = "How many placements of a side are withdrawn within that time of each other."},
};

const struct micro micro_layering = {
    .name = "layering",
    .summary =
        "For bids and for asks: the share in [0, 1] of the large quantities placed over a window "
        "of time that were withdrawn soon, several levels of a side together; and that quantity. A "
        "sign to look at, not a proof.",
    .source = "After MAR (EU) 596/2014, indicator "
              "A(f) of "
              "Annex I",
    .outputs = {"bid", "ask", "bid_quantity", "ask_quantity"},
    .output_count = 4,
    .reads_trades = true,
    .params = layering_params,
    .param_count = MICRO_COUNT(layering_params),
    .state_size = score_size,
    .levels = score_levels,
    .init = layering_init,
    .book = score_book,
    .trade = score_trade,
    .time = score_time,
};
