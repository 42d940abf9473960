"""Counter-based random numbers: Philox2x64-10, uniforms, and the derivation of keys and counters.

Source: spec/rng-and-numerics.md sections 1 to 3. Every draw is addressed by a key and a 128-bit counter, so
any draw can be made alone, in any order, by any worker.
"""

from engine.rng.counters import COUNTER_WRAP, OK, CounterWrapError, advanced_counter, counter_sum
from engine.rng.derivation import FamilyStream, PlanStream, RoutingStream, family_stream
from engine.rng.identifiers import is_virtual, site_id, world_merchant_id
from engine.rng.philox import philox2x64_10
from engine.rng.uniforms import block_uniforms, block_words, uniform

__all__ = [
    "COUNTER_WRAP",
    "OK",
    "CounterWrapError",
    "FamilyStream",
    "PlanStream",
    "RoutingStream",
    "advanced_counter",
    "block_uniforms",
    "block_words",
    "counter_sum",
    "family_stream",
    "is_virtual",
    "philox2x64_10",
    "site_id",
    "uniform",
    "world_merchant_id",
]
