"""What `presstalk` can be told to do, one subject a file. Each command asks one catalog function and prints."""
