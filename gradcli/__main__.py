"""`python -m gradcli` is `gradcli`."""

from __future__ import annotations

from gradcli.cli.main import main

main()
