"""Writes vectors.json anew from the Python reader: `python tests/search/write_vectors.py`. Read the difference."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers.search_corpus import corpus_files, mark_snippet

from mkdocs_pir.search import analysis
from mkdocs_pir.search.query import SearchIndex

TEXTS = [
    "Users could not log in; logins failed after the failover.",
    "ORA-01555 ORA01555 ora_01555",
    "ECONNREFUSED connect 10.12.3.4:8080 from 10.12.3.4",
    "pod-name-7f9c com.acme.FooBar CVE-2024-1234 /var/lib/x C:\\Windows\\System32",
    "[FIRING:1] HighErrorRate (api-gw prod) p99Latency=2.5s severity=critical",
    "2026-07-20T14:05:33.123Z 14:05 14:05:33 2026-07-20",
    "camelCase HTTPServerError APIs VMs iPhone OOMKilled aGVsbG8gd29ybGQaaBcDeFgH",
    "redis01 sha256 k8s log4j base64 node-12",
    "the server's queue doesn't drain, it’s full",
    "Überlastung naïve straße Ærø Łódź ﬁle ｆｕｌｌｗｉｄｔｈ co\u00adop zero\u200bwidth",
    "日本語のエラー サーバー障害 서버 장애 データベース",
    "Ошибка Σίσυφος שלום مرحبا हिन्दी",
    "https://example.com/a/b?x=1#frag foo@bar.example k8s.gcr.io/pause:3.2 Foo::Bar",
    '{"error":"timeout","code":504,"trace":["a.b.C","d_e"]}',
    "\tat com.example.Pool.take(Pool.java:218)\n\tat java.base/java.lang.Thread.run(Thread.java:840)",
    "½ ① x² 10³ 😀 a👍b — … “quoted” ‘single’ ''",
    "a-b-c-d-e-f-g-h-i-j-k-l-m-n 1.2.3 1 22 333 x",
    "fail-over failover fail_over failOver FAILOVER",
    "0x7ffde4 9e107d9d372bb6826bd81d3542a419d6 550e8400-e29b-41d4-a716-446655440000",
    "... --- ''' ::: /// \\\\\\ \u0000\u0007\ufffd",
]
STEMS = """
connection connections connected connecting failed failure failures failing caresses ponies ties cats feed agreed
plastered bled motoring sing conflated troubled sized hopping tanned falling hissing fizzed filing happy sky
relational conditional rational valency hesitancy digitizer conformably radically differently vilely analogously
vietnamization predication operator feudalism decisiveness hopefulness callousness formality sensitivity
sensibility triplicate formative formalize electricity electrical hopeful goodness revival allowance inference
airliner gyroscopic adjustable defensible irritant replacement adjustment dependent adoption communism activate
angularity homologous effective bowdlerize probate rate cease controll roll availability replication retries
latency certificates expiry expired deployment deployed exhausted exhaustion timeouts databases by say lay try oed
"""
QUERIES = [
    {"text": "connection pool exhausted"},
    {"text": "[FIRING:1] HighErrorRate (api-gw prod) 2026-07-20T14:05:33Z runbook=https://example.com/x"},
    {"text": "ORA01555"},
    {"text": "01555"},
    {"text": "10.12.3"},
    {"text": "certifcate has expird"},
    {"text": "oom"},
    {"text": "out of memory "},
    {"text": "k8s gateway"},
    {"text": "replicat"},
    {"text": "groesse warteschlange uberwachung"},
    {"text": "データベース"},
    {"text": "接"},
    {"text": "dead lock"},
    {"text": "TlsVerifier"},
    {"text": "CVE-2024-1234"},
    {"text": "7f9c"},
    {"text": "PIR-2026-0007"},
    {"text": "PIR-2026-0099"},
    {"text": "PIR-2025-"},
    {"text": "ORA_04031 deadlock"},
    {"text": "acme TLS_ERROR_AGAIN"},
    {"text": "e-mail disc full"},
    {"text": "zzyzx qwertyuiop 99999"},
    {"text": "the and of"},
    {"text": ""},
    {"text": "", "filters": {"kind": ["lesson"], "year": ["2025", "2026"]}},
    {"text": "connection", "filters": {"kind": ["pir"]}},
    {"text": "certificate", "filters": {"service": ["core-db"]}},
    {
        "text": "\tat com.zaxxer.hikari.pool.HikariPool(HikariPool.java:696)\njava.sql.SQLTransientConnectionException: HikariPool-1"
    },
    {"text": "load test environment"},
    {"text": "full disk"},
    {"text": "pin truststore"},
    {"text": "oomkilled on gateway.payments "},
    {"text": "workers hold connections deadlock payments refused monday"},
    {"text": "certificate expired gateway partners mail disk"},
    {"text": "[FIRING:1] PoolRequestTimeout certifcate poool pol leader "},
]


def main() -> None:
    index = SearchIndex.open(corpus_files())
    queries = []
    for query in QUERIES:
        result = index.search(query["text"], filters=query.get("filters"))
        expected = {
            "hits": [
                [hit.id, hit.score, [[part.field, mark_snippet(part)] for part in hit.why]] for hit in result.hits
            ],
            "total": result.total,
            "fewer_words": [hit.id for hit in result.hits if hit.fewer_words],
            "filters": {name: [list(pair) for pair in pairs] for name, pairs in result.filters.items()},
            "corrections": [list(pair) for pair in result.corrections],
            "synonyms": [list(pair) for pair in result.synonyms],
            "unknown": list(result.unknown),
        }
        queries.append({**query, "expected": expected})
    tokens = [
        {"text": text, "tokens": [[text[t.start : t.end], t.whole, list(t.parts)] for t in analysis.read(text)]}
        for text in TEXTS
    ]
    vectors = {"tokens": tokens, "stems": {word: analysis.porter(word) for word in STEMS.split()}, "queries": queries}
    (Path(__file__).parent / "vectors.json").write_text(
        json.dumps(vectors, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
