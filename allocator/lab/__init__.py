"""The policy laboratory: outcomes beside each other, many variants of a scenario, and what each rule costs."""
