"""Spans of days that checks, figures and pages share, each said once."""

from __future__ import annotations

REPEAT_DAYS = 90
"""An incident repeats an earlier one when it begins at most so many days (of 24 hours) after that was resolved."""

SOON_DAYS = 14
"""What is due on the day of the figures or at most so many days later is due soon."""

APPLY_DAYS = 365
"""A lesson that was agreed longer ago and is not applied is due for another look."""
