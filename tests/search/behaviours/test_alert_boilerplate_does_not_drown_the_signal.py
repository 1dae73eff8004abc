"""What every alert carries counts little against what this one says."""


def test_alert_boilerplate_does_not_drown_the_signal(doc, ranked):
    documents = [
        doc(
            "LL-1",
            "Alert severity critical for every instance",
            symptoms="alert firing, status critical, summary and description missing",
        ),
        doc("LL-2", "Queue of the broker grows", symptoms="QueueDepthHigh on the broker"),
    ]
    alert = """[FIRING:1] QueueDepthHigh (broker-2 prod critical)
    Labels: alertname=QueueDepthHigh instance=10.0.0.7:9100 severity=critical status=firing
    Annotations: summary=Queue depth high description=see runbook
    Started: 2026-07-20T14:05:33.123Z Fingerprint: 5ef77f1f8a3ecfb8"""
    assert ranked(documents, alert)[0] == "LL-2"
