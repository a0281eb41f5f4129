"""From changes to ordered statements; pure: it knows no connection."""

from saasdb.plan.planner import Plan, plan
from saasdb.plan.statement import Statement

__all__ = ["Plan", "Statement", "plan"]
