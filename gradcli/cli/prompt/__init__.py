"""The prompt: `gradcli` alone on a terminal."""
