"""Who may come in when the page is served to others: users, their sessions, and the gate around the site."""
