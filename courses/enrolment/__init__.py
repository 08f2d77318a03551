"""One person's application and place in one run: status, outcome, seat, queue. All goes by the machine of `states`.

- Applying: `listing` (the catalogue), `answer` (what the button does now), `eligibility` with `applicants` (who may),
  `actions` (enrol, withdraw).
- Seats: `seats` (the one way to one), `allotment` and `quotas` (how many, for whom), `waitlist`, `offering`.
- A selection: `approvers` and `approvals`, `nominations` and `collecting`; `candidates`, `order`, `allocation` and
  `selection`; `freezing` and `replacing`. A draw: `draws` and `lots`.
- Many people at once: `naming`, `gathering`, `adding`; who press at the same moment: `crowd`.
- Who must complete what: `assignments`, `obligations`, `due`; what is kept of it: `reckoned`, `known`.
- What changes meanwhile: `rescheduling`, `cancellation`, `leaving`, `movement`, `absences`.
- Lists: `queries`, `agenda`. What became of it: `history` in the `words` for it, `replay` of a moment.
- Whether all that is so: `audit`, `trails`, `findings`.
"""
