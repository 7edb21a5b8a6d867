"""What somebody must look at, and whose fault it is. Evidence in, alarms and blame out."""
