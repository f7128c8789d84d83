"""Turn decided mails into words."""
