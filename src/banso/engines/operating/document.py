"""The operating model as data: what its document may say, and nothing more.

The classes are the schema: what isn't declared here is refused, and `json_schema()` publishes them.
Names point at other parts by their keys; whether they lead anywhere is for the checks to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from banso.engines.basis.rules.vocabulary import FactType
from banso.engines.operating.choices import Buyer, Cut, Joined, Mode, Routing, Stage, Unit

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_\-/]*$", max_length=60)]
Named = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$", max_length=60)]
Handle = Named  # of a member, as the company spells it
FactKey = Named  # the company's own may be Japanese
Rule = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Span = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}(d|w|m|y|bd|bh)$")]
Share = Annotated[float, Field(ge=0, le=1)]
Level = Annotated[int, Field(ge=0, le=4)]
Holder = Key  # of a role, a pool or a team
EVERY = "*"  # in every phase
SKILLS = ("consulting", "business")
DUTIES = ("value", "adoption", "renewal", "expansion", "support", "sponsor")


class Part(BaseModel):
    """A stretch of the document. Nothing in it changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Words(Part):
    """A name or text in both languages."""

    ja: str
    en: str


class Preconditions(Part):
    """What must stand before a pool can serve anybody."""

    single_source_of_truth: bool
    shared_queue: bool
    request_catalogue: bool
    handover_packet: bool


class Company(Part):
    """What the model assumes of the company."""

    stage: Stage | None = None
    category: Annotated[str, Field(pattern="^(new|established)$")] | None = None
    fiscal_year_starts: Annotated[int, Field(ge=1, le=12)] = 4
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "JPY"
    buyer_and_user: dict[Key, Buyer] = {}
    pools_need: Preconditions | None = None


class Segment(Part):
    """Customers of one kind: those for whom the rule holds and none before it did."""

    key: Key
    when: Rule
    name: Words | None = None


class Phase(Part):
    """A stretch of a customer's life. Without `back_when` nobody falls back into it."""

    key: Key
    name: Words | None = None
    enter: Rule | None = None
    leave: Rule | None = None
    back_when: Rule | None = None


class Role(Part):
    """A job. `hours_per_year` are those left for customers, `cost_per_year` in major units."""

    name: Words | None = None
    reports_to: Key | None = None
    hours_per_year: Annotated[float, Field(gt=0, le=3_000)] | None = None
    cost_per_year: Annotated[float, Field(ge=0)] | None = None
    needs: dict[Key, Level] = {}
    languages: list[Key] = []
    regions: list[str] = []
    leads_to: Key | None = None


class Post(Part):
    """A member in a role, with the share of hours: two posts make a concurrent one."""

    member: Handle
    role: Key
    share: Annotated[float, Field(gt=0, le=1)] = 1.0


class Cap(Part):
    """No more than this for one account, and in how long. Customers take the share `uses` of it."""

    engagements: Annotated[int, Field(ge=1)]
    per: Annotated[str, Field(pattern="^(month|quarter|half|year)$")]
    hours_each: Annotated[float, Field(gt=0)] | None = None
    uses: Share | None = None


class Book(Part):
    """How many accounts one person may hold. `arr` in major units is what a book should reach."""

    max: Annotated[int, Field(ge=1)]
    min: Annotated[int, Field(ge=0)] = 0
    arr: Annotated[float, Field(gt=0)] | None = None


class Target(Part):
    """The first response within a time, for a share of all requests."""

    first_response: Span
    share: Share = 0.9


class Coverage(Part):
    """How one segment is served, by whom, how often, and who pays for it.

    `cadence` says how far apart contacts may lie: an activity and a span, or by phase. `funded_by`
    is cogs, s_and_m or paid_service, or what spending on sales and marketing is to bring.
    """

    mode: Mode
    role: Key | None = None
    pool: Key | None = None
    by: FactKey | None = None
    accounts_per_person: Book | None = None
    hours_per_account: Annotated[float, Field(gt=0)] | None = None
    cap: Cap | None = None
    cadence: dict[Key, Span | dict[str, Span]] = {}
    response_target: Target | None = None
    funded_by: str | dict[str, str] | None = None
    account_management: Joined | None = None
    escalates_to: Holder | None = None


