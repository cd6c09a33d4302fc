"""Sound in and out: the children that own PyAudio, recordings, and what the kernel says of devices."""
