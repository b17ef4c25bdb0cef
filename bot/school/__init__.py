"""A school's own files: settings, procedures, people, and their folder. Must not know how they are served."""
