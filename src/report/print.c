// SPDX-License-Identifier: Apache-2.0
#include "report/print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"

static const char *const missing = "\u2013";

void print_double(struct text *out, double value) {
    if (!isfinite(value)) {
        text_add(out, "null");
        return;
    }
    char buf[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buf, sizeof buf, "%.*g", digits, value == 0 ? 0.0 : value);
        if (strtod(buf, NULL) == value) break;
    }
    text_add(out, buf);
}

void print_exact(struct text *out, int128_t mantissa, int32_t decimals) {
    char buf[DECIMAL_TEXT_SIZE];
    decimal_print(buf, sizeof buf, mantissa, decimals);
    text_add(out, buf);
}

void print_time(struct text *out, int64_t ns) {
    char buf[TIMESTAMP_TEXT_SIZE];
    timestamp_print(buf, sizeof buf, ns);
    text_add(out, buf);
}

void print_date(struct text *out, int32_t date) {
    char buf[DATE_TEXT_SIZE];
    date_print(buf, sizeof buf, date);
    text_add(out, buf);
}

// The length of the well-formed UTF-8 sequence at s (Unicode 15, table 3-7); 0 for none.
static size_t utf8_length(const unsigned char *s) {
    if (s[0] < 0x80) return 1;
    size_t length = s[0] >= 0xc2 && s[0] < 0xe0   ? 2
                    : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
                    : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
                                                  : 0;
    if (length == 0) return 0;
    unsigned char least = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char most = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;
    if (s[1] < least || s[1] > most) return 0;
    for (size_t i = 2; i < length; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    return length;
}

static const char *html_entity(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

// '<' is escaped too: the JSON stands inside a page's script element.
static void add_json_char(struct text *out, unsigned char c) {
    if (c == '"' || c == '\\')
        text_printf(out, "\\%c", c);
    else if (c < 0x20 || c == '<' || c == 0x7f)
        text_printf(out, "\\u%04x", c);
    else
        text_add_char(out, (char)c);
}

void print_json_string(struct text *out, const char *string) {
    const unsigned char *s = (const unsigned char *)string;
    text_add_char(out, '"');
    while (*s != '\0') {
        size_t length = utf8_length(s);
        if (length == 0)
            text_add(out, "\ufffd");
        else if (length == 1)
            add_json_char(out, *s);
        else
            text_add_bytes(out, s, length);
        s += length == 0 ? 1 : length;
    }
    text_add_char(out, '"');
}

void print_html_string(struct text *out, const char *string) {
    const unsigned char *s = (const unsigned char *)string;
    while (*s != '\0') {
        size_t length = utf8_length(s);
        const char *entity = html_entity((char)*s);
        if (length == 0)
            text_add(out, "\ufffd");
        else if (entity != NULL)
            text_add(out, entity);
        else if (*s >= 0x20 || *s == '\n')
            text_add_bytes(out, s, length);
        s += length == 0 ? 1 : length;
    }
}

void print_csv_string(struct text *out, const char *string) {
    bool formula = string[0] != '\0' && strchr("=+-@\t\r", string[0]) != NULL;
    bool quote = strpbrk(string, ",\"\r\n") != NULL;
    if (quote) text_add_char(out, '"');
    if (formula) text_add_char(out, '\'');
    for (const char *s = string; *s != '\0'; s++) {
        if (*s == '"') text_add_char(out, '"');
        text_add_char(out, *s);
    }
    if (quote) text_add_char(out, '"');
}

static bool is_missing(enum fold_unit unit, const struct fold_cell *cell) {
    if (cell->missing) return true;
    return (unit == FOLD_RATIO || unit == FOLD_NUMBER) && !isfinite(cell->number);
}

// The form that JSON and CSV share, without quotes.
static void print_plain(struct text *out, enum fold_unit unit, const struct fold_cell *cell) {
    switch (unit) {
    case FOLD_TEXT:
        text_add(out, cell->text);
        break;
    case FOLD_COUNT:
        text_printf(out, "%lld", (long long)cell->integer);
        break;
    case FOLD_SECONDS:
        print_exact(out, cell->integer, 9);
        break;
    case FOLD_TIME:
    case FOLD_INSTANT:
        print_time(out, cell->integer);
        break;
    case FOLD_DATE:
        print_date(out, (int32_t)cell->integer);
        break;
    case FOLD_RATIO:
    case FOLD_NUMBER:
        print_double(out, cell->number);
        break;
    case FOLD_MONEY:
    case FOLD_EXACT:
        print_exact(out, cell->exact, cell->decimals);
        break;
    }
}

void print_json_cell(struct text *out, enum fold_unit unit, const struct fold_cell *cell) {
    if (is_missing(unit, cell)) {
        text_add(out, "null");
    } else if (unit == FOLD_TEXT) {
        print_json_string(out, cell->text);
    } else if (unit == FOLD_COUNT || unit == FOLD_RATIO || unit == FOLD_NUMBER) {
        print_plain(out, unit, cell);
    } else {
        text_add_char(out, '"');
        print_plain(out, unit, cell);
        text_add_char(out, '"');
    }
}

void print_csv_cell(struct text *out, enum fold_unit unit, const struct fold_cell *cell) {
    if (is_missing(unit, cell)) return;
    if (unit == FOLD_TEXT)
        print_csv_string(out, cell->text);
    else
        print_plain(out, unit, cell);
}

// Digits of a whole part in threes.
static void add_grouped(struct text *out, const char *digits) {
    if (*digits == '-') text_add_char(out, *digits++);
    size_t whole = strcspn(digits, ".");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0) text_add_char(out, ',');
        text_add_char(out, digits[i]);
    }
    text_add(out, digits + whole);
}

