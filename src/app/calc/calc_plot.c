// SPDX-License-Identifier: Apache-2.0
// What the picture of a call of calc shows: prices with what lies on their scale, everything else below, a panel for
// each scale; states behind them; vectors over their index; a matrix as a heat map.
#include "app/calc/calc_plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CAPTION_SIZE = 256, CAPTION_SHOWN = 150, SPANS_APART = 20, CANDLES_MAX = 420 };
#define NEAR 0.2 // of a price, that a value on its scale is from it in the middle

static void write_captions(const struct calc *calc, char *title, char *subtitle);
static int draw_all(struct calc_plot *draw, const char *path);
static int plot_series(struct calc_plot *draw);
static int plot_patterns(struct calc_plot *draw);
static void plot_vectors(struct calc_plot *draw);
static int plot_matrix(const struct calc_plot *draw, const char *path);
static int plot_profile(const struct calc_plot *draw, const char *path);

int calc_plot(const struct calc *calc, const char *path) {
    char title[CAPTION_SIZE], subtitle[CAPTION_SIZE];
    write_captions(calc, title, subtitle);
    struct calc_plot draw = {.calc = calc, .plot = {.title = title, .subtitle = subtitle}};
    draw.plot.dark = strcmp(args_get(calc->args, "theme", "light"), "dark") == 0;
    draw.plot.x_first = 1;
    draw.plot.x_name = "row";
    int rc = draw_all(&draw, path);
    for (size_t i = 0; i < draw.extra_count; i++) free(draw.extras[i]);
    free(draw.times);
    return rc;
}

static int draw_all(struct calc_plot *draw, const char *path) {
    const struct calc *calc = draw->calc;
    if (strcmp(calc->function.name, "volume_profile") == 0 && calc->window == 0)
        return plot_profile(draw, path);
    int special = calc->window == 0 ? calc_plot_special(draw) : 0;
    TRY(special);
    if (special == 0 && calc_has_series(calc)) {
        draw->plot.count = calc->row_count;
        draw->plot.times = calc->times;
        TRY(strcmp(calc->function.group, "pattern") == 0 ? plot_patterns(draw) : plot_series(draw));
    } else if (special == 0) {
        plot_vectors(draw);
    }
    return draw->plot.panel_count > 0 ? plot_write(&draw->plot, path) : plot_matrix(draw, path);
}

// "bbands: Bollinger bands" over "timeperiod=20  nbdevup=2  prices.csv, 252 rows".
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
    int shown = text.len > CAPTION_SHOWN ? CAPTION_SHOWN : (int)text.len;
    snprintf(subtitle, CAPTION_SIZE, "%.*s%s%.60s, %zu rows", shown, text_string(&text),
             (size_t)shown < text.len ? "...  " : "", slash != NULL ? slash + 1 : calc->csv.path,
             calc->row_count);
    int len = (int)strcspn(function->summary, ".:;,");
    snprintf(title, CAPTION_SIZE, "%s: %.*s", function->name, len > 80 ? 80 : len,
             function->summary);
    text_fini(&text);
}

double *calc_plot_column(struct calc_plot *draw, size_t count) {
    double *column =
        draw->extra_count < CALC_PLOT_EXTRAS ? calloc(count + 1, sizeof *column) : NULL;
    if (column == NULL) {
        (void)ERR_SET(ERR_NOMEM, "no memory for the picture");
        return NULL;
    }
    for (size_t i = 0; i < count; i++) column[i] = NAN;
    draw->extras[draw->extra_count++] = column;
    return column;
}

double *calc_plot_input(struct calc_plot *draw, size_t input) {
    const struct calc *calc = draw->calc;
    double *column = calc_plot_column(draw, calc->row_count);
    bool packed = calc->function.statistic != NULL;
    size_t count = packed ? calc->whole_count : calc->row_count;
    for (size_t i = 0; column != NULL && i < count; i++)
        column[packed ? calc->whole[i] : i] = calc->inputs[input][i];
    return column;
}

int calc_plot_output(const struct calc *calc, const char *name) {
    for (size_t i = 0; i < calc->function.output_count; i++)
        if (strcmp(calc->function.outputs[i], name) == 0) return (int)i;
    return -1;
}

