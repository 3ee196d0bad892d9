"""The main job, shown: see README.md of this folder."""
