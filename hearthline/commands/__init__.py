"""One module a sub-command, each with a typer `app`. Loaded only when its command is called."""
