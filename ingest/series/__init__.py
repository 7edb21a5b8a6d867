"""Readings as series over time: what charts, trends and exports ask, whatever database holds them."""
