"""The settings that an operator can choose, each declared once."""
