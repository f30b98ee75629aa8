"""Is this Python new enough? Runs under any Python 3, so it keeps to old syntax."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Headwater needs Python 3.11 or newer; this is %d.%d. Name a newer one: make demo PYTHON=python3.12"
        % sys.version_info[:2]
    )
