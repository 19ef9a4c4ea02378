// SPDX-License-Identifier: Apache-2.0
// The quotes of an underlying's options at one instant, read from files, cleaned and turned into volatilities.
//
// Files are QuantConnect Lean's zips of quotes and of open interest (option_lean.c), which are told by their names,
// or CSV files with the columns expiry, type, strike, bid and ask, and where they are there open_interest and time.
#ifndef FULMAR_APP_OPTION_OPTION_CHAIN_H
#define FULMAR_APP_OPTION_OPTION_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/command.h"
#include "base/err.h"
#include "quant/option/chain.h"
#include "quant/option/surface.h"

enum { OPTION_CHAIN_MAX = 1 << 20, OPTION_CHAIN_SYMBOL_SIZE = 24 };

// A contract as its file has it; index is the quote's id.
struct option_contract {
    int32_t expiry;       // date
    int32_t line;         // of a CSV file; 0 of a zip, whose entries have a quote each
    double open_interest; // NaN: not known
};

struct option_chain {
    char symbol[OPTION_CHAIN_SYMBOL_SIZE]; // "" where the file does not tell it
    bool style_known;                      // the files tell whether options are American
    int64_t now_ns; // the instant on the exchange's wall clock; 0: the last date of the files
    double stale_s;
    double tick;
    struct chain_quote *quotes;
    struct option_contract *contracts;
    size_t count, max;
    size_t other_days; // contracts that the files quote on other days alone
    struct chain_terms terms;
    struct chain_expiry expiries[CHAIN_EXPIRIES_MAX];
    int32_t dates[CHAIN_EXPIRIES_MAX];
    size_t expiry_count;
};

// The options that both verbs have in common, and reading by them: --input, --date, --at, --symbol, --style, --rate,
// --spot, --stale, --tick. ERR_ARGUMENT names the option; ERR_NOT_FOUND, ERR_PARSE, ERR_UNSUPPORTED the file and place.
#define OPTION_CHAIN_OPTIONS                                                                       \
    {"input", "FILE", NULL,                                                                        \
     "quotes: a Lean zip, or a CSV file; repeatable, a Lean zip of open interest as well"},        \
        {"date", "DATE", NULL, "the day of the quotes; default the last one of the files"},        \
        {"at", "HH:MM", NULL, "the time of day, the exchange's; default 16:00"},                   \
        {"style", "S", "american|european",                                                        \
         "default what a Lean file's name says, else european"},                                   \
        {"rate", "R", NULL,                                                                        \
         "interest a year, continuous; default from put-call parity, of American options 0"},      \
        {"spot", "S", NULL, "price of the underlying; default the nearest forward, discounted"},   \
        {"stale", "DURATION", NULL, "quotes older than this are left out; default 15m"}, {         \
        "tick", "T", NULL, "least price step; a narrower spread counts as this; default 0.01"      \
    }
int option_chain_read(const struct args *args, struct option_chain *ret_chain) MUST_USE;
void option_chain_free(struct option_chain *chain);

// For readers: a contract's quote. age_s NaN where it is not known. ERR_FULL, ERR_NOMEM.
int option_chain_add(struct option_chain *chain, const struct option_contract *contract,
                     enum option_side side, double strike, double bid, double ask,
                     double age_s) MUST_USE;
int option_chain_read_lean(struct option_chain *chain, const char *path) MUST_USE;
int option_chain_read_csv(struct option_chain *chain, const char *path) MUST_USE;
bool option_chain_is_lean(const char *path);

// From quotes that were added to volatilities.
int option_chain_solve(struct option_chain *chain) MUST_USE;

// What a surface is fitted to. The arrays are of one block that the caller frees (ret_points->k of the first).
int option_chain_points(const struct option_chain *chain, double **ret_block,
                        struct surface_points ret_points[CHAIN_EXPIRIES_MAX]) MUST_USE;

// "2014-07-19 C 650": the contract of a quote.
void option_chain_name(const struct option_chain *chain, const struct chain_quote *quote,
                       struct text *out);
// The cleaning report: counts by class, and the contracts of each, as lines or as members of a JSON object.
void option_chain_faults(const struct option_chain *chain, bool json, struct text *out);

#endif
