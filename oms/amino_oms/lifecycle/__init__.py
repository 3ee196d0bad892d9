"""What happens to objects: made, moved, deleted, restarted, lost."""
