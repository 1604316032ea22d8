"""Verification of outcomes: properties P1 to P10, from the scenario and the outcome alone."""

from allocator.verification.certificate import Breach, Certificate
from allocator.verification.every_property import verify

__all__ = ["Breach", "Certificate", "verify"]
