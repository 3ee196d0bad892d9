"""The life of objects: they are made, moved, deleted, restarted, lost."""
