"""Who signed what, and what that permits: this gateway's key, its seals, the cloud's word. Sends nothing."""
