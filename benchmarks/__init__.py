"""Benchmarks of the engine: ``python -m benchmarks``. README.md has the last figures and says how they were made."""