class Reserve(Part):
    """A share of every hour of a role, kept for the scale programme."""

    role: Key
    share: Share
    counted_by: str | None = None


class Expertise(Part):
    """Of what a centre of excellence knows most."""

    by: FactKey
    is_: str | list[str] = Field(alias="is")


class Members(Part):
    """Everybody in a role."""

    role: Key


class Overflow(Part):
    """Another pool that helps with what has waited this long."""

    to: Key
    after: Span


class Pool(Part):
    """People who hold accounts together.

    `at_once` and `per_day` are the most that one of them has in hand and takes on in a day; who
    gives the pool a part of her hours has that part of them. `continuity` is how long whoever
    served a customer last is offered what follows, and `holds` for how long it waits for her alone.
    """

    name: Words | None = None
    members: Members | list[Handle]
    routing: Routing = Routing.PULL
    continuity: Span | None = None
    holds: Span | None = None
    at_once: Annotated[int, Field(ge=1, le=1_000)] | None = None
    per_day: Annotated[int, Field(ge=1, le=10_000)] | None = None
    overflow: Overflow | None = None
    reserve: Reserve | None = None
    centre_of_excellence: Expertise | None = None
    owns: list[Key] = []
    at_least: Annotated[int, Field(ge=1)] = 3
    catalogue: list[Words | str] = []


class Team(Part):
    """A team and those inside it: a cut within a cut is a hierarchy. Without `cut` it is one that
    others only name, as CS or sales.
    """

    key: Key | None = None
    name: Words | None = None
    cut: Cut | None = None
    when: Rule | None = None
    phase: Key | None = None
    function: Key | None = None
    connects: str | None = None
    sponsor: Key | None = None
    lead: Handle | None = None
    members: list[Handle] = []
    inside: list[Team] = []


class Lines(Part):
    """One side of a matrix: functions of the product, or phases of the customer."""

    functions: list[Key] = []
    phases: list[Key] = []
    internal: list[Key] = []


class Matrix(Part):
    """Inward cuts crossed: each member holds a row and a column."""

    rows: Lines
    columns: Lines
    cells: dict[Handle, tuple[Key, Key]] = {}


Accountable = Holder | list[Holder] | dict[str, Holder | list[Holder] | dict[str, Holder]]


class Duty(Part):
    """Who answers for a duty: for all, by segment, or by segment and phase.

    A list is read so that the checks can say why two who answer are nobody.
    """

    name: Words | None = None
    accountable: Accountable
    responsible: list[Holder] = []
    consulted: list[Holder] = []
    informed: list[Holder] = []


class Exempt(Part):
    """Accounts for which somebody else closes, or somebody joins."""

    when: Rule
    closer: Holder | None = None
    also: Holder | None = None


class Renewal(Part):
    """Who signs a segment's renewals, who carries the customer there, whose pay hangs on it."""

    closer: Holder
    preparer: Holder | None = None
    pay_link: list[Holder] = []
    starts: Span
    except_: list[Exempt] = Field(default=[], alias="except")


class Incentive(Part):
    """Variable pay: of whom, on what, measured over whom.

    `share_of_pay` is of all pay. The payout runs from 0 at `floor_at` to 1 at `target`, and on to
    `cap` where there is one.
    """

    role: Key
    measure: Key | None = None
    unit: Unit | None = None
    share_of_pay: Share | None = None
    period: Annotated[str, Field(pattern="^(month|quarter|half|year)$")] | None = None
    target: float | None = None
    floor_at: float | None = None
    floor: float = 0.0
    cap: float | None = None
    closes: bool | None = None
    counts: str | None = None
    except_: list[Rule] = Field(default=[], alias="except")
    mark_on: Annotated[str, Field(pattern="^(downgrade|churn)$")] | None = None


