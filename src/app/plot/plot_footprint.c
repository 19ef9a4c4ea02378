// SPDX-License-Identifier: Apache-2.0
// Footprint bars: a column of cells a bar, with the volume at the bid and at the ask, and delta below.
#include <math.h>
#include <stdio.h>

#include "app/data/footprint_set.h"
#include "app/plot/plot_draw.h"
#include "base/timestamp.h"

enum {
    LEFT = 84,
    RIGHT = 28,
    TOP = 92,
    BOTTOM = 40,
    GAP = 30,
    WIDTH = 1100,
    CELL = 92,        // width of a bar whose numbers are written
    NUMBERS_MAX = 30, // bars of which numbers are written
    BARS_MAX = 240,
    ROW_MOST = 17,
    ROW_NUMBERS = 10, // least height of a row with numbers
    HEIGHT_LEAST = 340,
    HEIGHT_MOST = 1500,
    DELTA = 90,
    CUMULATIVE = 110,
    LABEL_SIZE = 32
};

// What is drawn of a set, and where.
struct sheet {
    const struct footprint_set *set;
    const struct plot_canvas *canvas;
    struct plot_frame cells;
    struct plot_frame delta;
    struct plot_frame cumulative;
    size_t first; // bar
    size_t count;
    int64_t low; // rows
    int64_t high;
    double price_scale;
    double qty_scale;
    int64_t most; // volume of a cell
    bool numbers;
};

static double bar_width(const struct sheet *sheet) {
    return sheet->cells.width / (double)sheet->count;
}

static double bar_left(const struct sheet *sheet, size_t at) {
    return sheet->cells.left + bar_width(sheet) * (double)at;
}

static double row_height(const struct sheet *sheet) {
    return sheet->cells.height / (double)(sheet->high - sheet->low + 1);
}

static double row_top(const struct sheet *sheet, int64_t row) {
    return sheet->cells.top + row_height(sheet) * (double)(sheet->high - row);
}

static void quantity_print(char *buf, size_t size, double qty) {
    double magnitude = fabs(qty);
    if (magnitude >= 1e6)
        snprintf(buf, size, "%.3gM", qty / 1e6);
    else if (magnitude >= 1e4)
        snprintf(buf, size, "%.3gk", qty / 1e3);
    else
        snprintf(buf, size, magnitude >= 100 ? "%.0f" : "%.3g", qty);
}

static void sheet_rows(struct sheet *sheet) {
    const struct footprint_print *bars = sheet->set->bars + sheet->first;
    sheet->low = bars[0].low;
    sheet->high = bars[0].low;
    for (size_t i = 0; i < sheet->count; i++) {
        int64_t high = bars[i].low + bars[i].rows - 1;
        sheet->low = bars[i].low < sheet->low ? bars[i].low : sheet->low;
        sheet->high = high > sheet->high ? high : sheet->high;
        for (uint32_t k = 0; k < bars[i].rows; k++) {
            int64_t volume = volume_at_price_sum(&bars[i].cells[k]);
            sheet->most = volume > sheet->most ? volume : sheet->most;
        }
    }
}

static void range_widen(struct plot_frame *frame, double value) {
    frame->low = value < frame->low ? value : frame->low;
    frame->high = value > frame->high ? value : frame->high;
}

static void range_close(struct plot_frame *frame) {
    double room = (frame->high - frame->low) * 0.12;
    if (!(room > 0)) room = 1;
    frame->low -= room;
    frame->high += room;
}

