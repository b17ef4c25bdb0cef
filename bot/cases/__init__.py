"""Cases: who is told, who may act, and what happens next. Pure: knows no store, clock or platform."""
