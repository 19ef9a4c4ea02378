// SPDX-License-Identifier: Apache-2.0
#include "app/plot/cairo_load.h"

#include <dlfcn.h>
#include <string.h>

int cairo_load(struct cairo_calls *ret_calls) {
    struct cairo_calls calls;
    void *library = dlopen("libcairo.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return ERR_SET(ERR_UNSUPPORTED, "drawing needs cairo, Debian's package libcairo2: %s",
                       dlerror());
#define CAIRO_FIND(name)                                                                           \
    {                                                                                              \
        void *found = dlsym(library, "cairo_" #name);                                              \
        if (found == NULL) return ERR_SET(ERR_UNSUPPORTED, "this cairo has no cairo_" #name);      \
        memcpy(&calls.name, &found, sizeof found);                                                 \
    }
    CAIRO_CALLS(CAIRO_FIND)
#undef CAIRO_FIND
    *ret_calls = calls;
    return 0;
}
