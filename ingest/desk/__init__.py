"""Where people look after readings and the quarantine, for commands and for pages."""
