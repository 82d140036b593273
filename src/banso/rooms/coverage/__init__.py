"""How the company does customer success, and how it came to do so.

An operating model is a document (`engines/operating`). Here its versions are drafted, reviewed by a
second person and kept; what one would change for today's customers is told before anybody decides.

Words: a *version* is one text of a model with its state; a *draft* may be rewritten, what is
*proposed* waits for somebody else's review, what is *approved* waits for its day. The model *in
force* is the one applied last; a duty is held *as stated* by one of those whom it names. A
*finding* is what the checks say of a text. A *passage* is a duty that goes from one holder to
another; a *handover* is the story that goes with it, from a *giver* to a *receiver*, with its
*packet* and *notice*. Reviewers *settle* single customers of a plan: one is *kept out*, or
*pinned* to a person of a role.
"""
