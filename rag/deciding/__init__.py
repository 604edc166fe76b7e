"""What is found out about each piece of evidence before it is decided whether the question is answered."""
