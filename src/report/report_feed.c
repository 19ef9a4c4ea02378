// SPDX-License-Identifier: Apache-2.0
// The parts of the page that a run over recorded feeds has beside the others.
#include "report/print.h"
#include "report/report_state.h"

enum { FILLS_STATIC = 50, ROWS = 200 };

static void add_table(const struct report *report, const char *fold, const char *otherwise,
                      struct text *out) {
    int index = fold_find(fold);
    text_printf(out, "<h3>%s</h3>\n", fold_at((size_t)index)->title);
    if (fold_at((size_t)index)->rows(report->folds[index]) > 0)
        report_html_table(report, fold, ROWS, false, out);
    else
        text_printf(out, "<p class=\"empty\">%s</p>\n", otherwise);
}

// Long tables are folded away: their charts say more.
static void add_folded(const struct report *report, const char *fold, size_t max,
                       const char *summary, struct text *out) {
    text_printf(out, "<details><summary>%s</summary>\n", summary);
    report_html_table(report, fold, max, false, out);
    text_add(out, "</details>\n");
}

static void open_section(struct text *out, const char *id, const char *title) {
    text_printf(out, "<section id=\"%s\" aria-labelledby=\"h-%s\"><h2 id=\"h-%s\">%s</h2>\n", id,
                id, id, title);
}

static void add_chart(struct text *out, const char *id) {
    text_printf(out,
                "<div id=\"%s\"><p class=\"empty\">This chart is drawn by the page's "
                "script.</p></div>\n",
                id);
}

static uint64_t fills_given_up(const struct report *report) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < report->config.instruments->count; i++)
        count += report->venue_side->instruments[i].markouts.given_up;
    return count;
}

static void add_missing(const struct report *report, struct text *out) {
    const struct venue_side *side = report->venue_side;
    if (!side->touched)
        text_add(out, "<p class=\"note\">The venue's best prices were not told: what stands "
                      "against them, mark-outs and spreads, is missing, and in the profit by cause "
                      "all but fees is inventory.</p>\n");
    if (!side->queued)
        text_add(out, "<p class=\"note\">The venue did not tell where orders stood in their "
                      "queues.</p>\n");
    uint64_t given_up = fills_given_up(report);
    if (given_up > 0)
        text_printf(out,
                    "<p class=\"note\">%llu horizons of fills were given up: more fills than can "
                    "wait for them came at a time.</p>\n",
                    (unsigned long long)given_up);
}

static void add_book(const struct report *report, struct text *out) {
    open_section(out, "book", "Fills against the book");
    add_chart(out, "book-chart");
    add_missing(report, out);
    add_folded(report, "fills", FILLS_STATIC, "Fills with the best prices that they met", out);
    text_add(out, "</section>\n");
}

static void add_causes(const struct report *report, struct text *out) {
    open_section(out, "captured", "Profit by cause");
    report_html_table(report, "captured", ROWS, false, out);
    text_add(out, "<p class=\"note\">Spread: fills against the middle of the book that they met. "
                  "Selection: where the middle went from a fill to the horizon. Inventory: what "
                  "was held beyond it. ");
    if (report_unexplained(report).m == 0)
        text_add(out, "Every line adds up to the ledger's profit, to the last unit.</p>");
    else
        text_add(out, "</p><p class=\"wrong\"><strong>They do not add up to the ledger's "
                      "profit:</strong> this report is not to be trusted.</p>");
    text_add(out, "</section>\n");
}

static void add_markouts(const struct report *report, struct text *out) {
    open_section(out, "markouts", "Adverse selection");
    add_chart(out, "markout-chart");
    text_add(out, "<p class=\"note\">The move of the middle from the fill, in the direction of "
                  "what we did: below 0 after it, the price went against us. Bars are two standard "
                  "errors each way, fills taken for independent; fills close in time are not, and "
                  "the truth is wider.</p>\n");
    add_folded(report, "markouts", ROWS, "Mark-outs, effective and realised spreads by horizon",
               out);
    text_add(out, "</section>\n");
}

static void add_queues(const struct report *report, struct text *out) {
    open_section(out, "queues", "Queues and latencies");
    add_table(report, "queues", "No order came to rest, or the best prices were not told.", out);
    add_table(report, "queue_ends", "No order was sent.", out);
    add_table(report, "requests", "No order was sent.", out);
    add_table(report, "latencies", "No order was sent.", out);
    text_add(out, "</section>\n");
}

static void add_inventory(const struct report *report, struct text *out) {
    open_section(out, "inventory", "Inventory");
    add_chart(out, "position-chart");
    add_table(report, "inventory", "Nothing was held.", out);
    text_add(out, "<h3>Time by position</h3>\n");
    add_chart(out, "holding-chart");
    add_folded(report, "holdings", ROWS, "Shares of time", out);
    text_add(out, "</section>\n");
}

void report_html_feed(const struct report *report, struct text *out) {
    add_book(report, out);
    add_causes(report, out);
    add_markouts(report, out);
    add_queues(report, out);
    add_inventory(report, out);
}
