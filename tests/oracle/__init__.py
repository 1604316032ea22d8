"""The oracle: rules R1 to R9 again, slow and obvious, sharing no code with the package; and random scenarios."""
