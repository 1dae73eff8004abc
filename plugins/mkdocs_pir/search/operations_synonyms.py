"""Synonyms of operations English, used in addition to those of the organisation.

The words on one line mean the same in any company; words that merely often occur together do not belong here.
"""

from __future__ import annotations

_GROUPS = """
kubernetes, k8s
pod, container
certificate, cert, x509
tls, ssl
postgres, postgresql
database, db
javascript, js
virtual machine, vm
virtual desktop, vdi
load balancer, lb
repository, repo
filesystem, file system
persistent volume, pvc
storage, volume, disk, disc
machine image, ami
subnet, cidr
name lookup, dns, name resolution, resolver, nxdomain, servfail, getaddrinfo, eai_again, unknown host, unknownhostexception
internet provider, isp, carrier
firewall, acl
broker, message bus
environment variable, env var
continuous integration, ci
feature flag, feature toggle
primary, master, leader
replica, standby, secondary, follower
transaction id, xid, txid
garbage collection, gc
memory, ram
out of memory, oom, oomkilled, memory exhausted
no space left, disk full, disc full, out of disk, enospc, insufficient storage
cpu, processor
regex, regexp, regular expression, pattern
wildcard, glob, pattern
config, configuration, settings
login, log in, logon, log on, sign-in, sign in
authentication, auth
authorisation, authorization
sso, single sign-on
second factor, mfa, 2fa, two-factor
credential, password, secret
email, mail
spam, junk mail
failover, switchover, take-over
split brain, both primary, both accept writes
rollback, roll back, back out, revert, downgrade
deploy, rollout, roll out
upgrade, update, patch
automatic update, automatic upgrade, auto update, unattended upgrade
restart, reboot
crash, panic
crash loop, crashloopbackoff, restart loop
blue screen, bsod, stop code
timeout, timed out, deadline exceeded
delay, late
latency, slow, sluggish
outage, down, unavailable, unreachable, offline
hang, frozen, freeze, stuck, stall, unresponsive, not responding
stop, halt, pause
overload, saturated, overwhelmed, swamped
peak, spike, surge, burst
queue, backlog
redelivery, retry, resend
retry storm, thundering herd
scale, autoscale, auto scale
evict, preempt
circular, cyclic
duplicate, twice, double
missing, lost, gone
delete, remove, erase, wipe
expire, lapse
invalid, malformed, corrupt
refuse, reject, deny, decline
connection refused, econnrefused
connection reset, econnreset
permission denied, access denied, forbidden, eacces, 403
unauthorised, unauthorized, 401
not found, 404
bad gateway, 502
service unavailable, 503
gateway timeout, 504
rate limit, throttled, too many requests, 429
read only, not accepting writes, cannot write
packet loss, packets lost, dropping packets
mtu, large packets, big packets, jumbo frames, packet size
denial of service, ddos, flooded
vulnerability, cve, zero-day, security flaw
exploit, attack
malware, virus
antivirus, security agent, endpoint protection, edr
licence, license
blocklist, blacklist, denylist, blocked listed
allowlist, whitelist
scheduler, cron
schedule, timetable
leap day, leap year, 29 february, february 29, feb 29
time zone, timezone, daylight saving, dst
clock drift, clock skew, ntp
backup, dump, snapshot
restore, recover
monitoring, observability
alert, alarm, page
log shipping, log forwarding
website, web site
vendor, supplier, third party
user, people, person
staff, employee, colleague
customer, client
phone, telephone
"""
SYNONYMS = {
    first: tuple(others)
    for first, *others in ([member.strip() for member in line.split(",")] for line in _GROUPS.strip().splitlines())
}
"""By its first word, each group."""
