// SPDX-License-Identifier: Apache-2.0
// Chains from QuantConnect Lean's option files: a zip of CSV entries, one a contract, whose names end in
// <style>_<call|put>_<strike x 10,000>_<YYYYMMDD>.csv. Daily and hourly rows begin with YYYYMMDD HH:MM, others with
// ms since the midnight of the day that the zip is named for; bars are stamped with their start. Quotes have eleven
// columns, of which the closes of bid and ask are taken (x 10,000), open interest two. A side without a quote is
// blank.
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/option/option_chain.h"
#include "app/option/option_legs.h"
#include "base/timestamp.h"
#include "edge/store/import_csv.h"
#include "edge/store/import_input.h"

enum { QUOTE_COLUMNS = 11, BID_CLOSE = 4, ASK_CLOSE = 9, INTEREST_COLUMNS = 2, DATE_DIGITS = 8 };

struct lean {
    struct option_chain *chain;
    struct import_input *input;
    const char *path;
    bool interest;    // a zip of open interest
    int64_t day_ns;   // of rows that begin with ms since midnight; else -1
    int64_t frame_ns; // how long a bar is
};

struct contract {
    struct option_contract contract;
    enum option_side side;
    double strike;
    bool american;
};

// What a row says.
struct row {
    int64_t end_ns;
    double bid, ask; // of open interest `bid` alone
};

static const char *file_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

bool option_chain_is_lean(const char *path) {
    const char *file = file_of(path);
    bool kind = strstr(file, "_quote_") != NULL || strstr(file, "_openinterest_") != NULL;
    return kind && strstr(file, ".zip") != NULL;
}

// style_side_strike_date.csv at the end of an entry's name.
static bool parse_name(const char *name, struct contract *ret) {
    const char *side = strstr(name, "_call_");
    bool call = side != NULL;
    if (!call) side = strstr(name, "_put_");
    if (side == NULL) return false;
    char *end;
    double strike = strtod(side + (call ? 6 : 5), &end) / 1e4;
    if (!(strike > 0) || *end != '_' || strlen(end) < DATE_DIGITS + 1) return false;
    *ret = (struct contract){.contract = {.open_interest = NAN},
                             .side = call ? OPTION_CALL : OPTION_PUT,
                             .strike = strike,
                             .american = strstr(name, "_american_") != NULL};
    return date_parse(end + 1, DATE_DIGITS, &ret->contract.expiry) == 0;
}

static double price_of(struct csv_field field, double scale) {
    char buf[32];
    if (field.len == 0 || field.len >= sizeof buf) return NAN;
    memcpy(buf, field.at, field.len);
    buf[field.len] = '\0';
    char *end;
    double price = strtod(buf, &end);
    return *end == '\0' ? price / scale : INFINITY; // no number: told as not finite
}

static int parse_row(const struct lean *lean, const char *at, const char *end, size_t line,
                     struct row *ret_row) {
    struct csv_field fields[QUOTE_COLUMNS];
    size_t wanted = lean->interest ? INTEREST_COLUMNS : QUOTE_COLUMNS;
    size_t count = csv_split(at, end, ',', fields, QUOTE_COLUMNS);
    int64_t start_ns = 0;
    int rc = 0;
    if (lean->day_ns >= 0)
        start_ns = lean->day_ns + strtoll(fields[0].at, NULL, 10) * NS_PER_MS;
    else
        rc = timestamp_parse(fields[0].at, fields[0].len, &start_ns);
    if (rc < 0 || count != wanted)
        return ERR_SET(ERR_PARSE, "%s: %s:%zu is no row of %zu columns that begins with a time",
                       lean->path, import_input_entry_name(lean->input), line, wanted);
    ret_row->end_ns = start_ns + lean->frame_ns;
    ret_row->bid = price_of(fields[lean->interest ? 1 : BID_CLOSE], lean->interest ? 1 : 1e4);
    ret_row->ask = lean->interest ? NAN : price_of(fields[ASK_CLOSE], 1e4);
    return 0;
}

// The last row of the entry that ended by now and on its day. *ret_rows: how many rows the entry has; the end is 0
// where none fits.
static int find_row(const struct lean *lean, struct row *ret_row, int64_t *ret_last_ns) {
    const char *data;
    size_t size, line = 0;
    int64_t now_ns = lean->chain->now_ns, day_ns = now_ns - now_ns % NS_PER_DAY;
    *ret_row = (struct row){.end_ns = -1};
    int rc;
    while ((rc = import_input_read(lean->input, &data, &size)) == 0) {
        const char *end = data + size;
        while (data < end) {
            const char *stop = memchr(data, '\n', (size_t)(end - data));
            if (stop == NULL) stop = end;
            const char *last = stop > data && stop[-1] == '\r' ? stop - 1 : stop;
            struct row row;
            line++;
            if (last > data) {
                TRY(parse_row(lean, data, last, line, &row));
                if (row.end_ns > *ret_last_ns) *ret_last_ns = row.end_ns;
                bool fits =
                    row.end_ns > day_ns && row.end_ns - lean->frame_ns < day_ns + NS_PER_DAY;
                if (fits && (row.end_ns <= now_ns || lean->frame_ns == NS_PER_DAY)) *ret_row = row;
            }
            data = stop + 1;
        }
    }
    return rc == ERR_END ? 0 : rc;
}

