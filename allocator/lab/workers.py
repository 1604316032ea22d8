"""Who runs the variants: processes of this machine, or an existing Dask cluster, behind one interface.

Every worker is an executor of ``concurrent.futures`` with jobs of its own, so that neighbouring variants meet what the
one before left behind: tables, a compiled market, admissions under a control line. A worker that is killed costs the
variants that it was at: they are given out again.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
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
Item = TypeVar("Item")


class LostWorkersError(AllocatorError):
    """Workers die faster than they finish variants; what was finished is kept."""

    exit_code = 5


class Workers:
    """A number of workers; where one is lost, another is started in its place."""

    def __init__(self, start: Sequence[Callable[[], Executor]]) -> None:
        self.num_workers = len(start)
        self._start = start
        self._executors = [begin() for begin in start]

    def run(self, task: Callable[[Job], Result], jobs: Mapping[Key, Job]) -> Iterator[tuple[Key, Result]]:
        """Each job's result, as they are finished.

        Every worker gets an unbroken part of the jobs and does it in order; who has done his takes the last one of
        whoever has most left.

        Raises:
            LostWorkersError: if workers are lost again and again.
        """
        parts = _parts(list(jobs.items()), self.num_workers)
        running: dict[Future[Result], tuple[int, Key, Job]] = {}
        losses = 0
        try:
            while running or any(parts):
                for w in range(self.num_workers):
                    at_hand = sum(worker == w for worker, _, _ in running.values())
                    for _ in range(PER_WORKER - at_hand):
                        if any(parts):
                            key, job = _next(parts, w)
                            running[self._submitted(w, task, job)] = (w, key, job)
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                lost = False
                for future in finished:
                    worker, key, job = running.pop(future)
                    if _is_lost(future):
                        lost = True
                        parts[worker].appendleft((key, job))
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
        for executor in self._executors:
            executor.shutdown(wait=True, cancel_futures=True)

    def _submitted(self, worker: int, task: Callable[[Job], Result], job: Job) -> Future[Result]:
        try:
            return self._executors[worker].submit(task, job)
        except BrokenExecutor:
            self._executors[worker] = self._start[worker]()
            return self._executors[worker].submit(task, job)


def _parts(jobs: Sequence[Item], num_parts: int) -> list[deque[Item]]:
    """The jobs cut into parts of about the same length, each in order."""
    cuts = [len(jobs) * i // num_parts for i in range(num_parts + 1)]
    return [deque(jobs[begin:end]) for begin, end in pairwise(cuts)]


def _next(parts: Sequence[deque[Item]], worker: int) -> Item:
    """The worker's next job, or the last of the longest part."""
    return parts[worker].popleft() if parts[worker] else max(parts, key=len).pop()


def _is_lost(future: Future[Result]) -> bool:
    """Whether a worker died before the job was finished; Dask says so with an exception of its own."""
    error = future.exception()
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


def num_cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def local_workers(num_workers: int) -> Iterator[Workers]:
    """Processes of this machine, each with one thread: as many variants at a time as there are workers."""

    def start() -> Executor:
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, mp_context=spawn, initializer=_leave_interrupts_to_the_parent)

    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))  # for the new processes; this one has read them already
    workers = Workers([start] * num_workers)
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
        threads = [address for address, number in sorted(client.nthreads().items()) for _ in range(number)]
        if not threads:
            raise UsageError('the Dask cluster at "{address}" has no workers', address=address)
        # Another worker may take over, since one that has died is not always started again.
        on = partial(client.get_executor, pure=False, allow_other_workers=True)
        yield Workers([partial(on, workers=[address]) for address in threads])
