"""Three hosts on one machine, which lose something while a client calls."""
