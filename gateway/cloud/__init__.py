"""From the outbox to the cloud and back, by whatever way the home's network lets through. Obeys nothing."""
