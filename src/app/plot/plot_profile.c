// SPDX-License-Identifier: Apache-2.0
// Volume profiles side by side, or the course of a rolling one.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/data/profile_set.h"
#include "app/plot/plot_draw.h"
#include "base/timestamp.h"

enum { WIDTH = 1100, LEFT = 84, RIGHT = 150, TOP = 78, HEIGHT = 560, BOTTOM = 40, PARTS_MAX = 40 };

struct sheet {
    const struct profile_set *set;
    const struct plot_canvas *canvas;
    struct plot_frame frame;
    size_t first;
    size_t count;
    double scale; // of a price's mantissa
};

static double y_of(const struct sheet *sheet, int64_t price) {
    return plot_y(&sheet->frame, (double)price * sheet->scale);
}

static void sheet_lay(struct sheet *sheet) {
    const struct profile_set *set = sheet->set;
    sheet->count = set->count < PARTS_MAX ? set->count : PARTS_MAX;
    sheet->first = set->count - sheet->count;
    sheet->scale = pow(10, -set->list->instrument.price_decimals);
    int64_t low = set->profiles[sheet->first].low, high = low;
    for (size_t i = sheet->first; i < set->count; i++) {
        int64_t top = set->profiles[i].low + set->profiles[i].rows;
        low = set->profiles[i].low < low ? set->profiles[i].low : low;
        high = top > high ? top : high;
    }
    sheet->frame =
        (struct plot_frame){.left = LEFT,
                            .top = TOP,
                            .width = WIDTH - LEFT - RIGHT,
                            .height = HEIGHT,
                            .low = (double)profile_set_bottom(set, low) * sheet->scale,
                            .high = (double)profile_set_bottom(set, high) * sheet->scale};
}

static void fill(const struct sheet *sheet, struct plot_color color, double opacity, double x,
                 double y, double width, double height) {
    plot_ink(sheet->canvas, color, opacity);
    draw.rectangle(sheet->canvas->cairo, x, y, width, height);
    draw.fill(sheet->canvas->cairo);
}

static int64_t longest(const struct profile_print *print) {
    int64_t most = 1;
    for (uint32_t i = 0; i < print->rows; i++) {
        int64_t volume = volume_at_price_sum(&print->cells[i]);
        most = volume > most ? volume : most;
    }
    return most;
}

// At the bid, at the ask and at neither, one after the other; paler outside the value area.
static void draw_row(const struct sheet *sheet, const struct profile_print *print, uint32_t i,
                     double x, double width, int64_t most) {
    const struct volume_at_price_cell *cell = &print->cells[i];
    const struct plot_theme *theme = sheet->canvas->theme;
    int64_t row = print->low + i, volumes[3] = {cell->bid, cell->ask, cell->neither};
    struct plot_color colors[3] = {theme->lines[1], theme->lines[0], theme->quiet};
    bool inside = row >= print->area.low && row <= print->area.high;
    double top = y_of(sheet, profile_set_bottom(sheet->set, row + 1));
    double height = y_of(sheet, profile_set_bottom(sheet->set, row)) - top;
    for (int side = 0; side < 3; side++) {
        double part = width * (double)volumes[side] / (double)most;
        fill(sheet, colors[side], inside ? 0.8 : 0.32, x, top, part,
             height > 2 ? height - 0.6 : height);
        x += part;
    }
}

// A triangle for a node of high volume, a hollow square for one of low, at the left.
static void draw_nodes(const struct sheet *sheet, const struct profile_print *print, double x) {
    cairo_t *cairo = sheet->canvas->cairo;
    int64_t half = sheet->set->list->height / 2;
    draw.set_line_width(cairo, 1.2);
    plot_ink(sheet->canvas, sheet->canvas->theme->ink, 1);
    for (size_t i = 0; i < print->high_count; i++) {
        int64_t row = print->low + (int64_t)print->high_nodes[i];
        double y = y_of(sheet, profile_set_bottom(sheet->set, row) + half);
        draw.move_to(cairo, x - 9, y - 5);
        draw.line_to(cairo, x - 1, y);
        draw.line_to(cairo, x - 9, y + 5);
        draw.close_path(cairo);
        draw.fill(cairo);
    }
    for (size_t i = 0; i < print->low_count; i++) {
        int64_t row = print->low + (int64_t)print->low_nodes[i];
        double y = y_of(sheet, profile_set_bottom(sheet->set, row) + half);
        draw.rectangle(cairo, x - 9, y - 3, 6, 6);
        draw.stroke(cairo);
    }
}

