// SPDX-License-Identifier: Apache-2.0
#include "app/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "app/cairo_load.h"
#include "base/check.h"
#include "base/io.h"
#include "base/text.h"
#include "base/timestamp.h"

enum {
    WIDTH = 1100,
    LEFT = 84,
    RIGHT = 24,
    TOP = 64,
    PANEL = 300, // of the first panel; the others are lower
    PANEL_LOW = 180,
    GAP = 26,
    BOTTOM = 36,
    PNG_SCALE = 2,
    Y_TICKS = 5,
    X_TICKS = 7
};
#define FILE_MAX ((size_t)256 << 20)

struct color {
    double red, green, blue;
};

// Okabe and Ito's palette, told apart by every kind of eye.
static const struct color palette[] = {{0.00, 0.45, 0.70}, {0.84, 0.37, 0.00}, {0.00, 0.62, 0.45},
                                       {0.80, 0.47, 0.65}, {0.90, 0.62, 0.00}, {0.34, 0.71, 0.91},
                                       {0.35, 0.35, 0.35}, {0.00, 0.00, 0.00}};
static const struct color ink = {0.13, 0.14, 0.16}, quiet = {0.40, 0.42, 0.45},
                          grid = {0.88, 0.89, 0.90}, paper = {1, 1, 1};

static struct cairo_calls draw; // set before the first canvas

struct canvas {
    cairo_surface_t *surface;
    cairo_t *cairo;
    bool svg;
    struct text bytes;
};

struct frame { // where a panel stands, and what its edges mean
    double left, top, width, height;
    double low, high;
};

static int canvas_init(struct canvas *canvas, const char *path, double width, double height);
static int canvas_write(struct canvas *canvas, const char *path);
static void set_color(cairo_t *cairo, struct color color);
static void draw_text(cairo_t *cairo, double x, double y, double align, const char *text);
static void draw_head(cairo_t *cairo, const char *title, const char *subtitle);
static void draw_panel(cairo_t *cairo, const struct plot *plot, const struct plot_panel *panel,
                       const struct frame *frame);
static void draw_x_axis(cairo_t *cairo, const struct plot *plot, const struct frame *frame);
static struct frame frame_of(const struct plot *plot, size_t panel);
static void draw_cell(cairo_t *cairo, const struct plot_matrix *matrix, size_t row, size_t column,
                      const struct frame *frame);
static double matrix_span(const struct plot_matrix *matrix);

int plot_write(const struct plot *plot, const char *path) {
    CHECK(plot->panel_count > 0 && plot->panel_count <= PLOT_PANELS_MAX);
    struct frame last = frame_of(plot, plot->panel_count - 1);
    struct canvas canvas;
    TRY(canvas_init(&canvas, path, WIDTH, last.top + last.height + BOTTOM));
    draw_head(canvas.cairo, plot->title, plot->subtitle);
    for (size_t i = 0; i < plot->panel_count; i++) {
        struct frame frame = frame_of(plot, i);
        draw_panel(canvas.cairo, plot, &plot->panels[i], &frame);
    }
    draw_x_axis(canvas.cairo, plot, &last);
    return canvas_write(&canvas, path);
}

int plot_write_matrix(const struct plot_matrix *matrix, const char *path) {
    double wide =
        (double)(WIDTH - LEFT - RIGHT) / (double)(matrix->columns > 0 ? matrix->columns : 1);
    double cell = wide > 64 ? 64 : wide < 4 ? 4 : wide;
    struct frame frame = {.left = LEFT,
                          .top = TOP + 20,
                          .width = cell * (double)matrix->columns,
                          .height = cell * (double)matrix->rows,
                          .high = matrix_span(matrix)};
    double width = frame.left + frame.width + RIGHT;
    struct canvas canvas;
    TRY(canvas_init(&canvas, path, width < 480 ? 480 : width, frame.top + frame.height + BOTTOM));
    draw_head(canvas.cairo, matrix->title, matrix->subtitle);
    for (size_t row = 0; row < matrix->rows; row++)
        for (size_t column = 0; column < matrix->columns; column++)
            draw_cell(canvas.cairo, matrix, row, column, &frame);
    return canvas_write(&canvas, path);
}