// The quote of the contract that a row of open interest belongs to. Entries come in the same order in both zips, so
// that the search goes on from where it ended.
static struct option_contract *find_contract(struct option_chain *chain,
                                             const struct contract *wanted, size_t *from) {
    for (size_t step = 0; step < chain->count; step++) {
        size_t i = (*from + step) % chain->count;
        struct option_contract *contract = &chain->contracts[i];
        const struct chain_quote *quote = &chain->quotes[i];
        if (contract->expiry != wanted->contract.expiry || quote->strike != wanted->strike ||
            quote->side != wanted->side)
            continue;
        *from = i + 1;
        return contract;
    }
    return NULL;
}

static int take_entry(const struct lean *lean, int64_t *last_ns, size_t *from) {
    struct option_chain *chain = lean->chain;
    const char *name = import_input_entry_name(lean->input);
    struct contract contract;
    struct row row;
    if (!parse_name(name, &contract))
        return ERR_SET(ERR_UNSUPPORTED,
                       "%s: the entry %s does not end in STYLE_call|put_STRIKE_YYYYMMDD.csv",
                       lean->path, name);
    if (!chain->style_known) chain->terms.american = contract.american;
    chain->style_known = true;
    TRY(find_row(lean, &row, last_ns));
    if (lean->interest) {
        struct option_contract *of = row.end_ns >= 0 ? find_contract(chain, &contract, from) : NULL;
        if (of != NULL) of->open_interest = row.bid;
        return 0;
    }
    chain->other_days += row.end_ns < 0;
    if (row.end_ns < 0) return 0;
    double age_s = lean->frame_ns == NS_PER_DAY ? 0 : (double)(chain->now_ns - row.end_ns) / 1e9;
    return option_chain_add(chain, &contract.contract, contract.side, contract.strike, row.bid,
                            row.ask, age_s);
}

// Bars of a zip that is named for a day are of a minute, unless its folder says a second; else of an hour or a day.
static int lean_init(struct option_chain *chain, const char *path, struct lean *lean) {
    const char *file = file_of(path);
    bool day = strspn(file, "0123456789") >= DATE_DIGITS;
    *lean = (struct lean){.chain = chain,
                          .path = path,
                          .interest = strstr(file, "_openinterest_") != NULL,
                          .day_ns = -1};
    lean->frame_ns = day ? NS_PER_MIN : strstr(path, "hour/") != NULL ? NS_PER_HOUR : NS_PER_DAY;
    if (lean->interest && day) lean->frame_ns = 0;
    if (!day && chain->symbol[0] == '\0')
        for (size_t i = 0; isalnum((unsigned char)file[i]) && i + 1 < sizeof chain->symbol; i++)
            chain->symbol[i] = (char)toupper((unsigned char)file[i]);
    if (!day) return 0;
    int32_t date;
    if (date_parse(file, DATE_DIGITS, &date) < 0)
        return ERR_SET(ERR_ARGUMENT, "%s: %.8s is no date", path, file);
    lean->day_ns = date_to_ns(date);
    if (chain->now_ns < NS_PER_DAY) chain->now_ns += lean->day_ns;
    return 0;
}

static int read_entries(struct lean *lean, int64_t *last_ns) {
    size_t from = 0;
    TRY(import_input_open(lean->path, &lean->input));
    int rc = 0;
    while (rc == 0 && (rc = import_input_next_entry(lean->input)) == 0)
        rc = take_entry(lean, last_ns, &from);
    import_input_close(lean->input);
    return rc == ERR_END ? 0 : rc;
}

int option_chain_read_lean(struct option_chain *chain, const char *path) {
    struct lean lean;
    int64_t last_ns = 0;
    TRY(lean_init(chain, path, &lean));
    if (chain->now_ns < NS_PER_DAY) { // no day is named: the last one of the file
        struct lean look = lean;
        size_t other = chain->other_days;
        TRY(read_entries(&look, &last_ns));
        chain->other_days = other;
        if (lean.frame_ns == NS_PER_DAY) last_ns -= NS_PER_DAY;
        chain->now_ns += last_ns - last_ns % NS_PER_DAY;
    }
    return read_entries(&lean, &last_ns);
}

static int each_row(const struct lean *lean, const struct contract *contract,
                    int (*take)(void *self, const struct lean_row *row), void *self) {
    const char *data;
    size_t size, line = 0;
    int rc;
    while ((rc = import_input_read(lean->input, &data, &size)) == 0) {
        for (const char *end = data + size; data < end;) {
            const char *stop = memchr(data, '\n', (size_t)(end - data));
            if (stop == NULL) stop = end;
            const char *last = stop > data && stop[-1] == '\r' ? stop - 1 : stop;
            struct row row;
            line++;
            if (last > data) {
                TRY(parse_row(lean, data, last, line, &row));
                TRY(take(self, &(struct lean_row){.end_ns = row.end_ns,
                                                  .bid = row.bid,
                                                  .ask = row.ask,
                                                  .strike = contract->strike,
                                                  .expiry = contract->contract.expiry,
                                                  .side = contract->side}));
            }
            data = stop + 1;
        }
    }
    return rc == ERR_END ? 0 : rc;
}

int option_lean_each(const char *path, int (*take)(void *self, const struct lean_row *row),
                     void *self) {
    struct option_chain none = {0};
    struct lean lean;
    struct contract contract;
    TRY(lean_init(&none, path, &lean));
    TRY(import_input_open(path, &lean.input));
    int rc = 0;
    while (rc == 0 && (rc = import_input_next_entry(lean.input)) == 0)
        if (parse_name(import_input_entry_name(lean.input), &contract))
            rc = each_row(&lean, &contract, take, self);
    import_input_close(lean.input);
    return rc == ERR_END ? 0 : rc;
}
