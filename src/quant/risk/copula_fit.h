// SPDX-License-Identifier: Apache-2.0
// The degrees of freedom of a t copula from a sample, by maximum likelihood with the correlations given: those of
// Kendall's tau (Mashal and Zeevi, "Beyond Correlation", 2002; McNeil, Frey and Embrechts, "Quantitative Risk
// Management", 2nd ed., 2015, section 7.5.2).
//
// The sample is taken by its ranks: u = rank / (rows + 1), equal values sharing theirs, x = t^-1(u; dof), and the
// log-likelihood of a row is that of the multivariate t at x less those of its margins.
#ifndef FULMAR_QUANT_RISK_COPULA_FIT_H
#define FULMAR_QUANT_RISK_COPULA_FIT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

// Where a fit looks. From the upper end on the law is the Gaussian copula to the eye of any sample.
#define COPULA_FIT_DOF_MIN 2.0
#define COPULA_FIT_DOF_MAX 1000.0

struct copula_fit {
    double dof;        // within those ends, to 1e-6 of itself
    double likelihood; // the logarithm's mean a row, there
    double low,
        high; // the degrees that the sample does not reject at 5 %, by the ratio of likelihoods
};

// correlation[count^2]. What it takes of the arena it gives back. ERR_ARGUMENT: fewer than 2 columns or 2 rows, or a
// correlation that is not positive definite, which has no density. ERR_NOMEM.
int copula_fit_student(const double *const *columns, size_t count, size_t rows,
                       const double *correlation, struct arena *arena,
                       struct copula_fit *ret) MUST_USE;

#endif
