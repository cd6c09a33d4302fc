"""Lamp and button behind one door (panel.py): GPIO (pins.py), SPI (spi.py), a USB array (ring.py), a terminal."""
