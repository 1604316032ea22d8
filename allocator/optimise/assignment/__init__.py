"""R10 and R11: optimal batches and reassignment."""
