"""The whole routing plan, slowly and plainly: S1 to S4 row by row, with nothing from the engine.

Source: segment-2B.md S1 to S4; rng-and-numerics.md 1 to 4; Acklam (2003); Wichura (1988), algorithm AS 241.
"""

from __future__ import annotations

import hashlib
import math
import struct
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.oracle import routing_plan, words
from tests.oracle.elementary import correctly_rounded

ACKLAM_A = (
    -3.969683028665376e01, 2.209460984245205e02, -2.759285104469687e02,
    1.383577518672690e02, -3.066479806614716e01, 2.506628277459239e00,
)  # fmt: skip
ACKLAM_B = (
    -5.447609879822406e01, 1.615858368580409e02, -1.556989798598866e02,
    6.680131188771972e01, -1.328068155288572e01, 1.0,
)  # fmt: skip
ACKLAM_C = (
    -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e00,
    -2.549732539343734e00, 4.374664141464968e00, 2.938163982698783e00,
)  # fmt: skip
ACKLAM_D = (7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e00, 3.754408661907416e00, 1.0)

AS241_A = (
    2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
    1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
)  # fmt: skip
AS241_B = (
    5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
)  # fmt: skip
AS241_C = (
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
    3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
)  # fmt: skip
AS241_D = (
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
    6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0,
)  # fmt: skip
AS241_E = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
    2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
)  # fmt: skip
AS241_F = (
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
    1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0,
)  # fmt: skip


# -- numbers ---------------------------------------------------------------------------------------------------


def exp(x: float) -> float:
    """exp(x), correctly rounded."""
    return correctly_rounded("exp", x)


def log(x: float) -> float:
    """log(x), correctly rounded."""
    return correctly_rounded("log", x)


def _horner(coefficients: tuple[float, ...], x: float) -> float:
    value = coefficients[0]
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value


