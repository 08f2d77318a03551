"""Recognised hours (인정시간): what counts toward the yearly target, and learning elsewhere."""
