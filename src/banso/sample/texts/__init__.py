"""What people write in アオゾラHR: notes, mails, tickets and comments, put together from phrases.

The phrases stand in blocks of text, one module per subject (`*_words`); `grammar` says how a phrase
is spelled, `matters` how a block is read, and `notes`, `requests` and `comments` put whole texts
together. Nothing here draws from a generator: every text is made from the dice number of its row.
"""
