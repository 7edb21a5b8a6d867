"""Who there is: residents, staff, their teams and shifts, and how each logs in. Knows no contracts."""
