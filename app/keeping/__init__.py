"""What people keep of their work: conversations, what they thought of answers, and files to take along."""
