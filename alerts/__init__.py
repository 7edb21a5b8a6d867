"""Rules and episodes over stored readings. It knows neither HTTP nor rooms."""
