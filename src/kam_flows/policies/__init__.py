"""The service standards as data: presets, validation, official holidays."""
