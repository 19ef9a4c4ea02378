// SPDX-License-Identifier: Apache-2.0
// cairo, loaded when something is to be drawn: a process that trades does not carry it and the dozen libraries
// behind it.
#ifndef FULMAR_APP_PLOT_CAIRO_LOAD_H
#define FULMAR_APP_PLOT_CAIRO_LOAD_H

#include <cairo-svg.h>
#include <cairo.h>

#include "base/err.h"

// clang-format off
#define CAIRO_CALLS(X) \
    X(close_path) \
    X(create) \
    X(destroy) \
    X(fill) \
    X(image_surface_create) \
    X(line_to) \
    X(move_to) \
    X(paint) \
    X(rectangle) \
    X(scale) \
    X(select_font_face) \
    X(set_dash) \
    X(set_font_size) \
    X(set_line_cap) \
    X(set_line_join) \
    X(set_line_width) \
    X(set_source_rgb) \
    X(set_source_rgba) \
    X(show_text) \
    X(status) \
    X(status_to_string) \
    X(stroke) \
    X(surface_destroy) \
    X(surface_finish) \
    X(surface_status) \
    X(surface_write_to_png_stream) \
    X(svg_surface_create_for_stream) \
    X(text_extents)
// clang-format on

// cairo_create is `create`, and so on.
struct cairo_calls {
#define CAIRO_MEMBER(name) __typeof__ (&cairo_##name)(name);
    CAIRO_CALLS(CAIRO_MEMBER)
#undef CAIRO_MEMBER
};

// ERR_UNSUPPORTED: the library or one of its functions is not there; the story says what to install. The library
// stays loaded.
int cairo_load(struct cairo_calls *ret_calls) MUST_USE;

#endif
