"""The administrator's pages: the catalogue, teams and configuration. Of residents they show nothing."""
