"""`python -m mkdocs_pir` is `pir`."""

from mkdocs_pir.cli import main

if __name__ == "__main__":
    main()