static void sheet_lay(struct sheet *sheet) {
    const struct footprint_set *set = sheet->set;
    sheet->count = set->count < BARS_MAX ? set->count : BARS_MAX;
    sheet->first = set->count - sheet->count;
    sheet->price_scale = pow(10, -set->list->instrument.price_decimals);
    sheet->qty_scale = pow(10, -set->list->instrument.qty_decimals);
    sheet_rows(sheet);
    double width = WIDTH - LEFT - RIGHT, wanted = (double)CELL * (double)sheet->count;
    double height = (double)(sheet->high - sheet->low + 1) * ROW_MOST;
    sheet->numbers = sheet->count <= NUMBERS_MAX;
    sheet->cells = (struct plot_frame){
        .left = LEFT,
        .top = TOP,
        .width = sheet->numbers && wanted > width ? wanted : width,
        .height = fmin(fmax(height, HEIGHT_LEAST), HEIGHT_MOST),
        .low = (double)footprint_set_bottom(set, sheet->low) * sheet->price_scale,
        .high = (double)footprint_set_bottom(set, sheet->high + 1) * sheet->price_scale};
    sheet->numbers = sheet->numbers && row_height(sheet) >= ROW_NUMBERS;
    sheet->delta = sheet->cumulative = sheet->cells;
    sheet->delta.low = sheet->delta.high = sheet->cumulative.low = sheet->cumulative.high = 0;
    sheet->delta.top = sheet->cells.top + sheet->cells.height + GAP;
    sheet->delta.height = DELTA;
    sheet->cumulative.top = sheet->delta.top + DELTA + GAP;
    sheet->cumulative.height = CUMULATIVE;
    for (size_t i = 0; i < sheet->count; i++) {
        const struct footprint_print *print = &set->bars[sheet->first + i];
        range_widen(&sheet->delta, (double)volume_at_price_delta(&print->all) * sheet->qty_scale);
        range_widen(&sheet->delta, (double)print->bar.delta_low * sheet->qty_scale);
        range_widen(&sheet->delta, (double)print->bar.delta_high * sheet->qty_scale);
        range_widen(&sheet->cumulative, (double)print->bar.cumulative * sheet->qty_scale);
    }
    range_close(&sheet->delta);
    range_close(&sheet->cumulative);
}

static struct plot_color side_color(const struct sheet *sheet, int64_t side) {
    return sheet->canvas->theme->lines[side >= 0 ? 0 : 1];
}

static void fill(const struct sheet *sheet, struct plot_color color, double opacity, double x,
                 double y, double width, double height) {
    plot_ink(sheet->canvas, color, opacity);
    draw.rectangle(sheet->canvas->cairo, x, y, width, height);
    draw.fill(sheet->canvas->cairo);
}

// Half of a cell, whatever colour was below it.
static void fill_half(const struct sheet *sheet, int side, bool stacked, double x, double y) {
    double half = (bar_width(sheet) - 8) / 2, height = row_height(sheet) - 0.5;
    if (half < 2) half = 2;
    double left = side > 0 ? x + 6 + half : x + 6;
    fill(sheet, sheet->canvas->theme->paper, 1, left, y, half, height);
    fill(sheet, side_color(sheet, side), stacked ? 0.9 : 0.5, left, y, half, height);
}

// The half of the cell whose side is in imbalance is filled, darker where it is part of a stack.
static void draw_imbalance(const struct sheet *sheet, uint8_t bits, double x, double y) {
    if (bits & FOOTPRINT_STACK_BUY) fill_half(sheet, 1, bits & 4, x, y);
    if (bits & FOOTPRINT_STACK_SELL) fill_half(sheet, -1, bits & 8, x, y);
}

static void draw_numbers(const struct sheet *sheet, const struct volume_at_price_cell *cell,
                         uint8_t bits, double x, double y) {
    char bid[LABEL_SIZE], ask[LABEL_SIZE];
    double middle = x + 6 + (bar_width(sheet) - 8) / 2, base = y + row_height(sheet) / 2 + 3.5;
    const struct plot_theme *theme = sheet->canvas->theme;
    quantity_print(bid, sizeof bid, (double)cell->bid * sheet->qty_scale);
    quantity_print(ask, sizeof ask, (double)cell->ask * sheet->qty_scale);
    draw.set_font_size(sheet->canvas->cairo, 10);
    plot_ink(sheet->canvas, bits & 8 ? theme->paper : theme->ink, 1);
    plot_text(sheet->canvas, middle - 7, base, 1, bid);
    plot_ink(sheet->canvas, theme->quiet, 1);
    plot_text(sheet->canvas, middle, base, 0.5, "x");
    plot_ink(sheet->canvas, bits & 4 ? theme->paper : theme->ink, 1);
    plot_text(sheet->canvas, middle + 7, base, 0, ask);
}

