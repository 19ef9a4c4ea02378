// SPDX-License-Identifier: Apache-2.0
#include "app/plot/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "app/plot/plot_draw.h"
#include "base/check.h"
#include "base/io.h"

enum {
    WIDTH = 1100,
    LEFT = 84,
    RIGHT = 28,
    TOP = 64,
    PANEL = 330, // of the first panel; the others are lower
    PANEL_LOW = 170,
    GAP = 34,
    BOTTOM = 44,
    PNG_SCALE = 2,
    X_TICKS = 6,
    HEAT = 520 // height of a heat map
};
#define FILE_MAX ((size_t)256 << 20)

// Okabe and Ito's palette, told apart by every kind of eye; its light colours first on a dark ground.
static const struct plot_theme light = {.lines = {{0.00, 0.45, 0.70},
                                                  {0.84, 0.37, 0.00},
                                                  {0.00, 0.62, 0.45},
                                                  {0.80, 0.47, 0.65},
                                                  {0.90, 0.62, 0.00},
                                                  {0.34, 0.71, 0.91},
                                                  {0.35, 0.35, 0.35},
                                                  {0.00, 0.00, 0.00}},
                                        .ink = {0.13, 0.14, 0.16},
                                        .quiet = {0.40, 0.42, 0.45},
                                        .grid = {0.88, 0.89, 0.90},
                                        .paper = {1, 1, 1},
                                        .tint = 0.16};
static const struct plot_theme dark = {.lines = {{0.34, 0.71, 0.91},
                                                 {0.90, 0.62, 0.00},
                                                 {0.00, 0.72, 0.55},
                                                 {0.87, 0.58, 0.75},
                                                 {0.94, 0.89, 0.26},
                                                 {0.95, 0.48, 0.15},
                                                 {0.70, 0.70, 0.70},
                                                 {0.95, 0.95, 0.95}},
                                       .ink = {0.91, 0.92, 0.93},
                                       .quiet = {0.63, 0.66, 0.70},
                                       .grid = {0.22, 0.24, 0.28},
                                       .paper = {0.08, 0.09, 0.11},
                                       .tint = 0.22};

struct cairo_calls draw;

static struct plot_frame frame_of(const struct plot *plot, size_t panel);
static void draw_cell(const struct plot_canvas *canvas, const struct plot_matrix *matrix,
                      size_t row, size_t column, const struct plot_frame *frame);
static double matrix_span(const struct plot_matrix *matrix);
static void draw_sideways(const struct plot_canvas *canvas, const struct plot_sideways *sideways,
                          const struct plot_frame *frame);

int plot_write(const struct plot *plot, const char *path) {
    CHECK(plot->panel_count > 0 && plot->panel_count <= PLOT_PANELS_MAX);
    struct plot_frame last = frame_of(plot, plot->panel_count - 1);
    struct plot_canvas canvas;
    TRY(plot_canvas_init(&canvas, path, WIDTH, last.top + last.height + BOTTOM, plot->dark));
    plot_draw_head(&canvas, plot->title, plot->subtitle);
    for (size_t i = 0; i < plot->panel_count; i++) {
        struct plot_frame frame = frame_of(plot, i);
        plot_draw_bands(&canvas, plot, &frame);
    }
    plot_draw_x_axis(&canvas, plot, &last, TOP + 14);
    for (size_t i = 0; i < plot->panel_count; i++) {
        struct plot_frame frame = frame_of(plot, i);
        plot_draw_panel(&canvas, plot, &plot->panels[i], &frame);
    }
    return plot_canvas_write(&canvas, path);
}

int plot_write_matrix(const struct plot_matrix *matrix, const char *path) {
    double wide =
        (double)(WIDTH - LEFT - RIGHT) / (double)(matrix->columns > 0 ? matrix->columns : 1);
    double cell = wide > 64 ? 64 : wide < 4 ? 4 : wide;
    struct plot_frame frame = {.left = LEFT,
                               .top = TOP + 20,
                               .width = cell * (double)matrix->columns,
                               .height = cell * (double)matrix->rows,
                               .high = matrix_span(matrix)};
    double width = frame.left + frame.width + RIGHT;
    struct plot_canvas canvas;
    TRY(plot_canvas_init(&canvas, path, width < 480 ? 480 : width,
                         frame.top + frame.height + BOTTOM, matrix->dark));
    plot_draw_head(&canvas, matrix->title, matrix->subtitle);
    for (size_t row = 0; row < matrix->rows; row++)
        for (size_t column = 0; column < matrix->columns; column++)
            draw_cell(&canvas, matrix, row, column, &frame);
    return plot_canvas_write(&canvas, path);
}

