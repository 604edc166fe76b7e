"""What other programs ask through: the HTTP API with its description, and MCP for assistants."""
