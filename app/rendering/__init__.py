"""From records to what is shown: pure functions that take the page's words and give HTML."""