static void draw_cell(const struct sheet *sheet, const struct footprint_print *print, uint32_t i,
                      double x) {
    const struct volume_at_price_cell *cell = &print->cells[i];
    double y = row_top(sheet, print->low + i), wide = bar_width(sheet) - 8;
    if (cell->trades == 0) return;
    double share = (double)volume_at_price_sum(cell) / (double)sheet->most;
    if (wide < 4) wide = 4;
    fill(sheet, side_color(sheet, volume_at_price_delta(cell)), 0.07 + 0.38 * sqrt(share), x + 6, y,
         wide, row_height(sheet) - 0.5);
    draw_imbalance(sheet, print->imbalances[i], x, y);
    if (sheet->numbers) draw_numbers(sheet, cell, print->imbalances[i], x, y);
}

// Left of the cells: the value area as a pale bar, open to close as a dark one.
static void draw_candle(const struct sheet *sheet, const struct footprint_print *print, double x) {
    double open = plot_y(&sheet->cells, (double)print->bar.open * sheet->price_scale);
    double close = plot_y(&sheet->cells, (double)print->bar.close * sheet->price_scale);
    double top = row_top(sheet, print->area.high), bottom = row_top(sheet, print->area.low - 1);
    int64_t rise = print->bar.close - print->bar.open;
    fill(sheet, sheet->canvas->theme->quiet, 0.35, x + 0.5, top, 1.5, bottom - top);
    fill(sheet, side_color(sheet, rise), 1, x + 3, fmin(open, close), 2,
         fmax(1, fabs(open - close)));
}

static void draw_control(const struct sheet *sheet, const struct footprint_print *print, double x) {
    plot_ink(sheet->canvas, sheet->canvas->theme->ink, 1);
    draw.set_line_width(sheet->canvas->cairo, 1.4);
    draw.rectangle(sheet->canvas->cairo, x + 6, row_top(sheet, print->area.control),
                   fmax(4, bar_width(sheet) - 8), row_height(sheet) - 0.5);
    draw.stroke(sheet->canvas->cairo);
}

// A letter for each signal at the end that it is about.
static void draw_signals(const struct sheet *sheet, const struct footprint_print *print, double x) {
    static const struct {
        uint32_t bits;
        const char *word;
        bool above;
    } words[] = {
        {FOOTPRINT_UNFINISHED_HIGH, "U", true}, {FOOTPRINT_EXHAUSTION_HIGH, "E", true},
        {FOOTPRINT_ABSORPTION_HIGH, "A", true}, {FOOTPRINT_DIVERGENCE_BEARISH, "D", true},
        {FOOTPRINT_UNFINISHED_LOW, "U", false}, {FOOTPRINT_EXHAUSTION_LOW, "E", false},
        {FOOTPRINT_ABSORPTION_LOW, "A", false}, {FOOTPRINT_DIVERGENCE_BULLISH, "D", false}};
    double above = x + 8, below = x + 8;
    double top = row_top(sheet, print->low + print->rows - 1) - 3;
    double bottom = row_top(sheet, print->low - 1) + 10;
    if (bar_width(sheet) < 40) return;
    draw.set_font_size(sheet->canvas->cairo, 9);
    plot_ink(sheet->canvas, sheet->canvas->theme->lines[3], 1);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!(print->signals & words[i].bits)) continue;
        double *at = words[i].above ? &above : &below;
        plot_text(sheet->canvas, *at, words[i].above ? top : bottom, 0, words[i].word);
        *at += 9;
    }
}

