"""Where objects run best: measurements and a clock in, decisions out."""
