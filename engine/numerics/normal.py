"""Standard normal quantiles from uniforms: two rational approximations, and the Box-Muller transform.

Source: spec/rng-and-numerics.md section 4. The order of every operation is part of the law: polynomials by
Horner from the highest power, products and quotients from the left. The approximations' own errors are as
published; they are not corrected, since a policy names the approximation and its output is fixed bit by bit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from engine.numerics.compilation import compiled
from engine.numerics.elementary import cos2pi, log
from engine.numerics.machine_words import square_root

__all__ = ["NORMAL_ICDF_CODES", "box_muller_u2", "normal_icdf", "normal_icdf_acklam", "normal_icdf_as241"]

ACKLAM_V1 = 0
AS241_V1 = 1
NORMAL_ICDF_CODES: Mapping[str, int] = MappingProxyType({"acklam_v1": ACKLAM_V1, "as241_v1": AS241_V1})
"""Code of each approximation that a policy can name, as `normal_icdf` takes it."""

_ACKLAM_SPLIT = 0.02425


@compiled
def _acklam_tail(q: float) -> float:
    numerator = -7.784894002430293e-03
    numerator = numerator * q - 3.223964580411365e-01
    numerator = numerator * q - 2.400758277161838e00
    numerator = numerator * q - 2.549732539343734e00
    numerator = numerator * q + 4.374664141464968e00
    numerator = numerator * q + 2.938163982698783e00
    denominator = 7.784695709041462e-03
    denominator = denominator * q + 3.224671290700398e-01
    denominator = denominator * q + 2.445134137142996e00
    denominator = denominator * q + 3.754408661907416e00
    denominator = denominator * q + 1.0
    return numerator / denominator


@compiled
def normal_icdf_acklam(p: float) -> float:
    """Quantile of the standard normal at p in (0, 1), relative error below 1.15e-9; nan elsewhere.

    Source: P. J. Acklam (2003), rational approximation without the refinement step.
    """
    if not 0.0 < p < 1.0:
        return math.nan
    if p < _ACKLAM_SPLIT:
        return _acklam_tail(square_root(-2.0 * log(p)))
    if p > 1.0 - _ACKLAM_SPLIT:
        return -_acklam_tail(square_root(-2.0 * log(1.0 - p)))
    q = p - 0.5
    r = q * q
    numerator = -3.969683028665376e01
    numerator = numerator * r + 2.209460984245205e02
    numerator = numerator * r - 2.759285104469687e02
    numerator = numerator * r + 1.383577518672690e02
    numerator = numerator * r - 3.066479806614716e01
    numerator = numerator * r + 2.506628277459239e00
    denominator = -5.447609879822406e01
    denominator = denominator * r + 1.615858368580409e02
    denominator = denominator * r - 1.556989798598866e02
    denominator = denominator * r + 6.680131188771972e01
    denominator = denominator * r - 1.328068155288572e01
    denominator = denominator * r + 1.0
    return numerator * q / denominator


@compiled
def normal_icdf_as241(p: float) -> float:
    """Quantile of the standard normal at p in (0, 1), relative error about 1e-16; nan elsewhere.

    Source: M. J. Wichura (1988), Algorithm AS 241, PPND16.
    """
    if not 0.0 < p < 1.0:
        return math.nan
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        numerator = 2.5090809287301226727e03
        numerator = numerator * r + 3.3430575583588128105e04
        numerator = numerator * r + 6.7265770927008700853e04
        numerator = numerator * r + 4.5921953931549871457e04
        numerator = numerator * r + 1.3731693765509461125e04
        numerator = numerator * r + 1.9715909503065514427e03
        numerator = numerator * r + 1.3314166789178437745e02
        numerator = numerator * r + 3.3871328727963666080e00
        denominator = 5.2264952788528545610e03
        denominator = denominator * r + 2.8729085735721942674e04
        denominator = denominator * r + 3.9307895800092710610e04
        denominator = denominator * r + 2.1213794301586595867e04
        denominator = denominator * r + 5.3941960214247511077e03
        denominator = denominator * r + 6.8718700749205790830e02
        denominator = denominator * r + 4.2313330701600911252e01
        denominator = denominator * r + 1.0
        return q * numerator / denominator
    r = square_root(-log(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        r = r - 1.6
        numerator = 7.74545014278341407640e-04
        numerator = numerator * r + 2.27238449892691845833e-02
        numerator = numerator * r + 2.41780725177450611770e-01
        numerator = numerator * r + 1.27045825245236838258e00
        numerator = numerator * r + 3.64784832476320460504e00
        numerator = numerator * r + 5.76949722146069140550e00
        numerator = numerator * r + 4.63033784615654529590e00
        numerator = numerator * r + 1.42343711074968357734e00
        denominator = 1.05075007164441684324e-09
        denominator = denominator * r + 5.47593808499534494600e-04
        denominator = denominator * r + 1.51986665636164571966e-02
        denominator = denominator * r + 1.48103976427480074590e-01
        denominator = denominator * r + 6.89767334985100004550e-01
        denominator = denominator * r + 1.67638483018380384940e00
        denominator = denominator * r + 2.05319162663775882187e00
        denominator = denominator * r + 1.0
    else:
        r = r - 5.0
        numerator = 2.01033439929228813265e-07
        numerator = numerator * r + 2.71155556874348757815e-05
        numerator = numerator * r + 1.24266094738807843860e-03
        numerator = numerator * r + 2.65321895265761230930e-02
        numerator = numerator * r + 2.96560571828504891230e-01
        numerator = numerator * r + 1.78482653991729133580e00
        numerator = numerator * r + 5.46378491116411436990e00
        numerator = numerator * r + 6.65790464350110377720e00
        denominator = 2.04426310338993978564e-15
        denominator = denominator * r + 1.42151175831644588870e-07
        denominator = denominator * r + 1.84631831751005468180e-05
        denominator = denominator * r + 7.86869131145613259100e-04
        denominator = denominator * r + 1.48753612908506148525e-02
        denominator = denominator * r + 1.36929880922735805310e-01
        denominator = denominator * r + 5.99832206555887937690e-01
        denominator = denominator * r + 1.0
    quantile = numerator / denominator
    return -quantile if q < 0.0 else quantile


@compiled
def normal_icdf(code: int, p: float) -> float:
    """Standard normal quantile at p in (0, 1) by the approximation of that code; nan for another code."""
    if code == ACKLAM_V1:
        return normal_icdf_acklam(p)
    if code == AS241_V1:
        return normal_icdf_as241(p)
    return math.nan


@compiled
def box_muller_u2(u0: float, u1: float) -> float:
    """Standard normal deviate sqrt(-2 log u0) cos(2 pi u1) of two uniforms in (0, 1)."""
    return square_root(-2.0 * log(u0)) * cos2pi(u1)
