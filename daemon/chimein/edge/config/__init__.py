"""The owner's YAML: read (yaml_file.py, settings.py), changed in place (yaml_edit.py), replaced whole (saving.py)."""
