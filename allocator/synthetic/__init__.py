"""Seeded synthetic cohorts: a city described by a profile becomes the tables of an admission year."""

from allocator.synthetic.generate import generate, input_files
from allocator.synthetic.reading import ProfileError

__all__ = ["ProfileError", "generate", "input_files"]
