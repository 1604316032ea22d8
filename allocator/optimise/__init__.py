"""What is decided by optimisation: the apportionment of feeder seats (R9)."""
