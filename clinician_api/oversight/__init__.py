"""Who looked: told to the resident, searched by auditors; and looks in an emergency, reviewed afterwards."""
