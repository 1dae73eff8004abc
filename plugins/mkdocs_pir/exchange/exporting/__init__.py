"""Exports of a projection: lists as CSV and JSON, calendars, feeds, and the data set of all figures."""
