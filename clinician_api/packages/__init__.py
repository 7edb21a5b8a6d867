"""Service packages by versions, and what of them contracts were promised and given: contracts by id alone."""
