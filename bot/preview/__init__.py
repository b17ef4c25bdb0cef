"""Every screen and card on one page, for people who edit flows and wording."""
