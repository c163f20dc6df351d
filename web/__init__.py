"""What people see: pages, captions, media. Reads the catalog; decides nothing about it."""