def normal_icdf(law: str, p: float) -> float:
    """The normal inverse CDF by one of the two published approximations."""
    if law == "acklam_v1":
        if p < 0.02425:
            q = math.sqrt(-2.0 * log(p))
            return _horner(ACKLAM_C, q) / _horner(ACKLAM_D, q)
        if p > 1.0 - 0.02425:
            q = math.sqrt(-2.0 * log(1.0 - p))
            return -_horner(ACKLAM_C, q) / _horner(ACKLAM_D, q)
        q = p - 0.5
        r = q * q
        return _horner(ACKLAM_A, r) * q / _horner(ACKLAM_B, r)
    assert law == "as241_v1"
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _horner(AS241_A, r) / _horner(AS241_B, r)
    r = math.sqrt(-log(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        r -= 1.6
        z = _horner(AS241_C, r) / _horner(AS241_D, r)
    else:
        r -= 5.0
        z = _horner(AS241_E, r) / _horner(AS241_F, r)
    return -z if q < 0.0 else z


# -- the world -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Site:
    """One site with its zone and a numeric column that a policy may weigh by."""

    merchant_id: int
    country: str
    site_order: int
    tzid: str
    column: float = 1.0

    @property
    def key(self) -> tuple[int, bytes, int]:
        """Key order: merchant, country as UTF-8 bytes, order."""
        return (self.merchant_id, self.country.encode(), self.site_order)


@dataclass(frozen=True)
class Plan:
    """The policy values that S1 to S4 read."""

    mode: str = "zipf"
    zipf_s: float = 1.1
    floor: tuple[str, float] = ("absolute", 0.0)
    cap: tuple[str, float] = ("none", 0.0)
    quantised_bits: int = 24
    endianness: str = "little"
    alignment_bytes: int = 8
    start_day: str = "2024-01-01"
    end_day: str = "2024-12-31"
    sigma: float = 0.35
    icdf: str = "acklam_v1"
    domain_master: str = "2B.S3.master"
    domain_stream: str = "2B.S3.day_effects"
    rng_stream_id: str = "2B.day_effects.gamma"


@dataclass
class Weights:
    """S1's values of one site."""

    site: Site
    p: float = 0.0
    floor_applied: bool = False


@dataclass
class Effect:
    """S3's and S4's values of one row."""

    merchant_id: int
    day: date
    tzid: str
    counter: int = 0
    log_gamma: float = 0.0
    gamma: float = 0.0
    base_share: float = 0.0
    mass_raw: float = 0.0
    denom_raw: float = 0.0
    p_group: float = 0.0


@dataclass
class Slice:
    """S2's slice of one merchant."""

    merchant_id: int
    offset: int
    payload: bytes
    masses: list[int] = field(default_factory=list)


def by_merchant(sites: list[Site]) -> list[list[Site]]:
    """The sites of each merchant in key order, merchants ascending."""
    found: dict[int, list[Site]] = {}
    for site in sorted(sites, key=lambda site: site.key):
        found.setdefault(site.merchant_id, []).append(site)
    return [found[merchant] for merchant in sorted(found)]


def site_weights(sites: list[Site], plan: Plan) -> list[Weights]:
    """S1, row by row."""
    rows: list[Weights] = []
    for group in by_merchant(sites):
        if plan.mode == "uniform":
            base = [1.0] * len(group)
        elif plan.mode == "column":
            base = [site.column for site in group]
        else:
            base = [exp(-plan.zipf_s * log(float(k))) for k in range(1, len(group) + 1)]
        p, applied = routing_plan.site_weights(base, plan.floor, plan.cap)
        rows += [Weights(s, w, a) for s, w, a in zip(group, p, applied, strict=True)]
    return rows


def alias_blob(weights: list[Weights], plan: Plan) -> tuple[list[Slice], bytes]:
    """S2: every slice and the whole blob."""
    form = "<" if plan.endianness == "little" else ">"
    blob = b""
    slices: list[Slice] = []
    merchants: dict[int, list[float]] = {}
    for row in weights:
        merchants.setdefault(row.site.merchant_id, []).append(row.p)
    for merchant, p in merchants.items():
        blob += b"\0" * (-len(blob) % plan.alignment_bytes)
        masses = routing_plan.grid_masses(p, plan.quantised_bits)
        assert masses is not None
        prob, alias = routing_plan.alias_table(masses)
        prob_q = routing_plan.quantised(prob)
        n = len(p)
        payload = struct.pack(f"{form}4I{n}I{n}I", n, 32, 0, 0, *prob_q, *alias)
        slices.append(Slice(merchant, len(blob), payload, masses))
        blob += payload
    return slices, blob


def plan_stream(plan: Plan, manifest_fingerprint: str, seed: int) -> tuple[int, int]:
    """(key, base counter) of S3's stream."""

    def uer(text: str) -> bytes:
        return struct.pack("<I", len(text.encode())) + text.encode()

    m = hashlib.sha256(
        uer(plan.domain_master) + bytes.fromhex(manifest_fingerprint) + struct.pack("<Q", seed)
    ).digest()
    h = hashlib.sha256(m + uer(plan.domain_stream) + uer(plan.rng_stream_id)).digest()
    counter = (int.from_bytes(h[16:24], "big") << 64) | int.from_bytes(h[24:32], "big")
    return int.from_bytes(h[24:32], "little"), counter


def day_effects(sites: list[Site], plan: Plan, manifest_fingerprint: str, seed: int) -> list[Effect]:
    """S3 and S4, row by row."""
    key, counter = plan_stream(plan, manifest_fingerprint, seed)
    p = {row.site.key: row.p for row in site_weights(sites, plan)}
    first, last = date.fromisoformat(plan.start_day), date.fromisoformat(plan.end_day)
    days = [first + timedelta(days=d) for d in range((last - first).days + 1)]
    sigma = plan.sigma
    rows: list[Effect] = []
    for group in by_merchant(sites):
        zones = sorted({site.tzid for site in group}, key=lambda zone: zone.encode())
        shares = {
            zone: min(routing_plan.serial_sum([p[s.key] for s in group if s.tzid == zone]), 1.0)
            for zone in zones
        }
        for day in days:
            of_day = []
            for zone in zones:
                row = Effect(group[0].merchant_id, day, zone, counter)
                word = words.philox2x64_10(counter & words.MASK, counter >> 64, key)[0]
                z = normal_icdf(plan.icdf, words.uniform(word))
                row.log_gamma = -sigma * sigma / 2.0 + sigma * z
                row.gamma = exp(row.log_gamma)
                row.base_share = shares[zone]
                of_day.append(row)
                counter += 1
            p_group, mass_raw, denom_raw = routing_plan.group_weights(
                [row.base_share for row in of_day], [row.gamma for row in of_day]
            )
            for row, share, mass in zip(of_day, p_group, mass_raw, strict=True):
                row.p_group, row.mass_raw, row.denom_raw = share, mass, denom_raw
            rows += of_day
    return rows
