// SPDX-License-Identifier: Apache-2.0
// QuantConnect Lean's data files: <asset>/<market>/<resolution>/[<symbol>/]<file>.zip, CSV entries
// without header.
//
// Daily and hourly files hold a symbol's whole history, times are "YYYYMMDD HH:MM"; others hold a
// day, times are ms since its midnight. Both are wall clocks of the data time zone, bars are
// stamped with their start. Equity prices are integers x 10,000. Six columns are a trade bar,
// eleven a quote bar (bid open, high, low, close, size, then ask), which becomes a bar of mid
// prices. Facts from the format notes of Lean's Data folder and its market-hours database.
//
// The path alone tells the market, and so the scale of prices and the clock: rows of Lean's form
// under any other path are refused, never read as they stand.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "edge/store/import_csv.h"

enum { WORD_SIZE = 64, COLUMNS_MAX = 11, EQUITY_PRICE_DECIMALS = 4, DATE_DIGITS = 8 };
enum { LOOK_LINES = 64, SCORE_PATH = 95, SCORE_ROWS = 50 };

// What a path says.
struct lean_path {
    char asset[WORD_SIZE];
    char market[WORD_SIZE];
    char resolution[WORD_SIZE];
    char symbol[WORD_SIZE];
    char date[DATE_DIGITS + 1]; // of files that hold a day
};

// A form of row: its columns in order.
struct lean_form {
    enum csv_shape shape;
    uint8_t columns;
    uint8_t roles[COLUMNS_MAX];
};
static const struct lean_form BAR_FORMS[] = {
    {CSV_BARS, 6, {CSV_TIME, CSV_OPEN, CSV_HIGH, CSV_LOW, CSV_CLOSE, CSV_VOLUME}},
    {CSV_MIDS, 11, {CSV_TIME, 0, 1, 2, 3, CSV_SKIP, 4, 5, 6, 7, CSV_SKIP}},
};
static const struct lean_form TRADE_FORMS[] = {
    {CSV_TRADES, 3, {CSV_TIME, CSV_PRICE, CSV_QTY}},
    {CSV_TRADES, 6, {CSV_TIME, CSV_PRICE, CSV_QTY, CSV_SKIP, CSV_SKIP, CSV_SUSPICIOUS}},
};
static const struct lean_form QUOTE_FORMS[] = {
    {CSV_QUOTES, 3, {CSV_TIME, CSV_BID, CSV_ASK}},
    {CSV_QUOTES, 5, {CSV_TIME, CSV_BID, CSV_BID_QTY, CSV_ASK, CSV_ASK_QTY}},
    {CSV_QUOTES,
     8,
     {CSV_TIME, CSV_BID, CSV_BID_QTY, CSV_ASK, CSV_ASK_QTY, CSV_SKIP, CSV_SKIP, CSV_SUSPICIOUS}},
};

static const struct {
    const char *asset;
    const char *market; // NULL: any other
    const char *zone;
    enum asset_class asset_class;
    enum calendar_id calendar;
    const char *currency; // NULL: the symbol tells
} MARKETS[] = {
    {"equity", "usa", "America/New_York", ASSET_EQUITY, CALENDAR_XNYS, "USD"},
    {"equity", "india", "Asia/Kolkata", ASSET_EQUITY, CALENDAR_XNSE, "INR"},
    {"index", "usa", "America/Chicago", ASSET_INDEX, CALENDAR_XNYS, "USD"},
    {"index", "india", "Asia/Kolkata", ASSET_INDEX, CALENDAR_XNSE, "INR"},
    {"forex", "fxcm", "UTC-05", ASSET_FOREX, CALENDAR_24_7, NULL},
    {"forex", NULL, "UTC", ASSET_FOREX, CALENDAR_24_7, NULL},
    {"future", "hkfe", "Asia/Hong_Kong", ASSET_FUTURE, CALENDAR_24_7, "HKD"},
    {"future", NULL, "UTC", ASSET_FUTURE, CALENDAR_24_7, "USD"},
    {"crypto", NULL, "UTC", ASSET_CRYPTO, CALENDAR_24_7, NULL},
    {"cryptofuture", NULL, "UTC", ASSET_CRYPTO, CALENDAR_24_7, NULL},
};
enum { MARKET_COUNT = sizeof MARKETS / sizeof MARKETS[0] };

