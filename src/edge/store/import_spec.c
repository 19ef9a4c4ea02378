// SPDX-License-Identifier: Apache-2.0
// What an import says of an instrument: from the options, else from the format, else a guess that
// is told.
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/timestamp.h"
#include "edge/store/import_job.h"
#include "market/calendar.h"

enum { TOKENS_MAX = 16, NAME_SIZE = 256 };

// Longest first where one ends another.
static const char *const QUOTE_CURRENCIES[] = {"USDT", "USDC", "BUSD", "FDUSD", "USD",
                                               "EUR",  "GBP",  "JPY",  "CHF",   "AUD",
                                               "CAD",  "NZD",  "INR",  "BTC",   "ETH"};
static const char *const FIAT[] = {"USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD",
                                   "NZD", "INR", "SEK", "NOK", "HKD", "SGD"};
static const char *const VENUES[] = {"binance", "bitfinex", "bitstamp", "bybit", "coinbase",
                                     "fxcm",    "gdax",     "kraken",   "oanda", "okx"};

static int symbol_from_path(struct import_job *job, char ret_symbol[SYMBOL_SIZE]);
static bool is_decoration(const char *token);
static bool is_one_of(const char *word, size_t len, const char *const *words, size_t count);
static int copy_name(const char *from, size_t size, const char *what, char *ret_to);
static enum asset_class asset_guess(const struct import_hint *hint, enum calendar_id calendar,
                                    const char *symbol);
static const char *currency_guess(enum asset_class asset, enum calendar_id calendar,
                                  const char *symbol);

int import_spec_make(struct import_job *job, const struct import_hint *hint,
                     struct import_spec *ret_spec) {
    const struct import_options *options = job->options;
    struct import_spec spec = {.series = {.kind = hint->kind, .frame_s = hint->frame_s},
                               .bar_flags = hint->bar_flags};
    const char *venue = options->venue != NULL ? options->venue : hint->venue;
    TRY(copy_name(venue != NULL ? venue : "LOCAL", sizeof spec.series.venue, "venue",
                  spec.series.venue));
    const char *symbol = hint->symbol != NULL ? hint->symbol : options->symbol;
    if (symbol != NULL)
        TRY(copy_name(symbol, sizeof spec.series.symbol, "symbol", spec.series.symbol));
    else
        TRY(symbol_from_path(job, spec.series.symbol));
    int calendar = options->calendar >= 0 ? options->calendar : hint->calendar;
    if (calendar < 0 && options->asset == ASSET_EQUITY) calendar = CALENDAR_XNYS;
    spec.calendar = calendar < 0 ? CALENDAR_24_7 : (enum calendar_id)calendar;
    int asset = options->asset >= 0 ? options->asset : hint->asset;
    spec.asset =
        asset >= 0 ? (enum asset_class)asset : asset_guess(hint, spec.calendar, spec.series.symbol);
    const char *currency = options->currency != NULL ? options->currency : hint->currency;
    if (currency == NULL && options->payoff == PAYOFF_INVERSE)
        return ERR_SET(ERR_ARGUMENT,
                       "an inverse contract is settled in the coin that it is on: name "
                       "that with --currency, as in --currency BTC");
    if (currency == NULL) currency = currency_guess(spec.asset, spec.calendar, spec.series.symbol);
    TRY(copy_name(currency, sizeof spec.currency, "currency", spec.currency));
    if (options->calendar < 0 && hint->asset < 0)
        import_guess(job, "calendar %s (--calendar)", calendar_name(spec.calendar));
    if (asset < 0) import_guess(job, "asset class %s (--asset)", asset_class_name(spec.asset));
    if (options->currency == NULL && hint->currency == NULL)
        import_guess(job, "currency %s (--currency)", spec.currency);
    if (options->adjusted) spec.bar_flags |= BAR_ADJUSTED;
    if (options->payoff >= 0) spec.payoff = (enum payoff)options->payoff;
    spec.multiplier = options->multiplier;
    spec.multiplier_decimals = options->multiplier_decimals;
    *ret_spec = spec;
    return 0;
}

