"""What would fail later, found before anything starts: in a school, in the flows, in all that is shipped."""
