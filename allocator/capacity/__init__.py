"""What more seats would do, and where to add classes: capacity planning in stable matching."""
