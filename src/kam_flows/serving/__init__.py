"""What keeps the house running on one machine: server, runner, mail catcher."""