int plot_write_sideways(const struct plot_sideways *sideways, const char *path) {
    CHECK(sideways->count > 0);
    double step = sideways->count > 1 ? sideways->at[1] - sideways->at[0] : 1;
    struct plot_frame frame = {.left = LEFT,
                               .top = TOP + 14,
                               .width = WIDTH - LEFT - RIGHT - 150,
                               .height = PANEL + PANEL_LOW,
                               .low = sideways->at[0] - step,
                               .high = sideways->at[sideways->count - 1] + step};
    struct plot_canvas canvas;
    TRY(plot_canvas_init(&canvas, path, WIDTH, frame.top + frame.height + BOTTOM, sideways->dark));
    plot_draw_head(&canvas, sideways->title, sideways->subtitle);
    draw_sideways(&canvas, sideways, &frame);
    return plot_canvas_write(&canvas, path);
}

int plot_write_heat(const struct plot_heat *heat, const char *path) {
    CHECK(heat->rows > 0 && heat->columns > 0 && heat->low < heat->high);
    struct plot_frame frame = {.left = LEFT,
                               .top = TOP + 14,
                               .width = WIDTH - LEFT - RIGHT,
                               .height = HEAT,
                               .low = heat->low,
                               .high = heat->high};
    struct plot_canvas canvas;
    TRY(plot_canvas_init(&canvas, path, WIDTH, frame.top + frame.height + BOTTOM, false));
    plot_draw_head(&canvas, heat->title, heat->subtitle);
    plot_draw_heat(&canvas, heat, &frame);
    return plot_canvas_write(&canvas, path);
}

