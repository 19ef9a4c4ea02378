// SPDX-License-Identifier: Apache-2.0
#include "quant/footprint/volume_at_price.h"

#include "base/check.h"

enum { PPM = 1000000 };
static const int64_t PRICE_BOUND = INT64_C(1) << 62; // rows beside the outermost have edges too

static struct volume_at_price_cell *cell_of(struct volume_at_price *self, int64_t row) {
    return &self->cells[(uint64_t)row & (self->rows_max - 1)];
}

int volume_at_price_init(struct volume_at_price *self, int64_t height, uint32_t rows_max) {
    bool power = rows_max >= 2 && (rows_max & (rows_max - 1)) == 0;
    if (height < 1) return ERR_SET(ERR_ARGUMENT, "a row's height is a tick at least");
    if (height >= PRICE_BOUND) return ERR_SET(ERR_ARGUMENT, "a row's height is below 2^62");
    if (!power || rows_max > VOLUME_AT_PRICE_ROWS_MAX)
        return ERR_SET(ERR_ARGUMENT, "rows are a power of two up to %d, not %u",
                       VOLUME_AT_PRICE_ROWS_MAX, rows_max);
    *self = (struct volume_at_price){.height = height, .rows_max = rows_max};
    return 0;
}

void volume_at_price_clear(struct volume_at_price *self) {
    self->low = self->high = 0;
    self->all = (struct volume_at_price_cell){0};
}

int64_t volume_at_price_row(const struct volume_at_price *self, int64_t price) {
    int64_t row = price / self->height;
    return row - (price % self->height < 0);
}

// Rows that come into the range begin empty: what their place held belongs to rows that left it.
static void stretch(struct volume_at_price *self, int64_t row) {
    if (self->all.trades == 0) {
        self->low = self->high = row;
        *cell_of(self, row) = (struct volume_at_price_cell){0};
        return;
    }
    while (self->low > row) *cell_of(self, --self->low) = (struct volume_at_price_cell){0};
    while (self->high < row) *cell_of(self, ++self->high) = (struct volume_at_price_cell){0};
}

static int check_row(const struct volume_at_price *self, int64_t row) {
    if (self->all.trades == 0) return 0;
    int64_t low = row < self->low ? row : self->low, high = row > self->high ? row : self->high;
    if ((uint64_t)high - (uint64_t)low >= self->rows_max)
        return ERR_SET(ERR_FULL,
                       "a trade at row %lld would stretch the rows from %lld to %lld beyond %u; "
                       "make rows higher",
                       (long long)row, (long long)self->low, (long long)self->high, self->rows_max);
    return 0;
}

static void cell_add(struct volume_at_price_cell *cell, int64_t qty, int side, int64_t trades) {
    if (side > 0)
        cell->ask += qty;
    else if (side < 0)
        cell->bid += qty;
    else
        cell->neither += qty;
    cell->trades += trades;
}

int volume_at_price_add(struct volume_at_price *self, int64_t price, int64_t qty, int side) {
    int64_t sum;
    if (qty < 1) return ERR_SET(ERR_ARGUMENT, "a trade's quantity is above 0");
    if (__builtin_add_overflow(volume_at_price_sum(&self->all), qty, &sum))
        return ERR_SET(ERR_RANGE, "the volume does not fit 64 bits");
    int64_t row = volume_at_price_row(self, price);
    TRY(check_row(self, row));
    if (price <= -PRICE_BOUND || price >= PRICE_BOUND)
        return ERR_SET(ERR_RANGE, "a price of %lld is not within 2^62 of 0", (long long)price);
    stretch(self, row);
    cell_add(cell_of(self, row), qty, side, 1);
    cell_add(&self->all, qty, side, 1);
    return 0;
}

void volume_at_price_remove(struct volume_at_price *self, int64_t price, int64_t qty, int side) {
    int64_t row = volume_at_price_row(self, price);
    CHECK(self->all.trades > 0 && row >= self->low && row <= self->high);
    struct volume_at_price_cell *cell = cell_of(self, row);
    cell_add(cell, -qty, side, -1);
    cell_add(&self->all, -qty, side, -1);
    CHECK(cell->trades >= 0 && cell->bid >= 0 && cell->ask >= 0 && cell->neither >= 0);
    if (self->all.trades == 0) return;
    while (cell_of(self, self->low)->trades == 0) self->low++;
    while (cell_of(self, self->high)->trades == 0) self->high--;
}

struct volume_at_price_cell volume_at_price_get(const struct volume_at_price *self, int64_t row) {
    if (self->all.trades == 0 || row < self->low || row > self->high)
        return (struct volume_at_price_cell){0};
    return self->cells[(uint64_t)row & (self->rows_max - 1)];
}

static int64_t volume_of(const struct volume_at_price *self, int64_t row) {
    struct volume_at_price_cell cell = volume_at_price_get(self, row);
    return volume_at_price_sum(&cell);
}

static int64_t control_of(const struct volume_at_price *self) {
    int64_t control = self->low, most = volume_of(self, self->low);
    for (int64_t row = self->low + 1; row <= self->high; row++) {
        int64_t volume = volume_of(self, row);
        if (volume <= most) continue;
        control = row;
        most = volume;
    }
    return control;
}

struct volume_at_price_area volume_at_price_area(const struct volume_at_price *self,
                                                 int64_t share_ppm) {
    CHECK(self->all.trades > 0 && share_ppm >= 1 && share_ppm <= PPM);
    int128_t wanted = (int128_t)volume_at_price_sum(&self->all) * share_ppm;
    int64_t control = control_of(self);
    struct volume_at_price_area area = {control, control, control, volume_of(self, control)};
    while ((int128_t)area.held * PPM < wanted) {
        int64_t up = volume_of(self, area.high + 1) + volume_of(self, area.high + 2);
        int64_t down = volume_of(self, area.low - 1) + volume_of(self, area.low - 2);
        bool above = area.high < self->high && (up >= down || area.low == self->low);
        area.held += above ? up : down;
        if (above)
            area.high = area.high + 2 > self->high ? self->high : area.high + 2;
        else
            area.low = area.low - 2 < self->low ? self->low : area.low - 2;
    }
    return area;
}