static void draw_bar(const struct sheet *sheet, size_t at) {
    const struct footprint_print *print = &sheet->set->bars[sheet->first + at];
    double x = bar_left(sheet, at);
    for (uint32_t i = 0; i < print->rows; i++) draw_cell(sheet, print, i, x);
    draw_candle(sheet, print, x);
    draw_control(sheet, print, x);
    draw_signals(sheet, print, x);
}

static void line_across(const struct sheet *sheet, const struct plot_frame *frame, double value) {
    double y = floor(plot_y(frame, value)) + 0.5;
    plot_ink(sheet->canvas, sheet->canvas->theme->quiet, 0.6);
    draw.set_line_width(sheet->canvas->cairo, 1);
    draw.move_to(sheet->canvas->cairo, frame->left, y);
    draw.line_to(sheet->canvas->cairo, frame->left + frame->width, y);
    draw.stroke(sheet->canvas->cairo);
}

// Delta as a bar, its extremes within the bar as a thin one.
static void draw_delta(const struct sheet *sheet, size_t at) {
    const struct footprint_print *print = &sheet->set->bars[sheet->first + at];
    int64_t mantissa = volume_at_price_delta(&print->all);
    double delta = (double)mantissa * sheet->qty_scale, wide = bar_width(sheet);
    double x = bar_left(sheet, at), zero = plot_y(&sheet->delta, 0),
           y = plot_y(&sheet->delta, delta);
    double high = plot_y(&sheet->delta, (double)print->bar.delta_high * sheet->qty_scale);
    double low = plot_y(&sheet->delta, (double)print->bar.delta_low * sheet->qty_scale);
    fill(sheet, sheet->canvas->theme->quiet, 0.5, x + wide / 2 - 0.75, high, 1.5, low - high);
    fill(sheet, side_color(sheet, mantissa), 0.8, x + wide * 0.15, fmin(zero, y), wide * 0.7,
         fmax(0.5, fabs(y - zero)));
    if (!sheet->numbers) return;
    char label[LABEL_SIZE];
    quantity_print(label, sizeof label, delta);
    draw.set_font_size(sheet->canvas->cairo, 10);
    plot_ink(sheet->canvas, sheet->canvas->theme->ink, 1);
    plot_text(sheet->canvas, x + wide / 2, sheet->delta.top + sheet->delta.height + 2, 0.5, label);
}

static void draw_cumulative(const struct sheet *sheet) {
    plot_ink(sheet->canvas, sheet->canvas->theme->lines[2], 1);
    draw.set_line_width(sheet->canvas->cairo, 1.6);
    for (size_t i = 0; i < sheet->count; i++) {
        int64_t cumulative = sheet->set->bars[sheet->first + i].bar.cumulative;
        double x = bar_left(sheet, i) + bar_width(sheet) / 2;
        double y = plot_y(&sheet->cumulative, (double)cumulative * sheet->qty_scale);
        if (i == 0)
            draw.move_to(sheet->canvas->cairo, x, y);
        else
            draw.line_to(sheet->canvas->cairo, x, y);
    }
    draw.stroke(sheet->canvas->cairo);
    if (sheet->count > 1) return;
    double y = plot_y(&sheet->cumulative,
                      (double)sheet->set->bars[sheet->first].bar.cumulative * sheet->qty_scale);
    fill(sheet, sheet->canvas->theme->lines[2], 1, bar_left(sheet, 0) + bar_width(sheet) / 2 - 2,
         y - 2, 4, 4);
}

static void draw_times(const struct sheet *sheet) {
    double bottom = sheet->cumulative.top + sheet->cumulative.height, last = -1e9;
    draw.set_font_size(sheet->canvas->cairo, 11);
    plot_ink(sheet->canvas, sheet->canvas->theme->quiet, 1);
    for (size_t i = 0; i < sheet->count; i++) {
        char stamp[TIMESTAMP_TEXT_SIZE], label[TIMESTAMP_TEXT_SIZE];
        double x = bar_left(sheet, i) + bar_width(sheet) / 2;
        if (x - last < 70) continue;
        timestamp_print(stamp, sizeof stamp, sheet->set->bars[sheet->first + i].bar.open_ns);
        snprintf(label, sizeof label, "%.8s", stamp + 11);
        plot_text(sheet->canvas, x, bottom + 18, 0.5, label);
        last = x;
    }
}

