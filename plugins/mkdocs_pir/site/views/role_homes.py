"""The homes of the roles: which an edition has, each a page with what somebody in that role looks for first."""

from __future__ import annotations

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection

ENGINEER, DELIVERY = "home/engineer.html", "home/service-delivery.html"
EXECUTIVE, DIRECTOR = "home/vp-services.html", "home/director.html"


class RoleHome(Struct, frozen=True):
    """The home of a role: its path, the role, and what is on it."""

    path: str
    title: str
    about: str


def role_homes(projection: Projection) -> tuple[RoleHome, ...]:
    """The homes of an edition in order, a client's has one; none where there is nothing to show yet."""
    if not projection.pirs and not projection.problems:
        return ()
    if not projection.edition.internal:
        about = "What happened, what is being changed, and what waits for your decision"
        return (RoleHome(DIRECTOR, "Your last quarter", about),) if projection.pirs else ()
    homes = [RoleHome(ENGINEER, "Engineer", "Known errors of each service, and what is open now")]
    if projection.pirs:
        title = projection.organisation.roles.get("service-delivery-manager", "Service delivery manager")
        homes.append(RoleHome(DELIVERY, title, "The board of reviews, a calendar, what is late and running clocks"))
        title = projection.organisation.roles.get("vp-services", "VP services")
        if projection.clients:
            homes.append(RoleHome(EXECUTIVE, title, "Each client's figures on one page, and what keeps coming back"))
    return tuple(homes)
