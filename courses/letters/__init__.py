"""Official letters (공문) of a run: what they say, their attachments, and the number the document system gave them."""