struct plot_line *calc_plot_line(struct calc_plot *draw, size_t panel, const char *name,
                                 const double *values, enum plot_style style) {
    static struct plot_line nowhere;
    struct plot *plot = &draw->plot;
    if (panel >= PLOT_PANELS_MAX) return &nowhere;
    if (panel >= plot->panel_count) plot->panel_count = panel + 1;
    struct plot_panel *to = &plot->panels[panel];
    if (to->line_count == PLOT_LINES_MAX) return &nowhere;
    to->lines[to->line_count] = (struct plot_line){name, values, style};
    return &to->lines[to->line_count++];
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

// Whether values are prices: the function is of a group that gives such, and they stay near.
static bool is_on_price(const struct function *function, const double *values, const double *price,
                        size_t count) {
    static const char *const groups[] = {"overlap", "trend",     "price",     "volume",
                                         "math",    "statistic", "volatility"};
    size_t near = 0, far = 0;
    bool may = false;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        may = may || strcmp(function->group, groups[i]) == 0;
    if (function->indicator == NULL || !may) return false;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]) || !isfinite(price[i])) continue;
        bool close = fabs(values[i] - price[i]) <= NEAR * fabs(price[i]);
        near += close;
        far += !close;
    }
    return near > 2 * far;
}

// The only output of a function goes by the function's name.
static const char *output_name(const struct function *function, size_t output) {
    return function->output_count > 1 ? function->outputs[output] : function->name;
}

static enum plot_style style_of(const struct function *function, const char *output) {
    if (strstr(output, "hist") != NULL || strcmp(output, "momentum") == 0) return PLOT_BARS;
    return strncmp(function->name, "sar", 3) == 0 ? PLOT_DOTS : PLOT_LINE;
}

// Outputs that are states stand behind the panels, and what repeats others shifted is not drawn.
static bool is_background(const struct calc *calc, const char *output) {
    bool turns = calc_plot_output(calc, "direction") >= 0;
    return strcmp(output, "direction") == 0 || strcmp(output, "class") == 0 ||
           strcmp(output, "active") == 0 || strncmp(output, "lead_", 5) == 0 ||
           (turns && (strcmp(output, "upper") == 0 || strcmp(output, "lower") == 0));
}

static void set_names(struct plot *plot, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) plot->band_names[i] = names[i];
    plot->band_count = count;
}

// Directions of -1 and 1, the classes of a regime, or rows that are active, as bands.
static int add_states(struct calc_plot *draw) {
    static const char *const turns[] = {"falling", "rising"}, *const active[] = {"active"};
    static const char *const classes[] = {"low trend", "range", "high trend", "extreme"};
    const struct calc *calc = draw->calc;
    int direction = calc_plot_output(calc, "direction"), class = calc_plot_output(calc, "class");
    int state = class >= 0 ? class : direction >= 0 ? direction : calc_plot_output(calc, "active");
    if (state < 0 || !calc_is_series(calc, (size_t)state)) return 0;
    double *bands = calc_plot_column(draw, calc->row_count);
    if (bands == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < calc->row_count; i++) {
        double value = calc->series[state][i];
        bands[i] = state == class                  ? value
                   : state == direction            ? (value > 0   ? 1
                                                      : value < 0 ? 0
                                                                  : NAN)
                   : value != 0 && isfinite(value) ? 0
                                                   : NAN;
    }
    draw->plot.bands = bands;
    set_names(&draw->plot,
              state == class       ? classes
              : state == direction ? turns
                                   : active,
              state == class       ? 4
              : state == direction ? 2
                                   : 1);
    return 0;
}

// Levels that people look for.
static void add_levels(const struct function *function, struct plot_panel *panel) {
    static const struct {
        const char *name;
        double low, high;
    } levels[] = {{"rsi", 30, 70},      {"stochrsi", 20, 80}, {"stoch", 20, 80},
                  {"stochf", 20, 80},   {"willr", -80, -20},  {"cci", -100, 100},
                  {"mfi", 20, 80},      {"imi", 30, 70},      {"cmo", -50, 50},
                  {"ultosc", 30, 70},   {"stc", 25, 75},      {"adx", 25, 25},
                  {"chop", 38.2, 61.8}, {"zscore", -2, 2},    {"connors_rsi", 10, 90}};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (strcmp(function->name, levels[i].name) != 0) continue;
        panel->levels[0] = levels[i].low;
        panel->levels[1] = levels[i].high;
        panel->level_count = 2;
    }
}

static void add_fill(struct plot_panel *panel) {
    int from = -1, to = -1;
    for (size_t i = 0; i < panel->line_count; i++) {
        const char *name = panel->lines[i].name;
        if (strncmp(name, "upper", 5) == 0 || strcmp(name, "span_a") == 0) from = (int)i;
        if (strncmp(name, "lower", 5) == 0 || strcmp(name, "span_b") == 0) to = (int)i;
    }
    if (from < 0 || to < 0) return;
    panel->fill_from = (size_t)from;
    panel->fill_to = (size_t)to;
}

