"""The model of a plan: variables, the constraints of every family, and which rule each constraint is of."""

from __future__ import annotations

from collections.abc import Collection

from ortools.sat.python import cp_model

from allocator.planning.plan import Plan
from allocator.planning.rules import Rule
from allocator.planning.variables import Variables, make_variables

Constraint = cp_model.BoundedLinearExpression | bool


class PlanModel:
    """A CP-SAT model that grows by one family after the other.

    Args:
        only: the rules that are kept; all if not given. What is given, and what is defined, is always kept.
        assumed: each rule holds only under a literal of its own, so that the solver can say which rules conflict.
    """

    def __init__(self, plan: Plan, *, only: Collection[Rule] | None = None, assumed: bool = False) -> None:
        self.plan = plan
        self.cp = cp_model.CpModel()
        self.variables: Variables = make_variables(self.cp, plan)
        self.rules: dict[Rule, cp_model.IntVar | None] = {}  # in the order of the families; with their literals
        self._only = only
        self._assumed = assumed

    def require(self, rule: Rule, constraint: Constraint) -> None:
        """Add a constraint that is a part of a rule, which an office could give up."""
        if self._only is not None and rule not in self._only:
            return
        if rule not in self.rules:
            self.rules[rule] = self.cp.new_bool_var(f"rule[{rule.text()}]") if self._assumed else None
        added = self.cp.add(constraint).with_name(rule.text())
        literal = self.rules[rule]
        if literal is not None:
            added.only_enforce_if(literal)

    def given(self, rule: Rule, constraint: Constraint) -> None:
        """Add a constraint that is a part of a rule which nobody can give up: what is there, and what a class is."""
        self.cp.add(constraint).with_name(rule.text())

    def define(self, name: str, constraint: Constraint) -> None:
        """Add a constraint that only says what a variable means."""
        self.cp.add(constraint).with_name(name)
