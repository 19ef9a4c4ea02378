// SPDX-License-Identifier: Apache-2.0
#include "edge/api/problem.h"

#include "base/jout.h"
#include "edge/net/http_response.h"

static const struct field fault_fields[] = {
    {"at", FIELD_STRING, FIELD_REQUIRED, .help = "Where: a JSON pointer, or the parameter's name."},
    {"words", FIELD_STRING, FIELD_REQUIRED, .help = "What would be right."},
};
static OBJECT(fault_object, "Fault", fault_fields, "What is wrong with a part of a request.");

static const struct field problem_fields[] = {
    {"type", FIELD_STRING, FIELD_REQUIRED, .help = "A reference that names the kind of problem."},
    {"title", FIELD_STRING, FIELD_REQUIRED, .help = "The kind in words."},
    {"status", FIELD_INTEGER, FIELD_REQUIRED, .min = 400, .max = 599, .help = "The HTTP status."},
    {"code", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .help = "The kind, for programs."},
    {"detail", FIELD_STRING, 0, .max = 2000, .help = "What happened this time."},
    {"request_id", FIELD_STRING, 0, .help = "The X-Request-Id of the answer, as the log has it."},
    {"errors", FIELD_OBJECT, FIELD_LIST, .of = &fault_object, .help = "Parts that are wrong."},
};
OBJECT(problem_object, "Problem", problem_fields, "What went wrong (RFC 9457).");

static const struct {
    int status;
    const char *title;
} statuses[] = {
    {400, "The request is not what this route takes"},
    {401, "Who calls is not known"},
    {403, "Not allowed"},
    {404, "Not found"},
    {405, "The path has no such method"},
    {409, "It does not fit what is there"},
    {413, "The request is too large"},
    {415, "The content is of another type than application/json"},
    {421, "The request is for another host"},
    {422, "It is of the right form and cannot be done"},
    {429, "Too many requests"},
    {500, "Something went wrong here"},
    {503, "Something that this needs is down or busy"},
};

size_t problem_status_count(void) {
    return sizeof statuses / sizeof *statuses;
}

int problem_status_at(size_t index) {
    return statuses[index].status;
}

const char *problem_title(int status) {
    for (size_t i = 0; i < problem_status_count(); i++)
        if (statuses[i].status == status) return statuses[i].title;
    return "Failed";
}

void problem_print(const struct problem *problem, struct text *out) {
    const char *code = problem->code != NULL ? problem->code : http_status_word(problem->status);
    jout_object(out);
    jout_key(out, "type");
    text_printf(out, "\"/problems/%s\"", code);
    jout_key_string(out, "title", problem_title(problem->status));
    jout_key_int(out, "status", problem->status);
    jout_key_string(out, "code", code);
    if (problem->detail != NULL && problem->detail[0] != '\0')
        jout_key_string(out, "detail", problem->detail);
    if (problem->request_id != NULL) jout_key_string(out, "request_id", problem->request_id);
    if (problem->fault != NULL) {
        jout_key(out, "errors");
        jout_array(out);
        jout_object(out);
        jout_key_string(out, "at", problem->fault->path);
        jout_key_string(out, "words", problem->fault->words);
        jout_end_object(out);
        jout_end_array(out);
    }
    jout_end_object(out);
}

int problem_status_of(int err) {
    switch (err) {
    case ERR_NOT_FOUND:
        return 404;
    case ERR_EXISTS:
    case ERR_STATE:
    case ERR_CONFLICT:
        return 409;
    case ERR_DENIED:
        return 403;
    case ERR_BUSY:
        return 503;
    case ERR_ARGUMENT:
    case ERR_PARSE:
    case ERR_RANGE:
    case ERR_INEXACT:
    case ERR_UNSUPPORTED:
        return 422;
    case ERR_FULL:
        return 503;
    default:
        return 500;
    }
}

static bool takes_input(const struct route *route) {
    return route->query_count > 0 || route->request != NULL ||
           (route->flags & (ROUTE_IDEMPOTENT | ROUTE_COOKIE)) != 0;
}

bool problem_may(const struct route *route, int status) {
    const struct field *fields[ROUTE_PARAMS_MAX];
    bool params = route_params(route, fields) > 0;
    switch (status) {
    case 400:
        return params || takes_input(route);
    case 401:
        return route->role != ROUTE_PUBLIC || (route->flags & (ROUTE_PASSWORD | ROUTE_COOKIE)) != 0;
    case 403:
        return route->role != ROUTE_PUBLIC || (route->flags & (ROUTE_PASSWORD | ROUTE_COOKIE)) != 0;
    case 404:
        return params || (route->flags & ROUTE_MISSING) != 0;
    case 409:
        return (route->flags & (ROUTE_CONFLICT | ROUTE_IDEMPOTENT)) != 0;
    case 413:
    case 415:
        return route->request != NULL;
    case 422:
        return params || takes_input(route);
    case 405:
    case 421:
        return false; // of the path and of the host, not of the row
    case 429:
        return true;
    case 500:
        return true;
    case 503:
        return (route->flags & (ROUTE_BUSY | ROUTE_WORKER | ROUTE_PASSWORD)) != 0;
    default:
        return false;
    }
}
