"""What engineers call the same thing: synonyms of operations English, beside those that an organisation writes.

Only what means the same in any company; a word that merely often goes with another is not here.
"""

from __future__ import annotations

_GROUPS = """
kubernetes, k8s
certificate, cert
postgres, postgresql
database, db
memory, ram
out of memory, oom, oomkilled
cpu, processor
regex, regexp, regular expression, pattern
config, configuration, settings
login, log in, logon, sign-in, sign in
sso, single sign-on
email, mail
replica, standby
failover, switchover, take-over
rollback, roll back, back out, revert
timeout, timed out
licence, license
blocklist, blacklist, blocked listed
scheduler, cron
deploy, rollout
restart, reboot
split brain, both primary, both accept writes
latency, slow
outage, down, unavailable
queue, backlog
"""
SYNONYMS = {
    first: tuple(others)
    for first, *others in ([member.strip() for member in line.split(",")] for line in _GROUPS.strip().splitlines())
}
"""By its first word, each group."""
