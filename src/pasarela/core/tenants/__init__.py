"""Who uses the platform: tenants (one account of one dialect each), their API keys, what they pay us."""
