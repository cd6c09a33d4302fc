"""What `make bench` runs: the tables of figures that the README quotes. Nothing here is a test."""