static int lean_sniff(const char *path, const char *entry, const char *data, size_t size);
static int lean_run(struct import_job *job, struct import_input *input);
static bool rows_look_scaled(const char *data, size_t size);
static bool row_looks_scaled(const char *at, const char *end);
static bool is_digits(struct csv_field field);
static bool path_parse(const char *path, struct lean_path *ret_path);
static bool is_resolution(const char *word);
static void lower_copy(const char *from, size_t len, char ret_to[WORD_SIZE]);
static int market_find(const struct lean_path *path);
static bool entry_is_of_day(struct import_job *job, const struct lean_path *path);
static int entry_run(struct import_job *job, const struct lean_path *path, int market);
static const struct lean_form *form_find(const struct import_job *job, const struct lean_path *path,
                                         size_t columns);
static int plan_make(struct import_job *job, const struct lean_path *path, int market,
                     const struct lean_form *form, struct csv_plan *plan);
static void symbol_make(const struct import_job *job, const struct lean_path *path,
                        char ret_symbol[SYMBOL_SIZE]);
static uint32_t frame_of(const char *resolution);

const struct importer import_lean = {
    {"lean", "QuantConnect Lean zips: daily, hour, minute, second and tick; trade and quote"},
    lean_sniff,
    lean_run};

static int lean_sniff(const char *path, const char *entry, const char *data, size_t size) {
    struct lean_path parsed;
    if (size == 0 || !isdigit((unsigned char)data[0])) return 0;
    if (path_parse(path, &parsed)) return SCORE_PATH;
    return rows_look_scaled(data, size) ? SCORE_ROWS : 0;
}

static int lean_run(struct import_job *job, struct import_input *input) {
    struct lean_path path;
    bool placed = path_parse(import_input_path(input), &path);
    if (!placed && job->options->format == NULL)
        return ERR_SET(ERR_UNSUPPORTED,
                       "%s looks like a Lean file (times YYYYMMDD HH:MM, prices without a point), "
                       "whose market cannot be told from its path, and with it the scale of its "
                       "prices: give it under its Lean path, as in equity/usa/daily/aapl.zip, or "
                       "--format csv to take its numbers as they stand",
                       import_input_path(input));
    if (!placed)
        return ERR_SET(ERR_ARGUMENT,
                       "%s is not ASSET/MARKET/RESOLUTION/..., as in "
                       "equity/usa/minute/spy/20131007_trade.zip",
                       import_input_path(input));
    int market = market_find(&path);
    if (market < 0)
        return ERR_SET(ERR_UNSUPPORTED, "%s: the tape has no place for Lean's '%s' of '%s'",
                       import_input_path(input), path.asset, path.market);
    for (;;) {
        if (entry_is_of_day(job, &path)) TRY(entry_run(job, &path, market));
        int rc = import_input_next_entry(input);
        if (rc == ERR_END) return 0;
        TRY(rc);
    }
}

// Whether the first rows are all Lean's of a symbol's whole history, with prices that may be x 10,000.
static bool rows_look_scaled(const char *data, size_t size) {
    const char *end = data + size;
    for (int i = 0; i < LOOK_LINES && data < end; i++) {
        const char *stop = memchr(data, '\n', (size_t)(end - data));
        if (stop == NULL) stop = end;
        if (!row_looks_scaled(data, stop > data && stop[-1] == '\r' ? stop - 1 : stop))
            return false;
        data = stop + 1;
    }
    return true;
}

static bool row_looks_scaled(const char *at, const char *end) {
    struct csv_field fields[COLUMNS_MAX];
    size_t count = csv_split(at, end, ',', fields, COLUMNS_MAX);
    if (count != BAR_FORMS[0].columns && count != BAR_FORMS[1].columns) return false;
    const char *time = fields[0].at;
    if (fields[0].len != sizeof "YYYYMMDD HH:MM" - 1 ||
        !is_digits((struct csv_field){time, DATE_DIGITS}) || time[8] != ' ' ||
        !is_digits((struct csv_field){time + 9, 2}) || time[11] != ':' ||
        !is_digits((struct csv_field){time + 12, 2}))
        return false;
    for (size_t i = 1; i < count; i++) {
        bool price = i <= 4 || (i >= 6 && i <= 9);
        if (price && !is_digits(fields[i])) return false;
    }
    return true;
}