static cairo_status_t take_bytes(void *closure, const unsigned char *data, unsigned int len) {
    struct text *bytes = closure;
    text_add_bytes(bytes, data, len);
    return text_error(bytes) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static int canvas_init(struct canvas *canvas, const char *path, double width, double height) {
    const char *dot = strrchr(path, '.');
    *canvas = (struct canvas){.svg = dot != NULL && strcasecmp(dot, ".svg") == 0};
    if (!canvas->svg && (dot == NULL || strcasecmp(dot, ".png") != 0))
        return ERR_SET(ERR_ARGUMENT, "%s: the file's name must end in .svg or .png", path);
    TRY(cairo_load(&draw));
    text_init(&canvas->bytes, FILE_MAX);
    canvas->surface =
        canvas->svg ? draw.svg_surface_create_for_stream(take_bytes, &canvas->bytes, width, height)
                    : draw.image_surface_create(CAIRO_FORMAT_RGB24, (int)(width * PNG_SCALE),
                                                (int)(height * PNG_SCALE));
    canvas->cairo = draw.create(canvas->surface);
    if (!canvas->svg) draw.scale(canvas->cairo, PNG_SCALE, PNG_SCALE);
    set_color(canvas->cairo, paper);
    draw.paint(canvas->cairo);
    draw.select_font_face(canvas->cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                          CAIRO_FONT_WEIGHT_NORMAL);
    return 0;
}

static int canvas_write(struct canvas *canvas, const char *path) {
    cairo_status_t status = draw.status(canvas->cairo);
    if (!canvas->svg && status == CAIRO_STATUS_SUCCESS)
        status = draw.surface_write_to_png_stream(canvas->surface, take_bytes, &canvas->bytes);
    draw.destroy(canvas->cairo);
    draw.surface_finish(canvas->surface);
    if (status == CAIRO_STATUS_SUCCESS) status = draw.surface_status(canvas->surface);
    draw.surface_destroy(canvas->surface);
    int rc = text_error(&canvas->bytes);
    if (rc < 0 || status != CAIRO_STATUS_SUCCESS)
        rc = ERR_SET(rc < 0 ? rc : ERR_NOMEM, "%s: the drawing failed: %s", path,
                     draw.status_to_string(status));
    else
        rc = io_write_file(path, text_string(&canvas->bytes), canvas->bytes.len);
    text_fini(&canvas->bytes);
    return rc;
}

static void set_color(cairo_t *cairo, struct color color) {
    draw.set_source_rgb(cairo, color.red, color.green, color.blue);
}

// align: 0 the text begins at x, 0.5 is centred there, 1 ends there.
static void draw_text(cairo_t *cairo, double x, double y, double align, const char *text) {
    cairo_text_extents_t extents;
    draw.text_extents(cairo, text, &extents);
    draw.move_to(cairo, x - align * extents.x_advance, y);
    draw.show_text(cairo, text);
}

static void draw_head(cairo_t *cairo, const char *title, const char *subtitle) {
    set_color(cairo, ink);
    draw.set_font_size(cairo, 18);
    draw_text(cairo, LEFT, 28, 0, title);
    set_color(cairo, quiet);
    draw.set_font_size(cairo, 12);
    draw_text(cairo, LEFT, 47, 0, subtitle);
}

// 1, 2 or 5 times a power of ten, so that about `ticks` of them span the range.
static double tick_step(double span, int ticks) {
    double raw = span / ticks;
    double power = pow(10, floor(log10(raw)));
    double part = raw / power;
    return power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
}

static void find_range(const struct plot *plot, const struct plot_panel *panel,
                       struct frame *frame) {
    frame->low = panel->stems ? 0 : INFINITY;
    frame->high = panel->stems ? 0 : -INFINITY;
    for (size_t k = 0; k < panel->line_count; k++)
        for (size_t i = 0; i < plot->count; i++) {
            double value = panel->lines[k].values[i];
            if (!isfinite(value)) continue;
            if (value < frame->low) frame->low = value;
            if (value > frame->high) frame->high = value;
        }
    if (!(frame->low <= frame->high)) {
        frame->low = 0;
        frame->high = 1;
    }
    double room = (frame->high - frame->low) * 0.04;
    if (!(room > 0)) room = frame->high != 0 ? fabs(frame->high) * 0.01 : 1;
    frame->low -= room;
    frame->high += room;
}

static struct frame frame_of(const struct plot *plot, size_t panel) {
    struct frame frame = {.left = LEFT,
                          .top = TOP + 14,
                          .width = WIDTH - LEFT - RIGHT,
                          .height = panel == 0 ? PANEL : PANEL_LOW};
    if (panel > 0) frame.top += PANEL + GAP + (double)(panel - 1) * (PANEL_LOW + GAP);
    find_range(plot, &plot->panels[panel], &frame);
    return frame;
}

static double x_of(const struct frame *frame, size_t row, size_t count) {
    return frame->left + frame->width * ((double)row + 0.5) / (double)(count > 0 ? count : 1);
}

static double y_of(const struct frame *frame, double value) {
    return frame->top + frame->height * (frame->high - value) / (frame->high - frame->low);
}

static void draw_y_axis(cairo_t *cairo, const struct frame *frame) {
    double step = tick_step(frame->high - frame->low, Y_TICKS);
    draw.set_font_size(cairo, 11);
    draw.set_line_width(cairo, 1);
    for (double tick = ceil(frame->low / step); tick * step <= frame->high; tick++) {
        char label[32];
        double y = floor(y_of(frame, tick * step)) + 0.5;
        snprintf(label, sizeof label, "%.6g", tick == 0 ? 0 : tick * step);
        set_color(cairo, grid);
        draw.move_to(cairo, frame->left, y);
        draw.line_to(cairo, frame->left + frame->width, y);
        draw.stroke(cairo);
        set_color(cairo, quiet);
        draw_text(cairo, frame->left - 8, y + 4, 1, label);
    }
}

static void draw_legend(cairo_t *cairo, const struct plot_panel *panel, const struct frame *frame) {
    double x = frame->left;
    draw.set_font_size(cairo, 12);
    for (size_t k = 0; k < panel->line_count; k++) {
        cairo_text_extents_t extents;
        set_color(cairo, palette[k]);
        draw.rectangle(cairo, x, frame->top - 13, 10, 10);
        draw.fill(cairo);
        set_color(cairo, ink);
        draw_text(cairo, x + 15, frame->top - 4, 0, panel->lines[k].name);
        draw.text_extents(cairo, panel->lines[k].name, &extents);
        x += 15 + extents.x_advance + 18;
    }
}

// Many rows may share a column of pixels: of each the first, the extremes and the last are drawn, which looks the same.
static void draw_line(cairo_t *cairo, const struct plot *plot, const double *values,
                      const struct frame *frame) {
    bool pen = false;
    for (size_t i = 0, next; i < plot->count; i = next) {
        double x = x_of(frame, i, plot->count), low = values[i], high = values[i];
        for (next = i + 1; next < plot->count && isfinite(values[i]); next++) {
            if (!isfinite(values[next]) || x_of(frame, next, plot->count) - x > 0.5) break;
            if (values[next] < low) low = values[next];
            if (values[next] > high) high = values[next];
        }
        if (!isfinite(values[i])) {
            pen = false;
            continue;
        }
        if (pen)
            draw.line_to(cairo, x, y_of(frame, values[i]));
        else
            draw.move_to(cairo, x, y_of(frame, values[i]));
        if (low < high) {
            draw.line_to(cairo, x, y_of(frame, low));
            draw.line_to(cairo, x, y_of(frame, high));
        }
        draw.line_to(cairo, x, y_of(frame, values[next - 1]));
        pen = true;
    }
    draw.stroke(cairo);
}

static void draw_stems(cairo_t *cairo, const struct plot *plot, const double *values,
                       const struct frame *frame) {
    double zero = y_of(frame, 0);
    for (size_t i = 0; i < plot->count; i++) {
        if (!isfinite(values[i]) || values[i] == 0) continue;
        double x = x_of(frame, i, plot->count);
        draw.move_to(cairo, x, zero);
        draw.line_to(cairo, x, y_of(frame, values[i]));
    }
    draw.stroke(cairo);
}

static void draw_panel(cairo_t *cairo, const struct plot *plot, const struct plot_panel *panel,
                       const struct frame *frame) {
    draw_y_axis(cairo, frame);
    draw_legend(cairo, panel, frame);
    draw.set_line_width(cairo, 1.4);
    draw.set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    draw.set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
    for (size_t k = 0; k < panel->line_count; k++) {
        set_color(cairo, palette[k]);
        if (panel->stems)
            draw_stems(cairo, plot, panel->lines[k].values, frame);
        else
            draw_line(cairo, plot, panel->lines[k].values, frame);
    }
}

// The date of a row; within two days of data the time of day.
static void row_label(const struct plot *plot, size_t row, char *buf, size_t size) {
    if (plot->times == NULL) {
        snprintf(buf, size, "%zu", row + 1);
        return;
    }
    char stamp[TIMESTAMP_TEXT_SIZE];
    timestamp_print(stamp, sizeof stamp, plot->times[row]);
    int64_t span = plot->times[plot->count - 1] - plot->times[0];
    if (span < 2 * NS_PER_DAY)
        snprintf(buf, size, "%.5s", stamp + 11);
    else
        snprintf(buf, size, "%.10s", stamp);
}

static void draw_x_axis(cairo_t *cairo, const struct plot *plot, const struct frame *frame) {
    double bottom = frame->top + frame->height;
    set_color(cairo, quiet);
    draw.set_font_size(cairo, 11);
    draw.set_line_width(cairo, 1);
    draw.move_to(cairo, frame->left, bottom + 0.5);
    draw.line_to(cairo, frame->left + frame->width, bottom + 0.5);
    draw.stroke(cairo);
    size_t ticks = plot->count < X_TICKS ? plot->count : X_TICKS;
    for (size_t i = 0; i < ticks; i++) {
        size_t row = ticks > 1 ? (plot->count - 1) * i / (ticks - 1) : 0;
        double x = x_of(frame, row, plot->count);
        char label[TIMESTAMP_TEXT_SIZE];
        row_label(plot, row, label, sizeof label);
        draw.move_to(cairo, x, bottom);
        draw.line_to(cairo, x, bottom + 4);
        draw.stroke(cairo);
        draw_text(cairo, x, bottom + 18, i == 0 ? 0 : i + 1 == ticks ? 1 : 0.5, label);
    }
}

// The largest magnitude off the diagonal of a square matrix, of any cell else: the colours' range.
static double matrix_span(const struct plot_matrix *matrix) {
    double span = 0;
    for (size_t i = 0; i < matrix->rows; i++)
        for (size_t k = 0; k < matrix->columns; k++) {
            double value = fabs(matrix->values[i * matrix->columns + k]);
            if (matrix->rows == matrix->columns && i == k) continue;
            if (isfinite(value) && value > span) span = value;
        }
    return span > 0 ? span : 1;
}

// Blue is positive, orange negative, white zero.
static struct color heat(double share) {
    double depth = fabs(share) > 1 ? 1 : fabs(share);
    struct color full = palette[share >= 0 ? 0 : 1];
    return (struct color){1 - depth * (1 - full.red), 1 - depth * (1 - full.green),
                          1 - depth * (1 - full.blue)};
}

static void draw_cell(cairo_t *cairo, const struct plot_matrix *matrix, size_t row, size_t column,
                      const struct frame *frame) {
    double wide = frame->width / (double)matrix->columns;
    double high = frame->height / (double)matrix->rows;
    double x = frame->left + wide * (double)column, y = frame->top + high * (double)row;
    double value = matrix->values[row * matrix->columns + column];
    double share = isfinite(value) ? value / frame->high : 0;
    char label[32];
    set_color(cairo, heat(share));
    draw.rectangle(cairo, x, y, wide, high);
    draw.fill(cairo);
    draw.set_font_size(cairo, 11);
    if (wide >= 40) {
        set_color(cairo, fabs(share) > 0.6 ? paper : ink);
        snprintf(label, sizeof label, "%.3g", value);
        draw_text(cairo, x + wide / 2, y + high / 2 + 4, 0.5, label);
    }
    set_color(cairo, quiet);
    bool room = wide >= 12;
    if (column == 0 && room)
        draw_text(cairo, x - 6, y + high / 2 + 4, 1, matrix->label(matrix->context, true, row));
    if (row == 0 && wide >= 40)
        draw_text(cairo, x + wide / 2, frame->top - 6, 0.5,
                  matrix->label(matrix->context, false, column));
}
