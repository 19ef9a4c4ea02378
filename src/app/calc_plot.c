// SPDX-License-Identifier: Apache-2.0
// What the picture of a call of calc shows: prices with what lies on their scale, everything else below, a panel for
// each scale; vectors over their index; a matrix as a heat map.
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "app/calc.h"
#include "app/plot.h"

enum { CAPTION_SIZE = 256, SPANS_APART = 20 };

static void write_captions(const struct calc *calc, char *title, char *subtitle);
static void add_line(struct plot *plot, size_t panel, const char *name, const double *values);
static bool is_defined(const double *values, size_t count);
static size_t panel_like(const struct plot *plot, size_t first, const double *values);
static void plot_series(const struct calc *calc, struct plot *plot);
static void plot_vectors(const struct calc *calc, struct plot *plot);
static const char *label(const void *context, bool row, size_t index);

struct labels {
    const struct calc *calc;
    const struct statistic_output *output;
    size_t rows, columns;
};

int calc_plot(const struct calc *calc, const char *path) {
    char title[CAPTION_SIZE], subtitle[CAPTION_SIZE];
    write_captions(calc, title, subtitle);
    struct plot plot = {.title = title, .subtitle = subtitle};
    if (calc_has_series(calc))
        plot_series(calc, &plot);
    else
        plot_vectors(calc, &plot);
    if (plot.panel_count > 0) return plot_write(&plot, path);
    for (size_t i = 0; i < calc->function.output_count; i++) {
        const struct statistic_value *value = &calc->values[i];
        if (calc_shape(calc, i) != STATISTIC_MATRIX || value->values == NULL) continue;
        struct labels labels = {calc, &calc->function.statistic->outputs[i], value->rows,
                                value->columns};
        struct plot_matrix matrix = {.title = title,
                                     .subtitle = subtitle,
                                     .values = value->values,
                                     .rows = value->rows,
                                     .columns = value->columns,
                                     .label = label,
                                     .context = &labels};
        return plot_write_matrix(&matrix, path);
    }
    return ERR_SET(ERR_ARGUMENT,
                   "--plot: %s gives single numbers; with --window N they become lines",
                   calc->function.name);
}

// "bbands" with "timeperiod=20 nbdevup=2 - prices.csv, 252 rows".
static void write_captions(const struct calc *calc, char *title, char *subtitle) {
    const struct function *function = &calc->function;
    struct text text;
    text_init(&text, 4096);
    for (size_t i = 0; i < function->param_count; i++) {
        text_printf(&text, "%s=", function->params[i].name);
        params_print_value(&function->params[i], calc->params[i], &text);
        text_add(&text, "  ");
    }
    if (calc->window > 0) text_printf(&text, "window=%zu  ", calc->window);
    const char *slash = strrchr(calc->csv.path, '/');
    text_printf(&text, "%s, %zu rows", slash != NULL ? slash + 1 : calc->csv.path, calc->row_count);
    snprintf(title, CAPTION_SIZE, "%s", function->name);
    snprintf(subtitle, CAPTION_SIZE, "%s", text_string(&text));
    text_fini(&text);
}

static void add_line(struct plot *plot, size_t panel, const char *name, const double *values) {
    if (panel >= PLOT_PANELS_MAX) return;
    if (panel >= plot->panel_count) plot->panel_count = panel + 1;
    struct plot_panel *to = &plot->panels[panel];
    if (to->line_count < PLOT_LINES_MAX)
        to->lines[to->line_count++] = (struct plot_line){name, values};
}

static bool is_defined(const double *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i])) return true;
    return false;
}

struct range {
    double least, most;
};

static struct range range_of(const double *values, size_t count) {
    struct range range = {INFINITY, -INFINITY};
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) continue;
        range.least = fmin(range.least, values[i]);
        range.most = fmax(range.most, values[i]);
    }
    return range;
}

// The panel from `first` on whose first line has the scale of these values, or the next new one: a volume would
// press prices flat, and a direction of 1 or -1 would push them into a corner.
static size_t panel_like(const struct plot *plot, size_t first, const double *values) {
    struct range range = range_of(values, plot->count);
    double span = range.most - range.least;
    for (size_t i = first; i < plot->panel_count; i++) {
        struct range other = range_of(plot->panels[i].lines[0].values, plot->count);
        double spans = other.most - other.least;
        bool apart = range.least > other.most || other.least > range.most;
        if (!apart && span <= SPANS_APART * spans && spans <= SPANS_APART * span) return i;
    }
    return plot->panel_count;
}

// The input that stands for the price: the close, else the only one there is.
static size_t price_input(const struct function *function) {
    for (size_t i = 0; i < function->input_count; i++)
        if (strcmp(function->inputs[i], "close") == 0) return i;
    return 0;
}

// A function whose values are prices shares the panel of its input.
static bool is_on_price(const struct function *function) {
    return function->indicator != NULL && strcmp(function->group, "overlap") == 0;
}

// The only output of a function goes by the function's name.
static const char *output_name(const struct function *function, size_t output) {
    return function->output_count > 1 ? function->outputs[output] : function->name;
}

static void plot_series(const struct calc *calc, struct plot *plot) {
    const struct function *function = &calc->function;
    plot->count = calc->row_count;
    plot->times = calc->times;
    bool statistic = function->statistic != NULL;
    size_t price = price_input(function);
    // A statistic's inputs were packed; they stand where its rows are only when none was left out.
    if (!statistic || calc->left_out == 0)
        add_line(plot, 0, csv_name(&calc->csv, calc->columns[price]), calc->inputs[price]);
    size_t below = plot->panel_count;
    for (size_t i = 0; i < function->output_count; i++) {
        if (!calc_is_series(calc, i)) continue;
        const double *values = calc->series[i];
        if (statistic && !is_defined(values, plot->count)) continue;
        size_t panel = is_on_price(function) ? 0
                       : statistic           ? plot->panel_count
                                             : panel_like(plot, below, values);
        add_line(plot, panel, output_name(function, i), values);
    }
    if (strcmp(function->group, "pattern") == 0) plot->panels[below].stems = true;
}

static void plot_vectors(const struct calc *calc, struct plot *plot) {
    const struct function *function = &calc->function;
    for (size_t i = 0; i < function->output_count; i++) {
        if (calc_shape(calc, i) != STATISTIC_VECTOR || calc->values[i].rows == 0) continue;
        if (strcmp(function->outputs[i], "row") == 0) continue; // where it stands is no curve
        if (plot->count == 0) plot->count = calc->values[i].rows;
        const double *values = calc->values[i].values;
        if (calc->values[i].rows == plot->count)
            add_line(plot, panel_like(plot, 0, values), output_name(function, i), values);
    }
}

// What the row or column stands for: the header of an input, or its number from 0.
static const char *label(const void *context, bool row, size_t index) {
    static char number[24];
    const struct labels *labels = context;
    const struct calc *calc = labels->calc;
    size_t count = row ? labels->rows : labels->columns;
    if (row ? labels->output->row_inputs : labels->output->column_inputs)
        return csv_name(&calc->csv, calc->columns[calc->input_count - count + index]);
    snprintf(number, sizeof number, "%zu", index);
    return number;
}
