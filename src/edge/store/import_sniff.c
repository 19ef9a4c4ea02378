// SPDX-License-Identifier: Apache-2.0
// What a CSV file of bars looks like, from its first block.
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/decimal.h"
#include "base/timestamp.h"
#include "edge/store/import_csv.h"

enum { SAMPLE_MAX = 2000, WEEKDAY_ROWS_MIN = 8, MONTH_S = 28 * 86400, DAY_S = 86400 };

struct sniff {
    struct import_job *job;
    const struct csv_suggestion *suggestion;
    struct csv_plan *plan;
    const char *begin; // of the first line
    const char *data;  // of the first data line
    const char *end;
    struct csv_field *fields; // of a line, plan->column_count
    int64_t steps[SAMPLE_MAX];
    double prices[SAMPLE_MAX][4]; // columns 1 to 4 of a file whose order is not known
    uint32_t rows;
    uint32_t steps_count;
    uint32_t falling;
    uint32_t weekend;
    bool kolkata; // times say +05:30
};

static int plan_make(struct sniff *sniff);
static bool has_rows(const struct sniff *sniff);
static int columns_make(struct sniff *sniff);
static bool is_header(const struct csv_field *fields, size_t count);
static int roles_from_map(struct sniff *sniff);
static int map_item(struct sniff *sniff, const char *key, size_t key_len, const char *value,
                    size_t value_len);
static void roles_from_header(struct sniff *sniff);
static void clock_find(struct sniff *sniff);
static int roles_from_numbers(struct sniff *sniff);
static void order_from_prices(const struct sniff *sniff, enum csv_role ret_roles[4]);
static int shape_find(struct sniff *sniff);
static int column_of(const struct csv_plan *plan, enum csv_role role);
static int time_find(struct sniff *sniff);
static void sample(struct sniff *sniff);
static void sample_row(struct sniff *sniff, size_t count, int64_t *last_ns,
                       struct csv_field *last_symbol);
static int frame_find(struct sniff *sniff, uint32_t *ret_frame_s);
static int by_value(const void *a, const void *b);
static int targets_find(struct sniff *sniff);
static const char *line_end(const char *at, const char *end);

int csv_sniff(struct import_job *job, const char *data, size_t size,
              const struct csv_suggestion *suggestion, struct csv_plan *ret_plan) {
    struct csv_plan plan = {.delimiter = ','};
    struct sniff *sniff = calloc(1, sizeof *sniff);
    if (sniff == NULL) return ERR_SET(ERR_NOMEM, "no memory to look at a file");
    if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
        data += 3;
        size -= 3;
    }
    sniff->job = job;
    sniff->suggestion = suggestion;
    sniff->plan = &plan;
    sniff->begin = sniff->data = data;
    sniff->end = data + size;
    int rc = plan_make(sniff);
    free(sniff->fields);
    free(sniff);
    if (rc < 0) {
        csv_plan_fini(&plan);
        return ERR_APPEND(rc, "in %s", import_input_path(job->input));
    }
    *ret_plan = plan;
    return 0;
}

int csv_run_entries(struct import_job *job, const struct csv_suggestion *suggestion) {
    for (;;) {
        const char *data;
        size_t size;
        struct csv_plan plan;
        int rc = import_input_peek(job->input, &data, &size);
        if (rc < 0 && rc != ERR_END) return rc;
        if (rc == 0) {
            TRY(csv_sniff(job, data, size, suggestion, &plan));
            rc = csv_run(job, &plan);
            csv_plan_fini(&plan);
            TRY(rc);
        }
        rc = import_input_next_entry(job->input);
        if (rc == ERR_END) return 0;
        TRY(rc);
    }
}

char csv_delimiter_find(const char *at, const char *end) {
    static const char MARKS[] = {',', ';', '\t', '|'};
    char best = ',';
    size_t most = 0;
    for (size_t i = 0; i < sizeof MARKS; i++) {
        size_t count = 0;
        for (const char *c = at; c < end; c++) count += *c == MARKS[i];
        if (count <= most) continue;
        most = count;
        best = MARKS[i];
    }
    return best;
}

