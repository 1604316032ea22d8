"""Who runs the variants: processes of this machine, or an existing Dask cluster, behind one interface.

Both are executors of ``concurrent.futures``. A worker that is killed costs the variants that it was at: they are
given out again.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, TypeVar

from allocator.errors import AllocatorError, UsageError, message

PER_WORKER = 2  # given out at a time: one to work at, one to go on with
MOST_LOSSES = 3  # in a row without anything finished
_ONE_THREAD = (
    "POLARS_MAX_THREADS",
    "OMP_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "RAYON_NUM_THREADS",
)

Job = TypeVar("Job")
Result = TypeVar("Result")
Key = TypeVar("Key", bound=Hashable)


class LostWorkersError(AllocatorError):
    """Workers die faster than they finish variants; what was finished is kept."""

    exit_code = 5


class Workers:
    """A number of workers; more are started where they were lost."""

    def __init__(self, start: Callable[[], Executor], num_workers: int) -> None:
        self.num_workers = num_workers
        self._start = start
        self._executor = start()

    def run(self, task: Callable[[Job], Result], jobs: Mapping[Key, Job]) -> Iterator[tuple[Key, Result]]:
        """Each job's result, as they are finished; jobs are begun in their order.

        Raises:
            LostWorkersError: if workers are lost again and again.
        """
        waiting = list(reversed(list(jobs.items())))
        running: dict[Future[Result], tuple[Key, Job]] = {}
        losses = 0
        try:
            while waiting or running:
                while waiting and len(running) < PER_WORKER * self.num_workers:
                    key, job = waiting.pop()
                    running[self._submitted(task, job)] = (key, job)
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                lost = False
                for future in finished:
                    key, job = running.pop(future)
                    if _is_lost(future):
                        lost = True
                        waiting.append((key, job))
                    else:
                        losses = 0
                        yield key, future.result()
                if lost:
                    losses += 1
                    if losses > MOST_LOSSES:
                        raise LostWorkersError(
                            message("workers were lost again and again; is there enough memory? What is done is kept.")
                        )
        finally:
            for future in running:
                future.cancel()

    def close(self) -> None:
        """End the workers that were started here."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _submitted(self, task: Callable[[Job], Result], job: Job) -> Future[Result]:
        try:
            return self._executor.submit(task, job)
        except BrokenExecutor:
            self._executor = self._start()
            return self._executor.submit(task, job)


def _is_lost(future: Future[Result]) -> bool:
    """Whether a worker died before the job was finished; Dask says so with an exception of its own."""
    error = future.exception()
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def local_workers(num_workers: int) -> Iterator[Workers]:
    """Processes of this machine, each with one thread: as many variants at a time as there are workers."""

    def start() -> Executor:
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(num_workers, mp_context=spawn, initializer=_leave_interrupts_to_the_parent)

    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))  # for the new processes; this one has read them already
    workers = Workers(start, num_workers)
    try:
        yield workers
    finally:
        workers.close()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def cluster_workers(address: str) -> Iterator[Workers]:
    """The workers of a Dask cluster, whose machines see the scenario under the same path.

    Raises:
        UsageError: if Dask is not installed, or there is no such cluster.
    """
    try:
        import distributed
    except ImportError:
        raise UsageError("--cluster needs Dask; install it with: pip install 'allocator[cluster]'") from None
    try:
        client: Any = distributed.Client(address, timeout="10s")  # type: ignore[no-untyped-call]  # it has no hints
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError('no Dask cluster answers at "{address}": {reason}', address=address, reason=error) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise UsageError('the Dask cluster at "{address}" has no workers', address=address)
        workers = Workers(lambda: client.get_executor(pure=False), threads)
        yield workers
