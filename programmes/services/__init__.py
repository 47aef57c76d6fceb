"""Verbs on programmes, curricula and the register of students."""