// The one part of the file's name that is neither a venue, a frame, a date nor the like.
static int symbol_from_path(struct import_job *job, char ret_symbol[SYMBOL_SIZE]) {
    char name[NAME_SIZE];
    const char *found = NULL;
    unsigned count = 0;
    snprintf(name, sizeof name, "%s", import_input_entry_name(job->input));
    char *dot = strchr(name, '.');
    if (dot != NULL) *dot = '\0';
    char *save = NULL;
    for (char *token = strtok_r(name, "_- ", &save); token != NULL;
         token = strtok_r(NULL, "_- ", &save)) {
        if (is_decoration(token)) continue;
        found = token;
        count++;
    }
    if (count != 1 || strlen(found) >= SYMBOL_SIZE)
        return ERR_SET(ERR_ARGUMENT, "the file does not name its symbol; --symbol does");
    for (size_t i = 0; i <= strlen(found); i++)
        ret_symbol[i] = (char)toupper((unsigned char)found[i]);
    import_guess(job, "symbol %s (--symbol)", ret_symbol);
    return 0;
}

static bool is_decoration(const char *token) {
    static const char *const WORDS[] = {"daily", "minute", "hour",  "hourly",  "second", "data",
                                        "bid",   "ask",    "trade", "quote",   "ohlcv",  "ohlc",
                                        "perp",  "spot",   "bars",  "candles", "index",  "dataset"};
    size_t len = strlen(token);
    int64_t ns;
    if (duration_parse(token, len, &ns) == 0) return true;
    if (strspn(token, "0123456789") == len) return true;
    if ((token[0] == 'm' || token[0] == 'M') && strspn(token + 1, "0123456789") == len - 1)
        return true;
    return is_one_of(token, len, WORDS, sizeof WORDS / sizeof WORDS[0]) ||
           is_one_of(token, len, VENUES, sizeof VENUES / sizeof VENUES[0]);
}

static bool is_one_of(const char *word, size_t len, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == len && strncasecmp(word, words[i], len) == 0) return true;
    return false;
}

// Names go into paths, JSON and reports: printable ASCII, a slash in symbols alone.
static int copy_name(const char *from, size_t size, const char *what, char *ret_to) {
    size_t len = strlen(from);
    if (len == 0 || len >= size)
        return ERR_SET(ERR_ARGUMENT, "the %s '%s' is not 1 to %zu bytes long", what, from,
                       size - 1);
    for (size_t i = 0; i < len; i++)
        if (from[i] <= ' ' || from[i] > '~' || (from[i] == '/' && strcmp(what, "symbol") != 0))
            return ERR_SET(ERR_ARGUMENT, "the %s '%s' has a byte that is no letter, digit or mark",
                           what, from);
    memcpy(ret_to, from, len);
    return 0;
}

static enum asset_class asset_guess(const struct import_hint *hint, enum calendar_id calendar,
                                    const char *symbol) {
    if (calendar != CALENDAR_24_7) return ASSET_EQUITY;
    bool pair = strlen(symbol) == 6 && is_one_of(symbol, 3, FIAT, sizeof FIAT / sizeof FIAT[0]) &&
                is_one_of(symbol + 3, 3, FIAT, sizeof FIAT / sizeof FIAT[0]);
    return pair ? ASSET_FOREX : ASSET_CRYPTO;
}

static const char *currency_guess(enum asset_class asset, enum calendar_id calendar,
                                  const char *symbol) {
    if (calendar == CALENDAR_XNSE) return "INR";
    if (asset != ASSET_CRYPTO && asset != ASSET_FOREX) return "USD";
    size_t len = strlen(symbol);
    for (size_t i = 0; i < sizeof QUOTE_CURRENCIES / sizeof QUOTE_CURRENCIES[0]; i++) {
        size_t suffix = strlen(QUOTE_CURRENCIES[i]);
        if (len > suffix && strcasecmp(symbol + len - suffix, QUOTE_CURRENCIES[i]) == 0)
            return QUOTE_CURRENCIES[i];
    }
    return "USD";
}
