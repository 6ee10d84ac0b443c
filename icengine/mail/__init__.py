"""E-mail: a notice becomes an Email (`compose`), and an Email leaves by SMTP or as a file (`mailer`).

Only this folder speaks SMTP. Nothing here decides who is owed a mail, and nothing is stored.
"""
