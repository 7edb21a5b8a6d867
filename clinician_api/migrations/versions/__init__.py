"""One file a version. A version only adds or only removes."""
