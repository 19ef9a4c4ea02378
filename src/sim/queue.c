// SPDX-License-Identifier: Apache-2.0
#include "sim/queue.h"

#include <math.h>

void queue_change(const struct queue_model *model, const double *params, struct queue_place *place,
                  double previous, double now) {
    if (model->behind == NULL) {
        place->front = fmin(place->front, now);
        return;
    }
    double decrease = previous - now;
    decrease -= place->traded;
    place->traded = 0;
    if (decrease < 0) {
        place->front = fmin(place->front, now);
        return;
    }
    double front = place->front, back = previous - front;
    double behind = model->behind(params, front, back);
    if (isinf(behind)) behind = 1;
    double estimate = front - (1.0 - behind) * decrease + fmin(back - behind * decrease, 0.0);
    place->front = fmin(estimate, now);
}

int64_t queue_take(struct queue_place *place, double lot) {
    double lots = round(-place->front / lot);
    if (!(lots >= 1)) return 0;
    place->front = 0;
    return lots < 9e18 ? (int64_t)lots : INT64_MAX;
}
