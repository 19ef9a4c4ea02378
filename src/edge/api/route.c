// SPDX-License-Identifier: Apache-2.0
#include "edge/api/route.h"

#include <string.h>

#include "base/err.h"

// Every parameter that a path may have, by name.
static const struct field params[] = {
    {"run", FIELD_STRING, FIELD_REQUIRED, .form = &form_run, .help = "Name of a run."},
    {"session", FIELD_STRING, FIELD_REQUIRED, .form = &form_run,
     .help = "Name of a trading session."},
    {"stored", FIELD_STRING, FIELD_REQUIRED, .form = &form_stored,
     .help = "Name of a session in the database."},
    {"strategy", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .help = "Name of a strategy."},
    {"indicator", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .example = "\"rsi\"",
     .help = "Name of an indicator."},
    {"rule", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .help = "Name of a risk rule."},
    {"venue", FIELD_STRING, FIELD_REQUIRED, .form = &form_venue, .example = "\"LOCAL\"",
     .help = "Name of a venue."},
    {"symbol", FIELD_STRING, FIELD_REQUIRED, .form = &form_venue,
     .help = "An instrument's symbol at its venue."},
    {"kind", FIELD_STRING, FIELD_REQUIRED, .form = &form_venue, .example = "\"bar-1d\"",
     .help = "Kind of a series: bar-1m, trade, quote, feed."},
    {"table", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .example = "\"trades\"",
     .help = "A table of a report."},
    {"job", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Number of a job."},
    {"order", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Number of an order."},
    {"user", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Number of a user."},
    {"key", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Number of an API key."},
    {"login", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Number of a login."},
    {"instance", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .example = "\"0\"",
     .help = "Number of a strategy within its session."},
};

const struct field *route_param(const char *name, size_t len) {
    for (size_t i = 0; i < sizeof params / sizeof *params; i++)
        if (strlen(params[i].name) == len && memcmp(params[i].name, name, len) == 0)
            return &params[i];
    return NULL;
}

const char *route_role_name(enum route_role role) {
    static const char *const names[] = {"public", "viewer", "trader", "admin"};
    return role < ROUTE_ROLE_COUNT ? names[role] : "none";
}

// How a path fits a template: 0 not at all, otherwise a number that is larger where literal segments come earlier.
static unsigned fit(const char *template, const char *path, struct route_match *ret_match) {
    unsigned score = 1;
    size_t count = 0;
    while (*template == '/' && *path == '/') {
        size_t want = strcspn(++template, "/"), has = strcspn(++path, "/");
        bool param = *template == '{';
        if (param && has > 0 && count < ROUTE_PARAMS_MAX)
            ret_match->params[count++] = (struct route_value){path, has};
        else if (param || want != has || memcmp(template, path, has) != 0)
            return 0;
        score = score << 1 | !param;
        template += want;
        path += has;
    }
    ret_match->param_count = count;
    return *template == '\0' && *path == '\0' ? score : 0;
}

static bool is_method(const struct route *route, const char *method) {
    return strcmp(route->method, method) == 0 ||
           (strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0);
}

enum route_verdict route_find(const struct route_table *table, const char *method, const char *path,
                              struct route_match *ret_match) {
    unsigned best = 0;
    bool found = false;
    for (size_t i = 0; i < table->count; i++) {
        struct route_match match = {.route = table->rows[i]};
        unsigned score = fit(match.route->path, path, &match);
        bool right = is_method(match.route, method);
        if (score == 0 || score < best || (score == best && (found || !right))) continue;
        best = score;
        found = right;
        *ret_match = match;
    }
    if (best == 0) return ROUTE_NO_PATH;
    return found ? ROUTE_FOUND : ROUTE_NO_METHOD;
}

void route_allow(const struct route_table *table, const struct route *route, struct text *out) {
    for (size_t i = 0; i < table->count; i++) {
        const struct route *row = table->rows[i];
        if (strcmp(row->path, route->path) != 0) continue;
        text_printf(out, "%s, ", row->method);
        if (strcmp(row->method, "GET") == 0) text_add(out, "HEAD, ");
    }
    text_add(out, "OPTIONS");
}

size_t route_params(const struct route *route, const struct field *ret_fields[ROUTE_PARAMS_MAX]) {
    size_t count = 0;
    for (const char *at = strchr(route->path, '{'); at != NULL && count < ROUTE_PARAMS_MAX;
         at = strchr(at + 1, '{'))
        ret_fields[count++] = route_param(at + 1, strcspn(at + 1, "}"));
    return count;
}

static int check_row(const struct route *row) {
    const struct field *fields[ROUTE_PARAMS_MAX];
    const char *name = row->id != NULL ? row->id : row->path;
    if (row->id == NULL || row->tag == NULL || row->summary == NULL || row->handle == NULL ||
        row->rate == NULL || row->status == 0)
        return ERR_SET(ERR_ARGUMENT, "route %s: a member is missing", name);
    if ((row->role == ROUTE_PUBLIC) != (row->scope == NULL))
        return ERR_SET(ERR_ARGUMENT, "route %s: a scope is for routes that ask who calls", name);
    if (row->query_count > ROUTE_QUERY_MAX)
        return ERR_SET(ERR_ARGUMENT, "route %s: too many query parameters", name);
    for (size_t i = 0; i < route_params(row, fields); i++)
        if (fields[i] == NULL)
            return ERR_SET(ERR_ARGUMENT, "route %s: %s has an unknown parameter", name, row->path);
    return 0;
}

// Two templates that fit the same paths equally well.
static bool is_same_path(const char *a, const char *b) {
    while (*a == '/' && *b == '/') {
        size_t left = strcspn(++a, "/"), right = strcspn(++b, "/");
        if ((*a == '{') != (*b == '{')) return false;
        if (*a != '{' && (left != right || memcmp(a, b, left) != 0)) return false;
        a += left;
        b += right;
    }
    return *a == *b;
}

int route_check(const struct route_table *table) {
    if (table->count > ROUTES_MAX) return ERR_SET(ERR_ARGUMENT, "more than %d routes", ROUTES_MAX);
    for (size_t i = 0; i < table->count; i++) {
        const struct route *row = table->rows[i];
        TRY(check_row(row));
        for (size_t k = 0; k < i; k++) {
            const struct route *other = table->rows[k];
            bool same = is_same_path(row->path, other->path);
            if (strcmp(row->id, other->id) == 0)
                return ERR_SET(ERR_ARGUMENT, "two routes have the id %s", row->id);
            if (same && strcmp(row->path, other->path) != 0)
                return ERR_SET(ERR_ARGUMENT, "%s and %s are one path", row->path, other->path);
            if (same && strcmp(row->method, other->method) == 0)
                return ERR_SET(ERR_ARGUMENT, "two routes are %s %s", row->method, row->path);
        }
    }
    return 0;
}
