"""The operating model: one document that says how a company does customer success.

Who is served how, by whom, who answers for what, who renews, what is paid and measured. The
document is data: it is read against one schema, checked, compared with the one before it, and
applied to accounts day by day.

    document = read(text)                       # YAML or JSON; `document.model`, or faults
    findings = check(document, around)          # each with its line and what to do
    served = serve(document.model, around)      # account by account: segment, coverage, who answers

- `document`: the classes that are the schema; `json_schema()` publishes it.
- `reading`: `read(text)` → `Document`. `findings`: `Finding`, `Severity`.
- `surroundings`: what is known beside the document. `checks`: `check`, `is_sound`.
- `routing`: which segment, coverage, pool and holders an account has.
- `difference`: what changed between two models, in codes and counts.
- `payout`: what an incentive pays.
- `templates`: models to begin with, as files.
"""
