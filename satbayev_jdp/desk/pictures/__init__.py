"""Pictures where people would rather look, each with its table: flow, balance, an intake's way, what ends, credits."""
