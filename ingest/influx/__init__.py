"""A copy of the readings in InfluxDB 2, for dashboards and long trends. The readings themselves stay here."""
