"""Build mails into bytes and deliver them over SMTP."""
