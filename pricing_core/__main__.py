"""``python -m pricing_core`` is ``tasador``."""

from pricing_core.cli import main

if __name__ == "__main__":
    main()
