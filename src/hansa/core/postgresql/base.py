# SPDX-License-Identifier: Apache-2.0
"""Django's own PostgreSQL backend, and beside it the statements of `core.statements` on the same connection.

A round trip makes two processes wake each other, which costs more than most statements. So what returns nothing that
anyone waits for is kept back (`defer`) and sent in one piece with the next statement that is, with the commit, or
before any cursor is used: nothing can see the database without it. libpq's pipeline mode, never left open for others.
"""

import itertools
import select
from collections.abc import Callable, Sequence
from typing import Any, cast

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from psycopg import errors
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

_DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_BEGIN, _COMMIT = b"BEGIN", b"COMMIT"
_names = itertools.count()

Parameters = Sequence[str | bytes | None]
# psycopg sends None as NULL; its annotation leaves that out.
Values = Sequence[bytes]
Statement = tuple[bytes, Values]


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that keeps statements back until something depends on them.

    What the server refuses of a statement that was kept back is raised where its answer is read, as Django's error,
    and the transaction is over, as after any other.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: list[Statement] = []
        self._pipeline: _Pipeline | None = None
        self.execute_wrappers.append(self._after_what_waits)

    def ask(self, statement: bytes, parameters: Parameters) -> PGresult:
        """Run what waits and then this statement, in one round trip; return its result."""
        self.ensure_connection()
        self._note(statement)
        with self.wrap_database_errors:
            values = _encoded(parameters)
            return self._run([*self._next(), (statement, values)])

    def defer(self, statement: bytes, parameters: Parameters) -> None:
        """Run a statement before anything else of this transaction that is sent; outside of one, run it now."""
        if self.get_autocommit():
            self.ask(statement, parameters)
        else:
            self._note(statement)
            with self.wrap_database_errors:
                self._waiting.append((statement, _encoded(parameters)))

    def send_ahead(self) -> None:
        """Send what waits, so that the server works on it, without waiting for its answer."""
        if self._waiting:
            with self.wrap_database_errors:
                statements = self._next()
                self._opened().send(statements)

    def settle(self) -> None:
        """Run what waits."""
        if self._waiting or self._pipeline:
            with self.wrap_database_errors:
                self._run(self._next())

    def create_cursor(self, name=None):
        """Return a cursor, which sees what waited: one that copies never comes by `execute`."""
        self.settle()
        return super().create_cursor(name)

    def _after_what_waits(self, execute: Callable, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.settle()
        return execute(sql, params, many, context)

    def _note(self, statement: bytes) -> None:
        """Let whoever counts queries count this one."""
        if self.queries_logged:
            self.queries_log.append({"sql": statement.decode(), "time": "0"})

    def _next(self) -> list[Statement]:
        """Return what waits, after the BEGIN where none was sent yet, and forget it."""
        waiting, self._waiting = self._waiting, []
        return [(_BEGIN, ()), *waiting] if self._is_idle() and not self.get_autocommit() else waiting

    def _is_idle(self) -> bool:
        return self._pipeline is None and self.connection.pgconn.transaction_status == TransactionStatus.IDLE

    def _commit(self) -> None:
        if self.connection is None:
            return
        with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
            if self._waiting or not self._is_idle():
                self._run([*self._next(), (_COMMIT, ())])

    def _rollback(self) -> None:
        self._waiting = []
        pipeline, self._pipeline = self._pipeline, None
        if pipeline:
            with self.wrap_database_errors:
                pipeline.finish()
        super()._rollback()  # type: ignore[misc]  # the stubs leave it out

    def _close(self) -> None:
        self._waiting, self._pipeline = [], None
        super()._close()  # type: ignore[misc]

    def _opened(self) -> "_Pipeline":
        if self._pipeline is None:
            known = vars(self.connection).setdefault("hansa_statements", {})
            self._pipeline = _Pipeline(self.connection.pgconn, known)
        return self._pipeline

    def _run(self, statements: Sequence[Statement]) -> PGresult:
        """Run statements after those that were sent ahead, and return the last result; raise what was refused first."""
        [statement, values] = statements[-1] if statements else (b"", ())
        known = vars(self.connection).get("hansa_statements", {})
        if self._pipeline is None and len(statements) == 1 and statement in known:
            result = self.connection.pgconn.exec_prepared(known[statement], values)
        else:
            try:
                self._opened().send(statements)
                result = self._opened().finish()
            except BaseException:
                # Broken off in the middle: nobody could say which answer belongs to which statement.
                self.connection.close()
                raise
            finally:
                self._pipeline = None
        if result.status not in _DONE:
            raise errors.error_from_result(result)
        return result


class _Pipeline:
    """Statements that are on their way to the server, whose answers were not read yet."""

    def __init__(self, link: PGconn, known: dict[bytes, bytes]) -> None:
        self._link, self._known = link, known
        self._made: list[bytes] = []
        link.enter_pipeline_mode()

    def send(self, statements: Sequence[Statement]) -> None:
        for statement, values in statements:
            if statement not in self._known:
                self._known[statement] = b"hansa_%d" % next(_names)
                self._made.append(statement)
                self._link.send_prepare(self._known[statement], statement)
            self._link.send_query_prepared(self._known[statement], values)
        self._link.flush()

    def finish(self) -> PGresult:
        """Read every answer and return the last one, or the first that was refused: what came after it did not run."""
        self._link.pipeline_sync()
        results = self._received()
        self._link.exit_pipeline_mode()
        refused = next((result for result in results if result.status not in _DONE), None)
        if refused is None:
            return results[-1]
        # Which of them the server knows is uncertain; under a new name each can be prepared again.
        for statement in self._made:
            del self._known[statement]
        return refused

    def _received(self) -> list[PGresult]:
        """Return the results up to the end of the pipeline. Waits on the socket: other threads go on meanwhile."""
        link, poller = self._link, select.poll()
        results: list[PGresult] = []
        while True:
            poller.register(link.socket, select.POLLIN | (select.POLLOUT if link.flush() else 0))
            poller.poll()
            link.consume_input()
            while not link.is_busy():
                result = link.get_result()
                if result is None:
                    continue
                if result.status == ExecStatus.PIPELINE_SYNC:
                    return results
                results.append(result)


def _encoded(parameters: Parameters) -> Values:
    values = [value.encode() if isinstance(value, str) else value for value in parameters]
    if any(value and b"\0" in value for value in values):
        # libpq would send what stands before it, and nothing of the rest.
        raise errors.DataError("PostgreSQL text cannot contain NUL (0x00) bytes")
    return cast("Values", values)
