"""What is furniture on a crawled page: by its wording, and by its place."""