static cairo_status_t take_bytes(void *closure, const unsigned char *data, unsigned int len) {
    struct text *bytes = closure;
    text_add_bytes(bytes, data, len);
    return text_error(bytes) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

int plot_canvas_init(struct plot_canvas *canvas, const char *path, double width, double height,
                     bool is_dark) {
    const char *dot = strrchr(path, '.');
    *canvas = (struct plot_canvas){.svg = dot != NULL && strcasecmp(dot, ".svg") == 0,
                                   .theme = is_dark ? &dark : &light};
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
    plot_ink(canvas, canvas->theme->paper, 1);
    draw.paint(canvas->cairo);
    draw.select_font_face(canvas->cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                          CAIRO_FONT_WEIGHT_NORMAL);
    return 0;
}

int plot_canvas_write(struct plot_canvas *canvas, const char *path) {
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

void plot_ink(const struct plot_canvas *canvas, struct plot_color color, double opacity) {
    draw.set_source_rgba(canvas->cairo, color.red, color.green, color.blue, opacity);
}

double plot_text_width(const struct plot_canvas *canvas, const char *text) {
    cairo_text_extents_t extents;
    draw.text_extents(canvas->cairo, text, &extents);
    return extents.x_advance;
}

void plot_text(const struct plot_canvas *canvas, double x, double y, double align,
               const char *text) {
    draw.move_to(canvas->cairo, x - align * plot_text_width(canvas, text), y);
    draw.show_text(canvas->cairo, text);
}

void plot_draw_head(const struct plot_canvas *canvas, const char *title, const char *subtitle) {
    plot_ink(canvas, canvas->theme->ink, 1);
    draw.set_font_size(canvas->cairo, 18);
    plot_text(canvas, LEFT, 28, 0, title);
    plot_ink(canvas, canvas->theme->quiet, 1);
    draw.set_font_size(canvas->cairo, 12);
    plot_text(canvas, LEFT, 47, 0, subtitle);
}

double plot_step(double span, int ticks) {
    double raw = span / ticks;
    double power = pow(10, floor(log10(raw)));
    double part = raw / power;
    return power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
}

static struct plot_frame frame_of(const struct plot *plot, size_t panel) {
    struct plot_frame frame = {.left = LEFT,
                               .top = TOP + 14,
                               .width = WIDTH - LEFT - RIGHT,
                               .height = panel == 0 ? PANEL : PANEL_LOW};
    if (panel > 0) frame.top += PANEL + GAP + (double)(panel - 1) * (PANEL_LOW + GAP);
    plot_find_range(plot, &plot->panels[panel], &frame);
    return frame;
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

// The first colour is positive, the second negative, the paper zero.
static struct plot_color heat(const struct plot_theme *theme, double share) {
    double depth = fabs(share) > 1 ? 1 : fabs(share);
    struct plot_color full = theme->lines[share >= 0 ? 0 : 1], none = theme->paper;
    return (struct plot_color){none.red + depth * (full.red - none.red),
                               none.green + depth * (full.green - none.green),
                               none.blue + depth * (full.blue - none.blue)};
}

static void draw_cell(const struct plot_canvas *canvas, const struct plot_matrix *matrix,
                      size_t row, size_t column, const struct plot_frame *frame) {
    double wide = frame->width / (double)matrix->columns;
    double high = frame->height / (double)matrix->rows;
    double x = frame->left + wide * (double)column, y = frame->top + high * (double)row;
    double value = matrix->values[row * matrix->columns + column];
    double share = isfinite(value) ? value / frame->high : 0;
    char label[32];
    plot_ink(canvas, heat(canvas->theme, share), 1);
    draw.rectangle(canvas->cairo, x, y, wide, high);
    draw.fill(canvas->cairo);
    draw.set_font_size(canvas->cairo, 11);
    if (wide >= 40) {
        plot_ink(canvas, fabs(share) > 0.6 ? canvas->theme->paper : canvas->theme->ink, 1);
        snprintf(label, sizeof label, "%.3g", value);
        plot_text(canvas, x + wide / 2, y + high / 2 + 4, 0.5, isfinite(value) ? label : "-");
    }
    plot_ink(canvas, canvas->theme->quiet, 1);
    bool room = wide >= 12;
    if (column == 0 && room)
        plot_text(canvas, x - 6, y + high / 2 + 4, 1, matrix->label(matrix->context, true, row));
    if (row == 0 && wide >= 40)
        plot_text(canvas, x + wide / 2, frame->top - 6, 0.5,
                  matrix->label(matrix->context, false, column));
}

static double longest(const struct plot_sideways *sideways) {
    double most = 0;
    for (size_t i = 0; i < sideways->count; i++) most = fmax(most, sideways->lengths[i]);
    return most > 0 ? most * 1.04 : 1;
}

static void draw_mark(const struct plot_canvas *canvas, const struct plot_frame *frame, double at,
                      const char *word) {
    char label[64];
    double y = plot_y(frame, at), right = frame->left + frame->width;
    static const double dash[] = {5, 4};
    plot_ink(canvas, canvas->theme->ink, 1);
    draw.set_dash(canvas->cairo, dash, 2, 0);
    draw.move_to(canvas->cairo, frame->left, y);
    draw.line_to(canvas->cairo, right, y);
    draw.stroke(canvas->cairo);
    draw.set_dash(canvas->cairo, NULL, 0, 0);
    snprintf(label, sizeof label, "%s %.6g", word, at);
    plot_text(canvas, right + 8, y + 4, 0, label);
}

static void draw_lengths_axis(const struct plot_canvas *canvas,
                              const struct plot_sideways *sideways, const struct plot_frame *frame,
                              double most) {
    double step = plot_step(most, X_TICKS), bottom = frame->top + frame->height;
    plot_ink(canvas, canvas->theme->quiet, 1);
    for (double tick = 0; tick * step <= most; tick++) {
        char label[32];
        double x = frame->left + frame->width * tick * step / most;
        snprintf(label, sizeof label, "%.6g", tick * step);
        plot_text(canvas, x, bottom + 18, 0.5, label);
    }
    plot_text(canvas, frame->left + frame->width, bottom + 36, 1, sideways->unit);
}

static void draw_sideways(const struct plot_canvas *canvas, const struct plot_sideways *sideways,
                          const struct plot_frame *frame) {
    double most = longest(sideways), high = frame->height / (double)(sideways->count + 1);
    plot_draw_y_axis(canvas, frame);
    for (size_t i = 0; i < sideways->count; i++) {
        bool inside = sideways->at[i] >= sideways->low && sideways->at[i] <= sideways->high;
        double y = plot_y(frame, sideways->at[i]);
        plot_ink(canvas, canvas->theme->lines[0], inside ? 0.85 : 0.4);
        draw.rectangle(canvas->cairo, frame->left, y - high * 0.45,
                       frame->width * sideways->lengths[i] / most, high * 0.9);
        draw.fill(canvas->cairo);
    }
    draw_lengths_axis(canvas, sideways, frame, most);
    draw_mark(canvas, frame, sideways->peak, "point of control");
    draw_mark(canvas, frame, sideways->high, "value area high");
    draw_mark(canvas, frame, sideways->low, "value area low");
}
