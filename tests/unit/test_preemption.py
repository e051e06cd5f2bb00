import os
import signal
import threading

from crosslift.preemption import Preempted, termination


def test_sigterm_sets_the_event_and_is_handled_as_before_afterwards():
    before = signal.getsignal(signal.SIGTERM)
    with termination() as asked:
        assert not asked.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        assert asked.wait(5)
    assert signal.getsignal(signal.SIGTERM) is before


def test_another_thread_than_the_main_one_listens_for_nothing():
    before, found = signal.getsignal(signal.SIGTERM), []

    def inside():
        with termination() as asked:
            found.append((asked.is_set(), signal.getsignal(signal.SIGTERM) is before))

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert found == [(False, True)]


def test_the_exit_code_is_that_of_a_process_ended_by_sigterm():
    assert Preempted().code == 143
