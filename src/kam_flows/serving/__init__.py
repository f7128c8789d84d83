"""The house on one machine: everything `kam up` starts, watches and stops."""
