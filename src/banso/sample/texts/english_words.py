"""What is written in English, at customers that are billed to a parent abroad."""

from __future__ import annotations

from banso.sample.texts.grammar import phrases

TOPICS = phrases("""
[overtime alerts|the 36 Agreement cap]
the monthly closing
SSO and user provisioning
[year-end adjustment|the year-end tax paperwork]
paid leave balances
the approval route for [managers abroad|our regional lead]
the payroll export to [the group ledger|our global HR system]
new joiner paperwork
the English version of the [payslip|employment contract]
access rights for auditors
""")
_HEARD = """
HQ wants a monthly figure.
Regional HR asked for a summary in English.
They compare us with the global tool.
The local team is happy, HQ less aware.
The local team needs step-by-step guides.
No blockers on their side.
Open point: a data residency question from HQ.
Open point: two approvers are missing.
Agreed on the order of the roll-out.
"""
_NEXT = """
Next step: a short deck by {day}.
They confirm with HQ first.
Follow-up on {day}.
Next call in <2-4> weeks.
We owe them an answer by {day}.
They will come back by {day}.
"""
HEARD, NEXT = phrases(_HEARD), phrases(_NEXT)
NOTES = phrases("""
[Call|Sync|Catch-up] with {latin}. Main topic: {topic}.
{latin} walked us through {topic}.
Discussed {topic} with {latin}.
[Short|Long] session with {latin} on {topic}.
""")
MAILS_IN = phrases("""
Hi {me}, [quick question|a question from our HQ] about {topic}.
Hello {me}, our auditors asked about {topic}.
Hi {me}, we are reviewing {topic} for [this quarter|the new fiscal year].
""")
ASKS = phrases("""
Could you [send us the steps|share a guide] in English? [Best|Kind regards], {latin}
Is there a way to export it in English? Thanks, {latin}
Could you join our call on {day}? [Best|Thanks], {latin}
Please advise which report fits best. We need it by {day}. {latin}
""")
MAILS_OUT = phrases("""
Dear {latin}, [thank you for your time|thanks for your message]. Regarding {topic},
Dear {latin}, on {topic},
Hello {latin}, about {topic},
""")
ANSWERS = phrases("""
please find the English guide attached. Best regards, {me} (Aozora HR)
I suggest a 30-minute call on {day}. Best regards, {me}
the setting is now in place for <2-4> sites. Best regards, {me}
here is the summary for HQ. Happy to walk your team through it. {me}
""")
MOODS = {
    1: phrases("Very positive call."),
    2: phrases("[Good mood.|They are pleased.]"),
    4: phrases("[They sounded hesitant.|Sponsor did not join.]"),
    5: phrases("[They are frustrated.|Clearly unhappy with our pace.]"),
}
TICKETS = phrases("""
We have a question about {topic}.
Could you check {topic} for us?
How can we [change|export|restrict] {topic}?
Something is wrong with {topic}.
""")
TICKET_DETAILS = phrases("""
[The screen shows an error after the last update.|One approver cannot log in.]
The figures differ from our export by <1-9>.
It is for our [Tokyo|Osaka|Nagoya] office.
<2-14> employees are affected since [Monday|last week|this morning].
[Please advise.|We need it by {day}.]
""")
COMMENTS_GOOD = phrases("""
Works well for our Japan office. [English help pages could be richer.|]
Local support is quick. [Please keep it up.|]
Our team likes the mobile app. [HQ would like an API.|]
[Closing|Year-end adjustment] takes half the time now.
""")
COMMENTS_BAD = phrases("""
Hard to report to HQ. [Please improve exports.|]
English screens are incomplete. [Our managers abroad cannot approve.|]
We expected a global view.
Answers in English take [days|too long].
""")
PROMISES = phrases("""
Send the English guide on {topic}
Summarise {topic} for HQ by {day}
""")
SUBJECTS = phrases("""
[Question on|Follow-up:|Re:] {topic}
""")