// A blank field is one: a side of a quote bar that had no quote.
static bool is_digits(struct csv_field field) {
    for (size_t i = 0; i < field.len; i++)
        if (!isdigit((unsigned char)field.at[i])) return false;
    return true;
}

static bool path_parse(const char *path, struct lean_path *ret_path) {
    enum { PARTS = 5 };
    const char *part[PARTS]; // the last ones, [0] is the file
    size_t len[PARTS];
    int count = 0;
    const char *end = path + strlen(path);
    while (count < PARTS && end > path) {
        const char *slash = memrchr(path, '/', (size_t)(end - path));
        part[count] = slash == NULL ? path : slash + 1;
        len[count] = (size_t)(end - part[count]);
        count++;
        end = slash == NULL ? path : slash;
    }
    if (count < 4 || len[0] < 5 || memcmp(part[0] + len[0] - 4, ".zip", 4) != 0) return false;
    struct lean_path parsed = {0};
    for (int at = 1; at + 2 < count && at <= 2; at++) {
        lower_copy(part[at], len[at], parsed.resolution);
        if (!is_resolution(parsed.resolution)) continue;
        lower_copy(part[at + 1], len[at + 1], parsed.market);
        lower_copy(part[at + 2], len[at + 2], parsed.asset);
        bool day = at == 2;
        if (day && strspn(part[0], "0123456789") < DATE_DIGITS) return false;
        if (day) memcpy(parsed.date, part[0], DATE_DIGITS);
        const char *name = day ? part[1] : part[0];
        lower_copy(name, day ? len[1] : strcspn(name, "_."), parsed.symbol);
        *ret_path = parsed;
        return true;
    }
    return false;
}

static bool is_resolution(const char *word) {
    return frame_of(word) > 0 || strcmp(word, "tick") == 0;
}

static uint32_t frame_of(const char *resolution) {
    if (strcmp(resolution, "daily") == 0) return 86400;
    if (strcmp(resolution, "hour") == 0) return 3600;
    if (strcmp(resolution, "minute") == 0) return 60;
    return strcmp(resolution, "second") == 0 ? 1 : 0;
}

static void lower_copy(const char *from, size_t len, char ret_to[WORD_SIZE]) {
    size_t used = 0;
    for (; used < len && used + 1 < WORD_SIZE; used++)
        ret_to[used] = (char)tolower((unsigned char)from[used]);
    ret_to[used] = '\0';
}

static int market_find(const struct lean_path *path) {
    for (int i = 0; i < MARKET_COUNT; i++)
        if (strcmp(MARKETS[i].asset, path->asset) == 0 &&
            (MARKETS[i].market == NULL || strcmp(MARKETS[i].market, path->market) == 0))
            return i;
    return -1;
}

// Some zips carry a second entry, named for another date, with the rows of this one: it is left
// out, and told.
static bool entry_is_of_day(struct import_job *job, const struct lean_path *path) {
    const char *entry = import_input_entry_name(job->input);
    if (path->date[0] == '\0' || strspn(entry, "0123456789") < DATE_DIGITS ||
        memcmp(entry, path->date, DATE_DIGITS) == 0)
        return true;
    import_guess(job, "%s in the file of %s is named for another date and is left out", entry,
                 path->date);
    return false;
}

static int entry_run(struct import_job *job, const struct lean_path *path, int market) {
    const char *data;
    size_t size;
    int rc = import_input_peek(job->input, &data, &size);
    if (rc == ERR_END) return 0;
    TRY(rc);
    const char *newline = memchr(data, '\n', size);
    const char *end = newline == NULL ? data + size : newline;
    size_t columns = csv_split(data, end, ',', NULL, 0);
    const struct lean_form *form = form_find(job, path, columns);
    if (form == NULL)
        return ERR_SET(ERR_UNSUPPORTED,
                       "%s: %s has rows of %zu columns, which is neither a trade nor "
                       "a quote",
                       import_input_path(job->input), import_input_entry_name(job->input), columns);
    struct csv_plan plan = {.delimiter = ',', .shape = form->shape};
    rc = plan_make(job, path, market, form, &plan);
    if (rc == 0) rc = csv_run(job, &plan);
    csv_plan_fini(&plan);
    return rc;
}

