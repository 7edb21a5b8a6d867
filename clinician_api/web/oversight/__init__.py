"""Pages of those who look in an emergency, judge such looks, and search the audit."""
