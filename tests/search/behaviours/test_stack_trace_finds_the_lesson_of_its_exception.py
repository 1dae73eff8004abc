"""Of forty lines, the exception is what matters."""


def test_stack_trace_finds_the_lesson_of_its_exception(doc, ranked):
    documents = [
        doc("LL-1", symptoms="SQLTransientConnectionException: connection is not available"),
        doc("LL-2", "Java upgrade", body="java base lang thread pool run at line one, exception seen"),
        doc("LL-3", symptoms="certificate expired"),
    ]
    trace = "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.\n"
    trace += "".join(
        f"\tat java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:{n})\n"
        for n in range(1100, 1140)
    )
    assert ranked(documents, trace)[0] == "LL-1"