static double draw_key(const struct sheet *sheet, double x, struct plot_color color, double opacity,
                       const char *name) {
    double y = TOP - 26;
    fill(sheet, color, opacity, x, y - 9, 10, 10);
    plot_ink(sheet->canvas, sheet->canvas->theme->ink, 1);
    plot_text(sheet->canvas, x + 15, y, 0, name);
    return x + 15 + plot_text_width(sheet->canvas, name) + 16;
}

static void draw_legend(const struct sheet *sheet) {
    double x = LEFT;
    draw.set_font_size(sheet->canvas->cairo, 12);
    x = draw_key(sheet, x, side_color(sheet, 1), 0.35, "more bought");
    x = draw_key(sheet, x, side_color(sheet, -1), 0.35, "more sold");
    x = draw_key(sheet, x, side_color(sheet, 1), 0.85, "stacked buying imbalance");
    x = draw_key(sheet, x, side_color(sheet, -1), 0.85, "stacked selling imbalance");
    plot_text(sheet->canvas, x, TOP - 26, 0,
              "framed: point of control; U unfinished, E exhaustion, A absorption, D divergence");
}

static void draw_sheet(const struct sheet *sheet) {
    draw.set_font_size(sheet->canvas->cairo, 11);
    plot_draw_y_axis(sheet->canvas, &sheet->cells);
    plot_draw_y_axis(sheet->canvas, &sheet->delta);
    plot_draw_y_axis(sheet->canvas, &sheet->cumulative);
    for (size_t i = 0; i < sheet->count; i++) draw_bar(sheet, i);
    line_across(sheet, &sheet->delta, 0);
    for (size_t i = 0; i < sheet->count; i++) draw_delta(sheet, i);
    line_across(sheet, &sheet->cumulative, 0);
    draw_cumulative(sheet);
    draw.set_font_size(sheet->canvas->cairo, 12);
    plot_ink(sheet->canvas, sheet->canvas->theme->ink, 1);
    plot_text(sheet->canvas, LEFT, sheet->delta.top - 4, 0, "delta");
    plot_text(sheet->canvas, LEFT, sheet->cumulative.top - 4, 0, "cumulative delta");
    draw_times(sheet);
    draw_legend(sheet);
}

static void subtitle_print(const struct sheet *sheet, char *buf, size_t size) {
    char height[DECIMAL_TEXT_SIZE], from[TIMESTAMP_TEXT_SIZE], sides[256], some[64] = "";
    const struct footprint_set *set = sheet->set;
    timestamp_print(from, sizeof from, set->bars[sheet->first].bar.open_ns);
    trade_list_sides_print(set->list, sides, sizeof sides);
    if (sheet->count < set->count) snprintf(some, sizeof some, "the last %zu of ", sheet->count);
    snprintf(buf, size, "%s%zu bars by %s from %s, recorder's clock; rows of %s; %s", some,
             set->count, footprint_kind_name((enum footprint_kind)set->config.kind), from,
             trade_list_price(set->list, set->config.height, height), sides);
}

int footprint_set_draw(const struct footprint_set *set, const char *path) {
    char subtitle[512];
    struct plot_canvas canvas;
    struct sheet sheet = {.set = set, .canvas = &canvas};
    sheet_lay(&sheet);
    TRY(plot_canvas_init(&canvas, path, LEFT + sheet.cells.width + RIGHT,
                         sheet.cumulative.top + CUMULATIVE + BOTTOM, false));
    subtitle_print(&sheet, subtitle, sizeof subtitle);
    plot_draw_head(&canvas, set->list->name, subtitle);
    draw_sheet(&sheet);
    return plot_canvas_write(&canvas, path);
}
