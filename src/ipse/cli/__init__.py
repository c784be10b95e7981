"""The command line: one file per verb."""


def main() -> None:
    """Run the command line; Ctrl-C ends it without a traceback, also while it starts."""
    try:
        from ipse.cli.main import app

        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
