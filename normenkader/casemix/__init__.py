"""What providers delivered: reading, refusing, setting aside, and minutes per week."""
