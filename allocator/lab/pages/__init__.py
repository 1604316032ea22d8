"""Pages and workbooks of the laboratory, made of the parts of a report: comparisons and sweeps."""
