"""`python -m amino` is `amino`."""

from amino.cli.main import main

if __name__ == "__main__":
    main()
