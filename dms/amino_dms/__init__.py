"""Deployment managers: how an object is deployed, written once and attached with one line (Sapphire section 6, Amino section IV)."""
