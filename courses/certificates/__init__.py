"""Certificates and the documents beside them: numbers, frozen facts, how they look, signed files, registers.

- What one says: `facts`; of a run `of_run`, of its people `candidates` (`waiting` across runs), looked at
  by `checking`.
- What becomes of them: `actions` (issued), `revisions` (replaced, revoked). Confirmations and such: `documents`.
- How they look: `design` (of a template), `wording` (the built-in ones), `templates` (which is in use), `designing`
  (an organisation's own, in versions), `samples` and `picture` (a look at one on the screen).
- Drawing: `layout` (what stands where), `lettering` (words into boxes), `fonts`, `ornament`, `qr`, `pdf` (the oracle),
  `splicing` (the same in a hundredth of the time), `printing` (print runs).
- Files: `making` (signed), `store` (kept and checked), `document_files` (those of other documents), `proving` (that one
  existed), `verification`, `status` (what is revoked), `sharing` (links).
- Lists: `queries`, `searching`, `registers`, `completions`.
"""