static void draw_level(const struct sheet *sheet, double x, double width, int64_t at) {
    static const double dash[] = {5, 4};
    double y = y_of(sheet, at);
    plot_ink(sheet->canvas, sheet->canvas->theme->ink, 0.8);
    draw.set_line_width(sheet->canvas->cairo, 1);
    draw.set_dash(sheet->canvas->cairo, dash, 2, 0);
    draw.move_to(sheet->canvas->cairo, x, y);
    draw.line_to(sheet->canvas->cairo, x + width, y);
    draw.stroke(sheet->canvas->cairo);
    draw.set_dash(sheet->canvas->cairo, NULL, 0, 0);
}

static void label_level(const struct sheet *sheet, int64_t at, const char *word, int64_t price) {
    char text[DECIMAL_TEXT_SIZE], line[DECIMAL_TEXT_SIZE + 16];
    snprintf(line, sizeof line, "%s %s", word, trade_list_price(sheet->set->list, price, text));
    plot_text(sheet->canvas, sheet->frame.left + sheet->frame.width + 8, y_of(sheet, at) + 4, 0,
              line);
}

// The middle of the point of control and the edges of the value area; a single profile's are named.
static void draw_area(const struct sheet *sheet, const struct volume_at_price_area *area, double x,
                      double width) {
    const struct profile_set *set = sheet->set;
    int64_t control = profile_set_bottom(set, area->control);
    int64_t low = profile_set_bottom(set, area->low),
            high = profile_set_bottom(set, area->high + 1);
    int64_t middle = control + set->list->height / 2;
    draw_level(sheet, x, width, middle);
    draw_level(sheet, x, width, high);
    draw_level(sheet, x, width, low);
    if (sheet->count > 1) return;
    label_level(sheet, middle, "POC", control);
    label_level(sheet, high, "VAH", profile_set_top(set, area->high));
    label_level(sheet, low, "VAL", low);
}

static void draw_part(const struct sheet *sheet, size_t at) {
    const struct profile_set *set = sheet->set;
    const struct profile_print *print = &set->profiles[sheet->first + at];
    double all = sheet->frame.width / (double)sheet->count,
           x = sheet->frame.left + all * (double)at;
    double inset = sheet->count > 1 ? 12 : 14, width = all - inset - (sheet->count > 1 ? 4 : 0);
    int64_t most = longest(print);
    for (uint32_t i = 0; i < print->rows; i++) draw_row(sheet, print, i, x + inset, width, most);
    draw_nodes(sheet, print, x + inset);
    draw.set_font_size(sheet->canvas->cairo, 12);
    draw_area(sheet, &print->area, x, all);
    char stamp[TIMESTAMP_TEXT_SIZE], day[TIMESTAMP_TEXT_SIZE];
    timestamp_print(stamp, sizeof stamp, print->from_ns);
    snprintf(day, sizeof day, "%.10s", stamp);
    if (all > 75)
        plot_text(sheet->canvas, x + inset, sheet->frame.top + sheet->frame.height + 18, 0, day);
}

static double draw_key(const struct sheet *sheet, double x, struct plot_color color,
                       const char *name) {
    fill(sheet, color, 0.8, x, TOP - 21, 10, 10);
    plot_ink(sheet->canvas, sheet->canvas->theme->ink, 1);
    plot_text(sheet->canvas, x + 15, TOP - 12, 0, name);
    return x + 15 + plot_text_width(sheet->canvas, name) + 16;
}

