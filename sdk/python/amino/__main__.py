"""`python -m amino` is `amino`."""

from amino.cli.entry import main

if __name__ == "__main__":
    main()