enum csv_role csv_role_of(const char *name, size_t len) {
    static const struct {
        const char *name;
        enum csv_role role;
    } NAMES[] = {{"time", CSV_TIME},        {"date", CSV_TIME},         {"datetime", CSV_TIME},
                 {"timestamp", CSV_TIME},   {"timestamputc", CSV_TIME}, {"opentime", CSV_TIME},
                 {"unix", CSV_TIME},        {"ts", CSV_TIME},           {"gmttime", CSV_TIME},
                 {"timeutc", CSV_TIME},     {"dateutc", CSV_TIME},      {"unixtimestamp", CSV_TIME},
                 {"day", CSV_TIME},         {"open", CSV_OPEN},         {"o", CSV_OPEN},
                 {"openprice", CSV_OPEN},   {"high", CSV_HIGH},         {"h", CSV_HIGH},
                 {"highprice", CSV_HIGH},   {"low", CSV_LOW},           {"l", CSV_LOW},
                 {"lowprice", CSV_LOW},     {"close", CSV_CLOSE},       {"c", CSV_CLOSE},
                 {"last", CSV_CLOSE},       {"closeprice", CSV_CLOSE},  {"volume", CSV_VOLUME},
                 {"v", CSV_VOLUME},         {"vol", CSV_VOLUME},        {"symbol", CSV_SYMBOL},
                 {"name", CSV_SYMBOL},      {"ticker", CSV_SYMBOL},     {"sym", CSV_SYMBOL},
                 {"instrument", CSV_SYMBOL}};
    char plain[24];
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        if (!isalnum((unsigned char)name[i])) continue;
        if (used + 1 == sizeof plain) return CSV_SKIP;
        plain[used++] = (char)tolower((unsigned char)name[i]);
    }
    plain[used] = '\0';
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        if (strcmp(plain, NAMES[i].name) == 0) return NAMES[i].role;
    return strncmp(plain, "volume", 6) == 0 ? CSV_VOLUME : CSV_SKIP;
}

static int plan_make(struct sniff *sniff) {
    TRY(columns_make(sniff));
    if (!has_rows(sniff))
        return ERR_SET(ERR_UNSUPPORTED, "there are no data rows below the header");
    if (sniff->job->options->map != NULL)
        TRY(roles_from_map(sniff));
    else if (sniff->plan->header)
        roles_from_header(sniff);
    else
        TRY(roles_from_numbers(sniff));
    TRY(shape_find(sniff));
    TRY(time_find(sniff));
    sample(sniff);
    return targets_find(sniff);
}

// A line that is neither blank nor a comment, as csv_run reads them.
static bool has_rows(const struct sniff *sniff) {
    for (const char *at = sniff->data; at < sniff->end; at = line_end(at, sniff->end) + 1)
        if (*at != '\n' && *at != '\r' && *at != '#') return true;
    return false;
}