static void draw_legend(const struct sheet *sheet) {
    const struct plot_theme *theme = sheet->canvas->theme;
    draw.set_font_size(sheet->canvas->cairo, 12);
    double x = draw_key(sheet, LEFT, theme->lines[1], "sold (at the bid)");
    x = draw_key(sheet, x, theme->lines[0], "bought (at the ask)");
    bool neither = false;
    for (size_t i = sheet->first; i < sheet->set->count; i++)
        neither = neither || sheet->set->profiles[i].all.neither > 0;
    if (neither) x = draw_key(sheet, x, theme->quiet, "neither");
    plot_text(sheet->canvas, x, TOP - 12, 0,
              "strong: value area; triangle: high-volume node, square: low-volume node");
}

static int parts_draw(const struct profile_set *set, const char *path, const char *subtitle) {
    struct plot_canvas canvas;
    struct sheet sheet = {.set = set, .canvas = &canvas};
    sheet_lay(&sheet);
    TRY(plot_canvas_init(&canvas, path, WIDTH, TOP + HEIGHT + BOTTOM, false));
    plot_draw_head(&canvas, set->list->name, subtitle);
    draw.set_font_size(canvas.cairo, 11);
    plot_draw_y_axis(&canvas, &sheet.frame);
    for (size_t i = 0; i < sheet.count; i++) draw_part(&sheet, i);
    draw_legend(&sheet);
    return plot_canvas_write(&canvas, path);
}

// Points of control and value areas over time.
static int course_draw(const struct profile_set *set, const char *path, const char *subtitle) {
    double scale = pow(10, -set->list->instrument.price_decimals);
    double *values = malloc(3 * set->count * sizeof *values);
    int64_t *times = malloc(set->count * sizeof *times);
    int rc = values == NULL || times == NULL ? ERR_SET(ERR_NOMEM, "no memory to draw") : 0;
    for (size_t i = 0; rc == 0 && i < set->count; i++) {
        const struct volume_at_price_area *area = &set->profiles[i].area;
        times[i] = set->profiles[i].to_ns;
        values[i] = (double)profile_set_bottom(set, area->control) * scale;
        values[set->count + i] = (double)profile_set_top(set, area->high) * scale;
        values[2 * set->count + i] = (double)profile_set_bottom(set, area->low) * scale;
    }
    struct plot plot = {
        .title = set->list->name,
        .subtitle = subtitle,
        .count = set->count,
        .times = times,
        .panel_count = 1,
        .panels = {{.lines = {{.name = "point of control", .values = values},
                              {.name = "value area high", .values = values + set->count},
                              {.name = "value area low", .values = values + 2 * set->count}},
                    .line_count = 3,
                    .fill_from = 1,
                    .fill_to = 2}}};
    if (rc == 0) rc = plot_write(&plot, path);
    free(values);
    free(times);
    return rc;
}

int profile_set_draw(const struct profile_set *set, const char *path) {
    char subtitle[512], height[DECIMAL_TEXT_SIZE], from[TIMESTAMP_TEXT_SIZE],
        to[TIMESTAMP_TEXT_SIZE];
    char span[TIMESTAMP_TEXT_SIZE] = "", sides[256];
    timestamp_print(from, sizeof from, set->list->rows[0].ts_ns);
    timestamp_print(to, sizeof to, set->list->rows[set->list->count - 1].ts_ns);
    trade_list_sides_print(set->list, sides, sizeof sides);
    if (set->kind == PROFILE_ROLLING) duration_print(span, sizeof span, set->span_ns);
    snprintf(subtitle, sizeof subtitle, "%s%s%s%.19s to %.19s, recorder's clock; rows of %s; %s",
             set->kind == PROFILE_ROLLING ? "rolling over " : "", span,
             set->kind == PROFILE_ROLLING ? ", " : "", from, to,
             trade_list_price(set->list, set->list->height, height), sides);
    return set->kind == PROFILE_ROLLING ? course_draw(set, path, subtitle)
                                        : parts_draw(set, path, subtitle);
}
