"""What the page's script fetches: pieces of HTML made on the server, and changes sent back. One module a part of it."""
