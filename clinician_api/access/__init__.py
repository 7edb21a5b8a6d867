"""Who may see and do what, by dated grants. Knows neither names nor passwords."""