void print_grouped(struct text *out, double value, int decimals) {
    char buf[400];
    snprintf(buf, sizeof buf, "%.*f", decimals, value);
    // A negative number that rounds to zero has no sign.
    bool zero = strpbrk(buf, "123456789") == NULL;
    add_grouped(out, zero && buf[0] == '-' ? buf + 1 : buf);
}

void print_grouped_exact(struct text *out, int128_t mantissa, int32_t decimals, int32_t shown) {
    char buf[DECIMAL_TEXT_SIZE];
    int128_t rounded = mantissa;
    if (shown < decimals &&
        decimal_rescale(mantissa, decimals, shown, ROUND_HALF_EVEN, &rounded) < 0)
        rounded = 0;
    decimal_print(buf, sizeof buf, rounded, shown < decimals ? shown : decimals);
    add_grouped(out, buf);
}

void print_percent(struct text *out, double fraction, int decimals) {
    if (!isfinite(fraction)) {
        text_add(out, missing);
        return;
    }
    print_grouped(out, fraction * 100, decimals);
    text_add(out, "\u00a0%");
}

// Below ten seconds; three digits that count.
static void print_short_length(struct text *out, int64_t ns) {
    static const struct {
        double ns;
        const char *unit;
    } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "\u00b5s"}, {1, "ns"}};
    size_t at = 0;
    while (at < 3 && (double)ns < units[at].ns) at++;
    text_printf(out, "%.3g\u00a0%s", (double)ns / units[at].ns, units[at].unit);
}

void print_length(struct text *out, int64_t ns) {
    if (ns < 0 && ns > INT64_MIN) {
        text_add_char(out, '-');
        ns = -ns;
    }
    if (ns < 10 * NS_PER_S && ns % NS_PER_S != 0) {
        print_short_length(out, ns);
        return;
    }
    int64_t seconds = ns / NS_PER_S;
    int64_t days = seconds / 86400, hours = seconds / 3600 % 24, minutes = seconds / 60 % 60;
    if (days >= 731)
        text_printf(out, "%.1f\u00a0years", (double)days / 365.25);
    else if (days >= 10)
        text_printf(out, "%lld\u00a0d", (long long)days);
    else if (days > 0)
        text_printf(out, "%lld\u00a0d %lld\u00a0h", (long long)days, (long long)hours);
    else if (hours > 0)
        text_printf(out, "%lld\u00a0h %lld\u00a0min", (long long)hours, (long long)minutes);
    else if (minutes > 0)
        text_printf(out, "%lld\u00a0min", (long long)minutes);
    else
        text_printf(out, "%lld\u00a0s", (long long)seconds);
}

