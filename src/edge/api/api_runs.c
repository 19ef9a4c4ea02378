// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/auth/user.h"

static int find_main(struct api *api, int64_t *ret_id) {
    struct sql_options options = {.role = SQL_ROLE_AUTH, .timeout_ns = NS_PER_S, .lazy = true};
    if (api->sql == NULL) TRY(sql_open(api->options.database, &options, &api->sql));
    return tenant_find(api->sql, "main", ret_id);
}

static int name_root(struct api *api, int64_t tenant_id, char ret_root[RUN_STORE_PATH_SIZE]) {
    int64_t main_id = 0;
    const char *root = api->options.run_root;
    int len;
    int rc = find_main(api, &main_id);
    if (rc < 0 && rc != ERR_NOT_FOUND) return rc;
    err_clear();
    if (rc == 0 && main_id == tenant_id)
        len = snprintf(ret_root, RUN_STORE_PATH_SIZE, "%s", root);
    else
        len = snprintf(ret_root, RUN_STORE_PATH_SIZE, "%s/.tenants/%" PRId64, root, tenant_id);
    if (len < 0 || len >= RUN_STORE_PATH_SIZE)
        return ERR_SET(ERR_RANGE, "%s: the path is too long", root);
    return io_make_dirs(ret_root);
}

static int open_runs(struct api *api, int64_t tenant_id, struct tenant_runs *runs) {
    TRY(name_root(api, tenant_id, runs->root));
    TRY(run_index_open(runs->root, &runs->index));
    pthread_mutex_init(&runs->lock, NULL);
    runs->tenant_id = tenant_id;
    return 0;
}

static int find_place(struct api *api, int64_t tenant_id, struct tenant_runs **ret_runs) {
    struct tenant_runs *runs = api->runs, *end = api->runs + API_TENANTS_MAX;
    while (runs < end && runs->tenant_id != 0 && runs->tenant_id != tenant_id) runs++;
    if (runs == end || tenant_id <= 0)
        return ERR_SET(ERR_FULL, "more than %d tenants have runs", API_TENANTS_MAX);
    if (runs->tenant_id == 0) TRY(open_runs(api, tenant_id, runs));
    *ret_runs = runs;
    return 0;
}

int api_runs_place(struct call *call, struct tenant_runs **ret_runs) {
    struct api *api = call->api;
    pthread_mutex_lock(&api->runs_lock);
    int rc = find_place(api, call->caller.tenant_id, ret_runs);
    pthread_mutex_unlock(&api->runs_lock);
    return rc;
}

int api_runs(struct call *call, struct tenant_runs **ret_runs) {
    CHECK(call->worker != NULL);
    TRY(api_runs_place(call, ret_runs));
    struct tenant_runs *runs = *ret_runs;
    if (call->runs == NULL) pthread_mutex_lock(&runs->lock);
    call->runs = runs;
    if (atomic_exchange(&runs->stale, false)) run_index_forget(runs->index);
    TRY(run_index_refresh(runs->index, call->began_ns));
    atomic_store(&runs->count, run_index_count(runs->index));
    return 0;
}

void api_leave_runs(struct call *call) {
    if (call->runs != NULL) pthread_mutex_unlock(&call->runs->lock);
    call->runs = NULL;
}

int api_find_run(struct call *call, const char *name, struct tenant_runs **ret_runs,
                 const struct run_entry **ret_entry) {
    TRY(api_runs(call, ret_runs));
    *ret_entry = run_index_find((*ret_runs)->index, name);
    return *ret_entry != NULL ? 0 : ERR_SET(ERR_NOT_FOUND, "there is no run '%s'", name);
}

void api_forget_runs(struct api *api, int64_t tenant_id) {
    pthread_mutex_lock(&api->runs_lock);
    for (size_t i = 0; i < API_TENANTS_MAX; i++)
        if (api->runs[i].tenant_id == tenant_id && tenant_id != 0)
            atomic_store(&api->runs[i].stale, true);
    pthread_mutex_unlock(&api->runs_lock);
}

void api_close_runs(struct api *api) {
    for (size_t i = 0; i < API_TENANTS_MAX; i++) {
        if (api->runs[i].tenant_id == 0) continue;
        run_index_close(api->runs[i].index);
        pthread_mutex_destroy(&api->runs[i].lock);
    }
}
