"""`python -m reelmill`: the command line, where its script is not on PATH."""

from reelmill.cli.main import main

if __name__ == "__main__":
    main()