static int columns_make(struct sniff *sniff) {
    struct csv_plan *plan = sniff->plan;
    const char *end = line_end(sniff->begin, sniff->end);
    plan->delimiter = csv_delimiter_find(sniff->begin, end);
    size_t count = csv_split(sniff->begin, end, plan->delimiter, NULL, 0);
    if (count < 2 || count > CSV_COLUMNS_MAX)
        return ERR_SET(ERR_ARGUMENT, "the first line has %zu fields, where 2 to %d are read", count,
                       CSV_COLUMNS_MAX);
    sniff->fields = calloc(count, sizeof *sniff->fields);
    plan->columns = calloc(count, sizeof *plan->columns);
    if (sniff->fields == NULL || plan->columns == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for %zu columns", count);
    plan->column_count = (uint32_t)count;
    csv_split(sniff->begin, end, plan->delimiter, sniff->fields, count);
    plan->header = is_header(sniff->fields, count);
    if (plan->header) sniff->data = end < sniff->end ? end + 1 : end;
    for (size_t i = 0; i < count; i++) {
        struct csv_column *column = &plan->columns[i];
        column->role = CSV_SKIP;
        if (plan->header)
            snprintf(column->name, sizeof column->name, "%.*s",
                     (int)(sniff->fields[i].len & 0xffff), sniff->fields[i].at);
        else
            snprintf(column->name, sizeof column->name, "field %zu", i + 1);
    }
    return 0;
}

// A header has a letter somewhere and nowhere a time.
static bool is_header(const struct csv_field *fields, size_t count) {
    bool letters = false;
    enum time_format format;
    for (size_t i = 0; i < count; i++) {
        if (time_format_sniff(fields[i].at, fields[i].len, &format)) return false;
        for (size_t k = 0; k < fields[i].len; k++)
            letters |= isalpha((unsigned char)fields[i].at[k]) != 0;
    }
    return letters;
}

static int roles_from_map(struct sniff *sniff) {
    const char *at = sniff->job->options->map;
    while (*at != '\0') {
        size_t len = strcspn(at, ",");
        size_t key_len = strcspn(at, "=");
        if (key_len >= len)
            return ERR_SET(ERR_ARGUMENT,
                           "--map '%.*s' is not COLUMN=INDEX or COLUMN=NAME, as in "
                           "time=0,close=4",
                           (int)len, at);
        TRY(map_item(sniff, at, key_len, at + key_len + 1, len - key_len - 1));
        at += len + (at[len] == ',');
    }
    return 0;
}

static int map_item(struct sniff *sniff, const char *key, size_t key_len, const char *value,
                    size_t value_len) {
    struct csv_plan *plan = sniff->plan;
    enum csv_role role = csv_role_of(key, key_len);
    if (role == CSV_SKIP)
        return ERR_SET(ERR_ARGUMENT,
                       "--map knows time, open, high, low, close, volume and symbol, "
                       "not '%.*s'",
                       (int)key_len, key);
    uint32_t index = 0;
    while (index < plan->column_count &&
           (strlen(plan->columns[index].name) != value_len ||
            strncasecmp(plan->columns[index].name, value, value_len) != 0))
        index++;
    struct number number = number_parse(value, value + value_len);
    if (index == plan->column_count && number.state == NUMBER_OK && number.frac == 0 &&
        number.m >= 0 && number.m < plan->column_count)
        index = (uint32_t)number.m;
    if (index == plan->column_count)
        return ERR_SET(ERR_ARGUMENT,
                       "--map: there is no column '%.*s'; the first line has %" PRIu32
                       " columns, counted from 0",
                       (int)value_len, value, plan->column_count);
    plan->columns[index].role = (uint8_t)role;
    return 0;
}

static void roles_from_header(struct sniff *sniff) {
    struct csv_plan *plan = sniff->plan;
    for (uint32_t i = 0; i < plan->column_count; i++) {
        enum csv_role role = csv_role_of(plan->columns[i].name, strlen(plan->columns[i].name));
        if (role != CSV_SKIP && column_of(plan, role) < 0) plan->columns[i].role = (uint8_t)role;
    }
    clock_find(sniff);
}

// A date and a time of day in columns of their own.
static void clock_find(struct sniff *sniff) {
    struct csv_plan *plan = sniff->plan;
    const char *end = line_end(sniff->data, sniff->end);
    int date_column = column_of(plan, CSV_TIME);
    int32_t date;
    int64_t clock_ns;
    if (date_column < 0 || sniff->data >= sniff->end ||
        csv_split(sniff->data, end, plan->delimiter, sniff->fields, plan->column_count) !=
            plan->column_count)
        return;
    const struct csv_field *fields = sniff->fields;
    if (date_parse(fields[date_column].at, fields[date_column].len, &date) < 0) return;
    for (uint32_t i = 0; i < plan->column_count; i++) {
        const char *name = plan->columns[i].name;
        if (plan->columns[i].role != CSV_SKIP || csv_role_of(name, strlen(name)) != CSV_TIME ||
            !clock_parse(fields[i].at, fields[i].len, &clock_ns))
            continue;
        plan->columns[i].role = CSV_CLOCK;
        plan->clocked = true;
        return;
    }
}

static int roles_from_numbers(struct sniff *sniff) {
    struct csv_plan *plan = sniff->plan;
    const struct csv_suggestion *suggestion = sniff->suggestion;
    if (suggestion != NULL && suggestion->roles != NULL) {
        for (uint32_t i = 0; i < plan->column_count && i < suggestion->count; i++)
            plan->columns[i].role = (uint8_t)suggestion->roles[i];
        return 0;
    }
    if (plan->column_count < 5)
        return ERR_SET(ERR_ARGUMENT, "no header and %" PRIu32 " columns: --map says which is which",
                       plan->column_count);
    enum csv_role roles[4];
    plan->columns[0].role = CSV_TIME;
    TRY(time_find(sniff));
    sample(sniff);
    order_from_prices(sniff, roles);
    for (uint32_t i = 0; i < 4; i++) plan->columns[1 + i].role = (uint8_t)roles[i];
    if (plan->column_count > 5) plan->columns[5].role = CSV_VOLUME;
    static const char *const WORDS[] = {"open", "high", "low", "close"};
    import_guess(sniff->job, "columns time,%s,%s,%s,%s,volume (--map)", WORDS[roles[0]],
                 WORDS[roles[1]], WORDS[roles[2]], WORDS[roles[3]]);
    return 0;
}

// The high is the column that is most often the largest, the low the smallest; of the other two,
// the open is the one that begins where the bar before ended.
static void order_from_prices(const struct sniff *sniff, enum csv_role ret_roles[4]) {
    uint32_t largest[4] = {0}, smallest[4] = {0};
    for (uint32_t row = 0; row < sniff->rows; row++) {
        const double *p = sniff->prices[row];
        for (int i = 0; i < 4; i++) {
            largest[i] += p[i] >= p[0] && p[i] >= p[1] && p[i] >= p[2] && p[i] >= p[3];
            smallest[i] += p[i] <= p[0] && p[i] <= p[1] && p[i] <= p[2] && p[i] <= p[3];
        }
    }
    int high = 1, low = 2;
    for (int i = 0; i < 4; i++)
        if (largest[i] > largest[high]) high = i;
    if (low == high) low = 3;
    for (int i = 0; i < 4; i++)
        if (i != high && smallest[i] > smallest[low]) low = i;
    int rest[2], count = 0;
    for (int i = 0; i < 4; i++)
        if (i != high && i != low) rest[count++] = i;
    double forward = 0, backward = 0;
    for (uint32_t row = 1; row < sniff->rows; row++) {
        const double *p = sniff->prices[row], *q = sniff->prices[row - 1];
        forward += p[rest[0]] > q[rest[1]] ? p[rest[0]] - q[rest[1]] : q[rest[1]] - p[rest[0]];
        backward += p[rest[1]] > q[rest[0]] ? p[rest[1]] - q[rest[0]] : q[rest[0]] - p[rest[1]];
    }
    bool swapped =
        sniff->falling * 2 > sniff->steps_count ? forward < backward : backward < forward;
    ret_roles[high] = CSV_HIGH;
    ret_roles[low] = CSV_LOW;
    ret_roles[rest[swapped ? 1 : 0]] = CSV_OPEN;
    ret_roles[rest[swapped ? 0 : 1]] = CSV_CLOSE;
}

static int shape_find(struct sniff *sniff) {
    struct csv_plan *plan = sniff->plan;
    if (column_of(plan, CSV_TIME) < 0)
        return ERR_SET(ERR_ARGUMENT, "no column of times: --map time=COLUMN says which it is");
    bool close = column_of(plan, CSV_CLOSE) >= 0;
    bool range = column_of(plan, CSV_OPEN) >= 0 && column_of(plan, CSV_HIGH) >= 0 &&
                 column_of(plan, CSV_LOW) >= 0;
    plan->shape = CSV_BARS;
    if (close && !range) {
        plan->close_only = true;
        for (uint32_t i = 0; i < plan->column_count; i++)
            if (plan->columns[i].role < CSV_NUMBERS_MAX && plan->columns[i].role != CSV_CLOSE)
                plan->columns[i].role = CSV_SKIP;
    } else if (!close) {
        if (!plan->header || column_of(plan, CSV_TIME) != 0 || column_of(plan, CSV_SYMBOL) >= 0 ||
            column_of(plan, CSV_OPEN) >= 0)
            return ERR_SET(ERR_ARGUMENT,
                           "no column of closes: --map close=COLUMN says which it is");
        plan->shape = CSV_MATRIX;
        for (uint32_t i = 1; i < plan->column_count; i++) {
            plan->columns[i].role = CSV_CELL;
            plan->columns[i].target = i - 1;
        }
    }
    for (uint32_t i = 0; i < plan->column_count; i++)
        if (plan->columns[i].role == CSV_SKIP && sniff->suggestion == NULL)
            import_guess(sniff->job, "column '%s' is not used (--map)", plan->columns[i].name);
    plan->required = plan->column_count;
    for (int i = 0; i <= CSV_VOLUME; i++)
        if (column_of(plan, (enum csv_role)i) < 0) plan->optional |= 1u << i;
    return 0;
}

static int column_of(const struct csv_plan *plan, enum csv_role role) {
    for (uint32_t i = 0; i < plan->column_count; i++)
        if (plan->columns[i].role == role) return (int)i;
    return -1;
}

static int time_find(struct sniff *sniff) {
    struct csv_plan *plan = sniff->plan;
    struct zone zone = {0};
    const char *name = sniff->job->options->zone;
    if (name != NULL && !zone_find(name, &zone))
        return ERR_SET(ERR_ARGUMENT,
                       "time zone '%s' is not known: UTC, America/New_York, "
                       "America/Chicago, Asia/Kolkata, Asia/Hong_Kong or +HH:MM",
                       name);
    int column = column_of(plan, CSV_TIME);
    enum time_format format;
    for (const char *at = sniff->data; at < sniff->end;) {
        const char *end = line_end(at, sniff->end);
        size_t count = csv_split(at, end, plan->delimiter, sniff->fields, plan->column_count);
        const struct csv_field *field = &sniff->fields[column];
        if (count == plan->column_count && time_format_sniff(field->at, field->len, &format)) {
            plan->zone = zone;
            time_scanner_init(&plan->time, format, plan->clocked ? (struct zone){0} : zone);
            sniff->kolkata = field->len > 6 && memcmp(field->at + field->len - 6, "+05:30", 6) == 0;
            return 0;
        }
        at = end + 1;
    }
    return ERR_SET(ERR_ARGUMENT,
                   "'%s' has no time that can be read: since 1970 in s, ms, us or ns, "
                   "RFC 3339, YYYY-MM-DD or YYYYMMDD",
                   plan->columns[column].name);
}

static void sample(struct sniff *sniff) {
    struct csv_plan *plan = sniff->plan;
    struct csv_field last_symbol = {"", 0};
    int64_t last_ns = INT64_MIN;
    sniff->rows = sniff->steps_count = sniff->falling = sniff->weekend = 0;
    for (const char *at = sniff->data; at < sniff->end && sniff->rows < SAMPLE_MAX;) {
        const char *end = line_end(at, sniff->end);
        size_t count = csv_split(at, end, plan->delimiter, sniff->fields, plan->column_count);
        if (count == plan->column_count) sample_row(sniff, count, &last_ns, &last_symbol);
        at = end + 1;
    }
}

static void sample_row(struct sniff *sniff, size_t count, int64_t *last_ns,
                       struct csv_field *last_symbol) {
    struct csv_plan *plan = sniff->plan;
    const struct csv_field *time = &sniff->fields[column_of(plan, CSV_TIME)];
    char copy[64 + INPUT_PADDING] = "";
    int64_t ns;
    if (time->len >= 64) return;
    memcpy(copy, time->at, time->len);
    if (time_scan(&plan->time, copy, copy + time->len, plan->delimiter, &ns) == NULL) return;
    int64_t clock_ns = 0;
    const struct csv_field *clock =
        plan->clocked ? &sniff->fields[column_of(plan, CSV_CLOCK)] : NULL;
    if (clock != NULL && !clock_parse(clock->at, clock->len, &clock_ns)) return;
    ns += clock_ns;
    for (size_t i = 0; i < 4 && i + 1 < count; i++) {
        const struct csv_field *field = &sniff->fields[i + 1];
        struct number number = number_parse(field->at, field->at + field->len);
        sniff->prices[sniff->rows][i] =
            number.state == NUMBER_OK ? decimal_to_double(number.m, number.frac) : 0;
    }
    sniff->rows++;
    int64_t local_ns = ns % NS_PER_DAY != 0 && sniff->kolkata ? ns + 330 * NS_PER_MIN : ns;
    sniff->weekend += date_weekday(date_of_ns(local_ns)) >= 5;
    int symbol_column = column_of(plan, CSV_SYMBOL);
    struct csv_field symbol =
        symbol_column >= 0 ? sniff->fields[symbol_column] : (struct csv_field){"", 0};
    bool same =
        symbol.len == last_symbol->len && memcmp(symbol.at, last_symbol->at, symbol.len) == 0;
    *last_symbol = symbol;
    if (same && *last_ns != INT64_MIN && ns != *last_ns) {
        sniff->falling += ns < *last_ns;
        sniff->steps[sniff->steps_count++] = ns > *last_ns ? ns - *last_ns : *last_ns - ns;
    }
    *last_ns = ns;
}

// The most frequent step; the shorter one of two.
static int frame_find(struct sniff *sniff, uint32_t *ret_frame_s) {
    if (sniff->job->options->frame_s > 0) {
        *ret_frame_s = sniff->job->options->frame_s;
        return 0;
    }
    if (sniff->steps_count == 0)
        return ERR_SET(ERR_ARGUMENT, "the spacing of the bars cannot be seen; --frame gives it");
    qsort(sniff->steps, sniff->steps_count, sizeof sniff->steps[0], by_value);
    int64_t best = 0;
    uint32_t most = 0;
    for (uint32_t i = 0, run = 1; i < sniff->steps_count; i++, run++) {
        if (i > 0 && sniff->steps[i] != sniff->steps[i - 1]) run = 1;
        if (run <= most) continue;
        most = run;
        best = sniff->steps[i];
    }
    if (best % NS_PER_S != 0 || best / NS_PER_S >= MONTH_S)
        return ERR_SET(ERR_ARGUMENT,
                       "the bars are %" PRId64 " s apart, which is no frame: whole "
                       "seconds, less than 28 days; --frame gives another",
                       best / NS_PER_S);
    *ret_frame_s = (uint32_t)(best / NS_PER_S);
    char text[TIMESTAMP_TEXT_SIZE];
    duration_print(text, sizeof text, best);
    import_guess(sniff->job, "frame %s (--frame)", text);
    return 0;
}

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int targets_find(struct sniff *sniff) {
    struct csv_plan *plan = sniff->plan;
    const struct csv_suggestion *suggestion = sniff->suggestion;
    struct import_hint *hint = &plan->hint;
    *hint = (struct import_hint){.kind = TAPE_BARS, .asset = -1, .calendar = -1};
    if (suggestion != NULL) {
        hint->venue = suggestion->venue;
        hint->asset = suggestion->asset;
    }
    TRY(frame_find(sniff, &hint->frame_s));
    // India trades on some Saturdays and Sundays: budget days, drills, the hour of Diwali.
    bool weekdays = sniff->rows >= WEEKDAY_ROWS_MIN && sniff->weekend == 0;
    if (hint->frame_s == DAY_S && sniff->kolkata && sniff->weekend * 20 <= sniff->rows)
        hint->calendar = CALENDAR_XNSE;
    else if (hint->frame_s == DAY_S && weekdays)
        hint->calendar = CALENDAR_XNYS;
    if (plan->close_only || plan->shape == CSV_MATRIX) hint->bar_flags = BAR_CLOSE_ONLY;
    import_segment(sniff->job, sniff->falling * 2 > sniff->steps_count);
    struct import_spec spec;
    if (plan->shape == CSV_BARS) {
        int symbols = column_of(plan, CSV_SYMBOL);
        if (symbols >= 0 && sniff->job->options->symbol != NULL)
            import_guess(sniff->job, "symbols are those of column '%s'; --symbol is not used",
                         plan->columns[symbols].name);
        if (symbols >= 0) return 0;
        TRY(import_spec_make(sniff->job, hint, &spec));
        return import_target_get(sniff->job, &spec, &plan->target);
    }
    plan->cell_count = plan->column_count - 1;
    plan->cells = calloc(plan->cell_count, sizeof(struct import_target *));
    if (plan->cells == NULL) return ERR_SET(ERR_NOMEM, "no memory for a matrix");
    for (uint32_t i = 0; i < plan->cell_count; i++) {
        hint->symbol = plan->columns[1 + i].name;
        TRY(import_spec_make(sniff->job, hint, &spec));
        TRY(import_target_get(sniff->job, &spec, &plan->cells[i]));
    }
    return 0;
}

static const char *line_end(const char *at, const char *end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline == NULL ? end : newline;
}
