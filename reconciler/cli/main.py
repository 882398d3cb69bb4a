"""The entry point of the command line."""

import io
import logging
import sys
from collections.abc import Sequence

import click

from reconciler.cli.failures import guarded
from reconciler.cli.table import Table

_EPILOG = """\b
ENV is application/name, application/branch, application/refs/heads/branch or a namespace.
Exit codes: 0 done or nothing to do, 1 a known problem or a hold for a person, 2 wrong usage,
3 a bug in reconciler, 4 changes pending or a hold that time ends, 130 interrupted.

Start with `reconciler demo`; then write a config.yaml and try `reconciler plan`."""


@click.group(cls=Table, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="reconciler")
@click.option("-v", "--verbose", is_flag=True, help="Log what is done, not only what went wrong.")
def cli(*, verbose: bool) -> None:
    """Keeps environments running from git: for every branch that deserves one, which other applications come along, what they
    become, and what must change."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr
    )
    logging.captureWarnings(capture=True)
    for noisy in ("git", "watchfiles", "schedule"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def call(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    return guarded(lambda: cli.main(args=arguments, prog_name="reconciler", standalone_mode=False))


def main() -> None:
    """Run the command line of this process. What its terminal cannot show is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(call())
