"""A finished film in, its faults out: read from USD, OTIO and MP4 alone; knows no designer."""
