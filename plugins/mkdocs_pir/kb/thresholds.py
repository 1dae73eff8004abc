"""Numbers of days that checks, figures and pages share."""

from __future__ import annotations

REPEAT_DAYS = 90
"""An incident is a repeat of an earlier one if it begins at most this many days (of 24 hours) after that was resolved."""

LONGEST_INCIDENT_DAYS = 30
"""An incident that lasts more days probably has a mistaken time."""

SOON_DAYS = 14
"""What is due at most this many days after the day of the figures is due soon."""

APPLY_DAYS = 365
"""A lesson that was validated more days ago and is not applied is due for another look."""
