"""Compiles Jinja-syntax HTML templates to C++ functions."""