static int plot_series(struct calc_plot *draw) {
    const struct calc *calc = draw->calc;
    const struct function *function = &calc->function;
    struct plot *plot = &draw->plot;
    bool statistic = function->statistic != NULL, classes = calc_plot_output(calc, "class") >= 0;
    size_t input = price_input(function);
    const double *price = calc_plot_input(draw, input);
    if (price == NULL) return ERR_NOMEM;
    calc_plot_line(draw, 0, csv_name(&calc->csv, calc->columns[input]), price, PLOT_LINE);
    TRY(add_states(draw));
    for (size_t i = 0; i < function->output_count; i++) {
        const double *values = calc->series[i];
        if (!calc_is_series(calc, i) || is_background(calc, function->outputs[i])) continue;
        if (statistic && !is_defined(values, plot->count)) continue;
        size_t panel = is_on_price(function, values, price, plot->count) ? 0
                       : statistic                                       ? plot->panel_count
                       : classes                                         ? 1
                                 : panel_like(plot, 1, values);
        calc_plot_line(draw, panel, output_name(function, i), values,
                       style_of(function, function->outputs[i]));
    }
    for (size_t i = 0; i < plot->panel_count; i++) add_fill(&plot->panels[i]);
    if (plot->panel_count > 1) add_levels(function, &plot->panels[1]);
    return 0;
}

// Marks at the bars of a pattern: above where it is bearish, below where it is bullish.
static int plot_patterns(struct calc_plot *draw) {
    const struct calc *calc = draw->calc;
    size_t count = calc->row_count;
    double *below = calc_plot_column(draw, count), *above = calc_plot_column(draw, count);
    if (below == NULL || above == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        if (calc->series[0][i] > 0) below[i] = calc->inputs[2][i];
        if (calc->series[0][i] < 0) above[i] = calc->inputs[1][i];
    }
    struct plot_panel *panel = &draw->plot.panels[0];
    calc_plot_line(draw, 0, "bullish", below, PLOT_BELOW);
    calc_plot_line(draw, 0, "bearish", above, PLOT_ABOVE);
    if (count > CANDLES_MAX) {
        calc_plot_line(draw, 0, "close", calc->inputs[3], PLOT_LINE);
        return 0;
    }
    panel->open = calc->inputs[0];
    panel->high = calc->inputs[1];
    panel->low = calc->inputs[2];
    panel->close = calc->inputs[3];
    return 0;
}

static void plot_vectors(struct calc_plot *draw) {
    const struct function *function = &draw->calc->function;
    struct plot *plot = &draw->plot;
    for (size_t i = 0; i < function->output_count; i++) {
        const struct statistic_value *value = &draw->calc->values[i];
        if (calc_shape(draw->calc, i) != STATISTIC_VECTOR || value->rows == 0) continue;
        if (strcmp(function->outputs[i], "row") == 0) continue; // where it stands is no curve
        if (plot->count == 0) plot->count = value->rows;
        if (value->rows == plot->count)
            calc_plot_line(draw, panel_like(plot, 0, value->values), output_name(function, i),
                           value->values, PLOT_LINE);
    }
}

struct labels {
    const struct calc *calc;
    const struct statistic_output *output;
    size_t rows, columns;
};

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

static int plot_matrix(const struct calc_plot *draw, const char *path) {
    const struct calc *calc = draw->calc;
    for (size_t i = 0; i < calc->function.output_count; i++) {
        const struct statistic_value *value = &calc->values[i];
        if (calc_shape(calc, i) != STATISTIC_MATRIX || value->values == NULL) continue;
        struct labels labels = {calc, &calc->function.statistic->outputs[i], value->rows,
                                value->columns};
        struct plot_matrix matrix = {.title = draw->plot.title,
                                     .subtitle = draw->plot.subtitle,
                                     .values = value->values,
                                     .rows = value->rows,
                                     .columns = value->columns,
                                     .label = label,
                                     .context = &labels,
                                     .dark = draw->plot.dark};
        return plot_write_matrix(&matrix, path);
    }
    return ERR_SET(ERR_ARGUMENT,
                   "--plot: %s gives single numbers; with --window N they become lines",
                   calc->function.name);
}

static int plot_profile(const struct calc_plot *draw, const char *path) {
    const struct statistic_value *values = draw->calc->values;
    const struct calc *calc = draw->calc;
    const struct statistic_value *price = &values[calc_plot_output(calc, "price")];
    struct plot_sideways sideways = {.title = draw->plot.title,
                                     .subtitle = draw->plot.subtitle,
                                     .unit = "volume",
                                     .at = price->values,
                                     .lengths = values[calc_plot_output(calc, "volume")].values,
                                     .count = price->rows,
                                     .peak = values[calc_plot_output(calc, "poc")].number,
                                     .high = values[calc_plot_output(calc, "vah")].number,
                                     .low = values[calc_plot_output(calc, "val")].number,
                                     .dark = draw->plot.dark};
    return plot_write_sideways(&sideways, path);
}
