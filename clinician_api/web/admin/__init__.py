"""The administrator's pages: the catalogue, teams, places and configuration. Of residents they show nothing."""
