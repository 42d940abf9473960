"""Explanations: one published row derived again from first principles, beside the laws and without them.

Nothing here calls a state's code, a kernel or the engine's generator: an explanation counts in Python's own integers
and floats and hashes with hashlib. Of the numeric packages it uses exp, log and the normal quantile alone, since these
are the law itself (spec/rng-and-numerics.md, section 4).
"""
