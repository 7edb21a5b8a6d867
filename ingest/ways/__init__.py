"""How bytes come and go: brokers, clusters, HTTPS, behind one port. Trusts nothing that it carries."""
