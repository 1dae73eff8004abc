"""Alert boilerplate: words that alerts of every kind contain, and words that people write around a symptom.

In a long query they count a quarter, and they are never corrected.
"""

from __future__ import annotations

_ALERTS = """
additional addr alert alertmanager alertname alerts annotations attempt caller com crit critical date debug description
details err error errors exception exported false fatal file fingerprint firing generatorurl gmt goroutine hint host
hostname http https info instance java job labels level line log logger main major message minor monitor msg none
notification null ok org pagerduty pid pod prod production problem reason resolved runbook running service severity src
stack startsat state statement status summary thread time timestamp trace traceback trigger triggered true ts unknown
utc value warn warning www
jan feb mar apr may jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
"""
_PEOPLE = """
again already anybody anyone anything colleagues everybody everyone got hello help hey hi idea keep keeps kept looks
morning nobody ones please quite really right saw saying see seeing seen since somebody someone something suddenly
thank thanks think ticket today tonight trying unfortunately urgent weird yesterday
"""
ALERT_WORDS = tuple(sorted(f"{_ALERTS} {_PEOPLE}".split()))