static void print_human_number(struct text *out, double value) {
    double size = fabs(value);
    print_grouped(out, value,
                  size >= 1000                ? 0
                  : size >= 100               ? 1
                  : size >= 0.01 || size == 0 ? 2
                                              : 4);
}

// Minutes are enough for people; nobody reads nanoseconds in a table.
static void print_human_time(struct text *out, int64_t ns) {
    char buf[TIMESTAMP_TEXT_SIZE];
    timestamp_print(buf, sizeof buf, ns);
    text_printf(out, "%.10s %.5s", buf, buf + 11);
}

static void print_human_instant(struct text *out, int64_t ns) {
    char buf[TIMESTAMP_TEXT_SIZE];
    int64_t ms = ns / NS_PER_MS % 1000;
    timestamp_print(buf, sizeof buf, ns);
    text_printf(out, "%.10s %.8s.%03d", buf, buf + 11, (int)(ms < 0 ? ms + 1000 : ms));
}

// Every digit that is not a trailing zero, in groups.
static void print_human_exact(struct text *out, int128_t mantissa, int32_t decimals) {
    char buf[DECIMAL_TEXT_SIZE];
    decimal_print_short(buf, sizeof buf, mantissa, decimals);
    add_grouped(out, buf);
}

void print_human_cell(struct text *out, enum fold_unit unit, const struct fold_cell *cell,
                      int money_digits, bool html) {
    if (cell->withheld != NULL) {
        text_add(out, cell->withheld);
        return;
    }
    if (is_missing(unit, cell)) {
        text_add(out, cell->absent != NULL ? cell->absent : missing);
        return;
    }
    switch (unit) {
    case FOLD_TEXT:
        if (html)
            print_html_string(out, cell->text);
        else
            text_add(out, cell->text);
        break;
    case FOLD_COUNT:
        print_grouped_exact(out, cell->integer, 0, 0);
        break;
    case FOLD_TIME:
        print_human_time(out, cell->integer);
        break;
    case FOLD_INSTANT:
        print_human_instant(out, cell->integer);
        break;
    case FOLD_DATE:
        print_date(out, (int32_t)cell->integer);
        break;
    case FOLD_SECONDS:
        print_length(out, cell->integer);
        break;
    case FOLD_RATIO:
        print_percent(out, cell->number, 2);
        break;
    case FOLD_NUMBER:
        print_human_number(out, cell->number);
        break;
    case FOLD_MONEY:
        print_grouped_exact(out, cell->exact, cell->decimals, money_digits);
        break;
    case FOLD_EXACT:
        print_human_exact(out, cell->exact, cell->decimals);
        break;
    }
}

int print_money_digits(const char *currency) {
    static const char *const whole[] = {"JPY", "KRW", "VND", "CLP", "ISK"};
    static const char *const cents[] = {
        "USD",   "EUR",  "GBP",  "CHF", "AUD",  "CAD",  "NZD", "INR", "CNY", "CNH", "HKD",  "SGD",
        "SEK",   "NOK",  "DKK",  "PLN", "CZK",  "MXN",  "BRL", "ZAR", "TRY", "ILS", "HUF",  "THB",
        "TWD",   "IDR",  "MYR",  "PHP", "RUB",  "UAH",  "AED", "SAR", "ARS", "NGN", "USDT", "USDC",
        "FDUSD", "BUSD", "TUSD", "DAI", "USDP", "USDS", "PAX", "UST", "EURC"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (strcmp(currency, whole[i]) == 0) return 0;
    for (size_t i = 0; i < sizeof cents / sizeof *cents; i++)
        if (strcmp(currency, cents[i]) == 0) return 2;
    return 8;
}