class Metric(Part):
    """A figure, what it is made of, the one team that answers for it, and its named lead."""

    of: list[Key] = []
    accountable: Key | list[Key] | None = None
    lead: Handle | None = None


class Freeze(Part):
    """No change of holder from this long before the term's end until the signature or the end."""

    before_term_end: Span
    until: Annotated[str, Field(pattern="^(signature|term_end)$")] = "signature"


class Protected(Part):
    """Accounts that move only when this many leaders agree."""

    when: Rule
    approvals: Annotated[int, Field(ge=1, le=5)] = 2


class Changes(Part):
    """When a customer may change hands."""

    freeze: Freeze | None = None
    announce_to_customer: Span | None = None
    protected: list[Protected] = []
    enter: list[Rule] = []
    leave: list[Rule] = []
    invalid_reasons: list[Key] = []
    needs: list[Key] = []


class Model(Part):
    """One operating model from one day on.

    `facts` are attributes of the company's own that its rules speak of, with their types.
    `announces` are codes of findings that the text of a template tells of itself.
    """

    operating_model: Key
    name: Words | None = None
    fits: Words | None = None
    announces: list[Key] = []
    effective_on: date | None = None
    company: Company = Company()
    facts: dict[FactKey, FactType] = {}
    segments: Annotated[list[Segment], Field(min_length=1)]
    phases: list[Phase] = []
    products: dict[Key, list[Key]] = {}
    roles: Annotated[dict[Key, Role], Field(min_length=1)]
    posts: list[Post] = []
    coverage: dict[Key, Coverage]
    pools: dict[Key, Pool] = {}
    teams: list[Team] = []
    matrix: Matrix | None = None
    duties: Annotated[dict[Key, Duty], Field(min_length=1)]
    renewals: dict[Key, Renewal] = {}
    changes: Changes = Changes()
    incentives: list[Incentive] = []
    metrics: dict[Key, Metric] = {}

    def teams_in_order(self) -> Iterator[tuple[tuple[str | int, ...], Team]]:
        """Every team with its path, those above before those inside."""
        waiting: list[tuple[tuple[str | int, ...], Team]] = [
            (("teams", at), team) for at, team in enumerate(self.teams)
        ]
        while waiting:
            path, team = waiting.pop(0)
            yield path, team
            waiting[:0] = [((*path, "inside", at), each) for at, each in enumerate(team.inside)]

    def team_names(self, key: str) -> tuple[str, ...]:
        """What a team of the document may be called in the company, as `spelled`: its key and its
        names.
        """
        team = next((each for _path, each in self.teams_in_order() if each.key == key), None)
        names = (team.name.ja, team.name.en) if team and team.name else ()
        return tuple(map(spelled, (key, *names))) if team else ()

    def functions(self) -> Iterator[str]:
        """Products, and their functions as product/function."""
        for product, parts in self.products.items():
            yield product
            yield from (f"{product}/{part}" for part in parts)

    def accountable(self, duty: str, segment: str, phase: str = EVERY) -> tuple[str, ...]:
        """Who answers for a duty in a segment and phase: one, if the model is sound."""
        stated: Any = self.duties[duty].accountable
        if isinstance(stated, Mapping):
            stated = stated.get(segment, stated.get(EVERY, ()))
        if isinstance(stated, Mapping):
            stated = stated.get(phase, stated.get(EVERY, ()))
        return (stated,) if isinstance(stated, str) else tuple(stated)


def spelled(name: str) -> str:
    """A team's name as names are compared: `customer_support` is Customer Support."""
    return " ".join(name.casefold().replace("_", " ").split())


def json_schema() -> dict[str, Any]:
    """The published schema of the document, for editors and other programs."""
    return Model.model_json_schema(by_alias=True)