static const struct lean_form *form_find(const struct import_job *job, const struct lean_path *path,
                                         size_t columns) {
    const struct lean_form *forms = BAR_FORMS;
    size_t count = sizeof BAR_FORMS / sizeof BAR_FORMS[0];
    if (frame_of(path->resolution) == 0) {
        bool quote = strcasestr(import_input_entry_name(job->input), "quote") != NULL ||
                     strcmp(path->asset, "forex") == 0;
        forms = quote ? QUOTE_FORMS : TRADE_FORMS;
        count = quote ? sizeof QUOTE_FORMS / sizeof QUOTE_FORMS[0]
                      : sizeof TRADE_FORMS / sizeof TRADE_FORMS[0];
    }
    for (size_t i = 0; i < count; i++)
        if (forms[i].columns == columns) return &forms[i];
    return NULL;
}

static int plan_make(struct import_job *job, const struct lean_path *path, int market,
                     const struct lean_form *form, struct csv_plan *plan) {
    static const uint32_t KINDS[] = {[CSV_BARS] = TAPE_BARS,
                                     [CSV_MIDS] = TAPE_MIDS,
                                     [CSV_TRADES] = TAPE_TRADES,
                                     [CSV_QUOTES] = TAPE_QUOTES};
    char symbol[SYMBOL_SIZE];
    char venue[WORD_SIZE];
    struct zone zone;
    bool equity = MARKETS[market].asset_class == ASSET_EQUITY;
    const char *name = job->options->zone != NULL ? job->options->zone : MARKETS[market].zone;
    if (!zone_find(name, &zone)) return ERR_SET(ERR_ARGUMENT, "time zone '%s' is not known", name);
    plan->columns = calloc(form->columns, sizeof *plan->columns);
    if (plan->columns == NULL) return ERR_SET(ERR_NOMEM, "no memory for columns");
    plan->column_count = plan->required = form->columns;
    uint32_t given = 0;
    for (uint32_t i = 0; i < form->columns; i++) {
        plan->columns[i].role = form->roles[i];
        snprintf(plan->columns[i].name, sizeof plan->columns[i].name, "field %u", i + 1);
        if (form->roles[i] < CSV_NUMBERS_MAX) given |= 1u << form->roles[i];
    }
    plan->optional = form->shape == CSV_QUOTES ? 0x0f & ~given : 0;
    plan->price_frac = equity ? EQUITY_PRICE_DECIMALS : 0;
    plan->one_sided_quote = equity;
    time_scanner_init(&plan->time, path->date[0] != '\0' ? TIME_OF_DAY_MS : TIME_TEXT, zone);
    if (path->date[0] != '\0' && timestamp_parse(path->date, DATE_DIGITS, &plan->time.day_ns) < 0)
        return ERR_SET(ERR_ARGUMENT, "%s: %s is no date", import_input_path(job->input),
                       path->date);
    symbol_make(job, path, symbol);
    for (size_t i = 0; i <= strlen(path->market); i++)
        venue[i] = (char)toupper((unsigned char)path->market[i]);
    struct import_hint hint = {.venue = venue,
                               .symbol = symbol,
                               .currency = MARKETS[market].currency,
                               .asset = MARKETS[market].asset_class,
                               .calendar = MARKETS[market].calendar,
                               .kind = KINDS[form->shape],
                               .frame_s = frame_of(path->resolution),
                               .bar_flags = form->shape == CSV_MIDS ? BAR_QUOTE : 0};
    struct import_spec spec;
    TRY(import_spec_make(job, &hint, &spec));
    import_segment(job, false);
    return import_target_get(job, &spec, &plan->target);
}

// The symbol in capitals; contracts of a future, and perpetuals, end in what their entry's name
// ends in.
static void symbol_make(const struct import_job *job, const struct lean_path *path,
                        char ret_symbol[SYMBOL_SIZE]) {
    const char *entry = import_input_entry_name(job->input);
    const char *tail = strrchr(entry, '_');
    char contract[WORD_SIZE] = "";
    if (tail != NULL) lower_copy(tail + 1, strcspn(tail + 1, "."), contract);
    size_t digits = strspn(contract, "0123456789");
    bool named = strcmp(contract, "perp") == 0 ||
                 (strcmp(path->asset, "future") == 0 && digits >= 6 && contract[digits] == '\0');
    snprintf(ret_symbol, SYMBOL_SIZE, "%.20s%s%.8s", path->symbol, named ? "-" : "",
             named ? contract : "");
    for (char *c = ret_symbol; *c != '\0'; c++) *c = (char)toupper((unsigned char)*c);
}
