"""The back-test on a real city: merits fitted to one year's published lines, and the next year's lines predicted."""
