"""Times of an incoming review that are hardly true: what `pir check` says of them, at their lines in the source."""

from __future__ import annotations

from datetime import UTC

from mkdocs_pir.exchange.importing.incoming_record import IncomingRecord
from mkdocs_pir.kb.model import Client, Pir, Record
from mkdocs_pir.kb.plausible_times import ORDER, doubts, outside_contract


def report_doubts(record: IncomingRecord, pir: Record | None, client: Record | None) -> None:
    """Report the doubts about the times of a review that a source record became; `client` is the record of its client."""
    if not isinstance(pir, Pir):
        return
    nowhere = record.document.where
    for doubt in doubts(pir.times):
        message = doubt.message(lambda name: record.places.get(name, nowhere)[0])
        where = record.places.get(doubt.name, nowhere)
        record.report(doubt.code, where, message, doubt.hint, f"times.{doubt.name}")
    begun = pir.times.start
    if isinstance(client, Client) and begun is not None:
        name = next(name for name in ORDER if getattr(pir.times, name) is not None)
        if how := outside_contract(begun.astimezone(UTC).date(), client):
            hint = f"check the time, the client, and the contract in the record of {client.id}"
            record.report(
                "PIR416", record.places.get(name, nowhere), f"the incident began {how}", hint, f"times.{name}"
            )
