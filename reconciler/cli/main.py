"""The entry point of the command line."""


def main() -> None:
    """Run one command."""
