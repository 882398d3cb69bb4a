"""`reconciler run`: the daemon."""

from contextlib import ExitStack
from pathlib import Path

import click

from reconciler.cli.options import config_option
from reconciler.cli.wire import joined, load, local_repositories
from reconciler.daemon.clock import SystemClock
from reconciler.daemon.duty import Duty
from reconciler.daemon.loop import Daemon
from reconciler.daemon.signals import stop_on_signals
from reconciler.model.errors import Refused
from reconciler.model.ports import Clock
from reconciler.model.settings import Installation
from reconciler.store.journal import StoreJournal, open_journal


@click.command("run")
@config_option
@click.option("--no-watch", is_flag=True, help="Notice pushes and a changed config by the next tick only.")
def command(*, config: Path, no_watch: bool) -> None:
    """Run the daemon: look at every repository at each tick (`reconcile.every`), and at once when a local repository or the
    config changes. One line in the log per pass, with its reason.

    SIGTERM or Ctrl-C finishes the pass in progress and ends; a second one ends at once.
    """
    installation = load(config)
    clock = SystemClock()
    with ExitStack() as stack:
        journal = stack.enter_context(open_journal(installation.store))
        stop = stack.enter_context(stop_on_signals())

        def again() -> Duty:
            changed = load(config)
            if changed.store != installation.store:
                raise Refused(f"the store cannot move from {installation.store} while the daemon runs", "restart it")
            return _duty(changed, journal, clock=clock, watch=not no_watch)

        duty = _duty(installation, journal, clock=clock, watch=not no_watch)
        watched = None if no_watch else config.absolute()
        Daemon(duty, clock=clock, workers=installation.workers, config=watched, reload=again).run(stop)


def _duty(installation: Installation, journal: StoreJournal, *, clock: Clock, watch: bool) -> Duty:
    passes, close = joined(installation, journal, clock=clock)
    watched = local_repositories(installation) if watch else {}
    return Duty(passes, installation.every, watched, close)
