"""The words for every member of the closed lists, marked for translation.

Rules:
- the field's terms, one each; neither party's word for the other;
- *violation* is a body's determination only, or stands in a source's own name for its count;
- a list without an entry for each of its members fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from trucewatch.model.agreement import Objection, WhyNot
from trucewatch.model.annotation import StatusKind
from trucewatch.model.decision import CaseState, MoveKind, Outcome, Role
from trucewatch.model.instrument import BindingForce, ClauseTurn, InstrumentKind, VersionState
from trucewatch.model.response import StepState
from trucewatch.model.statement import FactKind, Modality, Rung, StatementKind
from trucewatch.model.support import HubStage, SupportStage
from trucewatch.model.undertaking import Contribution, DueState, MandateLimit, Where
from trucewatch.model.vocabulary import (
    Ceiling,
    CountingRule,
    Means,
    Phenomenon,
    Subject,
    Trajectory,
    Verdict,
    Watch,
)
from trucewatch.report.alerts import DayKind
from trucewatch.report.components import Component
from trucewatch.report.totals import BlockKind


def mark(message: str) -> str:
    """Return `message`; its literal argument goes into the catalogues."""
    return message


# ICD 203, Analytic Standards (2015): upper limits and their words.
LIKELIHOODS: Sequence[tuple[float, str]] = (
    (0.05, mark("almost no chance")),
    (0.20, mark("very unlikely")),
    (0.45, mark("unlikely")),
    (0.55, mark("roughly even chance")),
    (0.80, mark("likely")),
    (0.95, mark("very likely")),
    (1.0, mark("almost certain")),
)

TERMS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Means: {
        Means.HEARD: mark("heard"),
        Means.SEEN: mark("seen"),
        Means.RECORDED: mark("recorded"),
        Means.IMAGED: mark("imaged"),
        Means.DETECTED: mark("detected"),
        Means.TOLD: mark("told"),
    },
    Phenomenon: {
        Phenomenon.EXPLOSION: mark("explosions"),
        Phenomenon.AIRBURST: mark("airbursts"),
        Phenomenon.BURST: mark("bursts of fire"),
        Phenomenon.SHOT: mark("shots"),
        Phenomenon.PROJECTILE: mark("projectiles"),
        Phenomenon.MUZZLE_FLASH: mark("muzzle flashes"),
        Phenomenon.FLARE: mark("flares"),
        Phenomenon.THERMAL: mark("thermal detections"),
        Phenomenon.SEISMIC: mark("seismic events"),
        Phenomenon.INFRASOUND: mark("infrasound events"),
        Phenomenon.UAV: mark("unmanned aircraft"),
        Phenomenon.AIRCRAFT: mark("aircraft"),
        Phenomenon.VEHICLE: mark("vehicles"),
        Phenomenon.WEAPON: mark("weapons"),
        Phenomenon.TROOPS: mark("troops"),
        Phenomenon.POSITION_CHANGE: mark("changes of position"),
        Phenomenon.FORTIFICATION: mark("fortifications"),
        Phenomenon.MOVEMENT_DENIED: mark("restrictions of movement"),
        Phenomenon.INTERFERENCE: mark("interference with sensors"),
        Phenomenon.DAMAGE: mark("damage"),
        Phenomenon.CASUALTY: mark("casualties"),
        Phenomenon.ALERT: mark("air-raid alerts"),
        Phenomenon.STATEMENT: mark("statements"),
        Phenomenon.TOTAL: mark("totals stated by a source"),
        Phenomenon.OTHER: mark("other"),
        Phenomenon.NOTHING: mark("looked and saw nothing"),
    },
    Trajectory: {
        Trajectory.OUTGOING: mark("outgoing"),
        Trajectory.INCOMING: mark("incoming"),
        Trajectory.IN_FLIGHT: mark("in flight"),
        Trajectory.UNDETERMINED: mark("direction undetermined"),
    },
    Watch: {
        Watch.WITH_EVENTS: mark("watched, with events"),
        Watch.WITH_NONE: mark("watched, with none"),
        Watch.NOT_WATCHED: mark("not watched"),
        Watch.DENIED: mark("access denied"),
        Watch.JAMMED: mark("jammed"),
        Watch.CLOUDED: mark("clouded"),
        Watch.UNKNOWN: mark("not known whether it was watched"),
    },
    Subject: {
        Subject.INCIDENT: mark("incident"),
        Subject.OBLIGATION: mark("obligation"),
        Subject.AREA: mark("area"),
    },
    Verdict: {
        Verdict.APPARENT_BREACH: mark("apparent breach"),
        Verdict.NO_BREACH_SHOWN: mark("no breach shown"),
        Verdict.INDETERMINATE: mark("indeterminate"),
        Verdict.NOT_COVERED: mark("not covered: nobody is known to have watched"),
        Verdict.NOT_SHOWN: mark("not shown"),
    },
    Ceiling: {
        Ceiling.REPORTED: mark("reported, no more"),
        Ceiling.APPARENT: mark("apparent"),
    },
    CountingRule: {
        CountingRule.RAW: mark("raw"),
        CountingRule.HOURLY: mark("hourly"),
        CountingRule.PLACE_DAY: mark("per place and day"),
    },
    Objection: {
        Objection.SINGLE_ORIGIN: mark("everything rests on a single origin"),
        Objection.NOT_SEEN_WHO: mark("nobody saw who fired"),
        Objection.PLACE_UNSURE: mark("the place is not sure enough"),
        Objection.TIME_UNSURE: mark("the time is not sure enough"),
        Objection.REPLY_UNDER_EXCEPTION: mark("it may have been a reply that an exception allows"),
        Objection.EXERCISE_POSSIBLE: mark("it may have been an exercise"),
        Objection.SOURCE_AFFILIATED: mark("the source is affiliated with the other party"),
        Objection.NATURAL_CAUSE: mark("it may have a cause that is not of war"),
        Objection.TEXT_OPEN: mark("the text does not decide"),
        Objection.CLAIM_ONLY: mark("it rests on a claim alone"),
        Objection.EXCEPTION_NOT_SHOWN: mark("the exception was relied on, and nobody showed that it held"),
        Objection.HELD_TO_REPORTED: mark("the rule carries what was told no further than reported"),
        Objection.FEW_WATCHED: mark("one origin only, where few could watch"),
        Objection.UNDERSTATED: mark("what was seen points more clearly than the odds say"),
    },
    WhyNot: {
        WhyNot.KIND_UNSURE: mark("what it was is not sure enough"),
        WhyNot.TRAJECTORY_UNKNOWN: mark("where it was in its flight is not known"),
        WhyNot.TIME_STRADDLES: mark("its time lies partly outside"),
        WhyNot.PLACE_STRADDLES: mark("its place lies partly outside"),
        WhyNot.PLACE_UNKNOWN: mark("its place is not known"),
        WhyNot.MAY_NOT_BE_REAL: mark("it may not have happened"),
        WhyNot.TEXT_SILENT: mark("the text does not say"),
        WhyNot.LINE_UNKNOWN: mark("the text names a line that no public source gives"),
        WhyNot.END_DISPUTED: mark("somebody had said by then that the agreement ended"),
        WhyNot.CONDITION_UNKNOWN: mark("the evidence does not tell whether a condition of the clause holds"),
        WhyNot.EXCEPTION_OPEN: mark("an exception is open"),
        WhyNot.THERMAL_OR_TEXT_ONLY: mark("heat, news text or a claim alone never passes reported"),
        WhyNot.SINGLE_ORIGIN: mark("one origin only"),
        WhyNot.TOTAL_ONLY: mark("a total says neither what each item was nor where"),
        WhyNot.NOTHING_SEEN: mark("somebody watched and saw nothing of it"),
        WhyNot.NOBODY_WATCHED: mark("nobody watched"),
        WhyNot.NOT_WATCHED: mark("not watched"),
        WhyNot.DENIED: mark("access denied"),
        WhyNot.JAMMED: mark("jammed"),
        WhyNot.CLOUDED: mark("clouded"),
        WhyNot.WATCH_UNKNOWN: mark("not known whether it was watched"),
    },
    StatementKind: {
        StatementKind.COMMITMENT: mark("commitment"),
        StatementKind.CLAIM_ABOUT: mark("claim about another"),
        StatementKind.REFUSAL: mark("refusal"),
        StatementKind.POSITION: mark("position"),
        StatementKind.DEMAND: mark("demand"),
        StatementKind.OPEN_ITEM: mark("open item"),
        StatementKind.MEETING: mark("meeting"),
        StatementKind.INSTRUMENT: mark("instrument"),
    },
    Rung: {
        Rung.STATEMENT: mark("statement"),
        Rung.INTENT: mark("intent"),
        Rung.FORMAL_ADHERENCE: mark("formal adherence"),
        Rung.APPROVED: mark("approved by parliament"),
        Rung.ALLOCATED: mark("allocated"),
        Rung.DEPLOYED: mark("deployed"),
        Rung.WITHDRAWN: mark("withdrawn"),
    },
    Modality: {
        Modality.WILL: mark("will"),
        Modality.DOES: mark("is said to"),
        Modality.HAS_PROMISED: mark("has promised to"),
        Modality.READY_TO: mark("is ready to"),
        Modality.COULD: mark("could"),
        Modality.MAY: mark("may"),
        Modality.CONSIDERING: mark("considers whether to"),
        Modality.DEFERS: mark("does not yet"),
        Modality.TOO_EARLY: mark("finds it too early to"),
        Modality.REFUSES: mark("refuses to"),
        Modality.DOES_NOT_INTEND: mark("does not intend to"),
        Modality.WILL_NOT: mark("will not"),
        Modality.SIGNED: mark("signed"),
        Modality.MADE: mark("made"),
        Modality.DID_NOT: mark("did not"),
        Modality.HOLDS: mark("holds that"),
        Modality.ASKS: mark("asks"),
        Modality.OPEN: mark("open"),
        Modality.TOOK_PART: mark("took part in"),
    },
    FactKind: {
        FactKind.CEASEFIRE_IN_FORCE: mark("a ceasefire is in force"),
        FactKind.CEASEFIRE_AGREEMENT_SIGNED: mark("a ceasefire agreement is signed"),
        FactKind.TRUCE_CONCLUDED: mark("a truce is concluded"),
        FactKind.PEACE_AGREEMENT_SIGNED: mark("a peace agreement is signed"),
        FactKind.WAR_OVER: mark("the war is over"),
        FactKind.CONDITIONS_CLARIFIED: mark("the overall conditions are clarified"),
        FactKind.PEACE_PROSPECT: mark("there is a prospect of peace"),
        FactKind.PARLIAMENT_APPROVED: mark("parliament has approved"),
        FactKind.BACKER_BACKS: mark("the backer backs it"),
        FactKind.BREACH_DETERMINED: mark("the body has determined a breach"),
        FactKind.ATTACK_DETERMINED: mark("the body has determined an armed attack"),
    },
    Component: {
        Component.MONITORING: mark("monitoring of a ceasefire"),
        Component.SUPPORT: mark("long-term support"),
        Component.FORCE: mark("multinational force"),
        Component.ATTACK: mark("in case of a new attack"),
        Component.COOPERATION: mark("defence cooperation"),
        Component.NONE_NAMED: mark("no component named"),
    },
    Contribution: {
        Contribution.TROOPS: mark("troops"),
        Contribution.MONITORING: mark("monitoring"),
        Contribution.HUB: mark("military hubs"),
        Contribution.TRAINING: mark("training"),
        Contribution.MONEY: mark("money"),
        Contribution.WEAPONS: mark("weapons"),
        Contribution.INTELLIGENCE: mark("intelligence"),
        Contribution.AIR: mark("in the air"),
        Contribution.SEA: mark("at sea"),
        Contribution.LOGISTICS: mark("logistics"),
        Contribution.SANCTIONS: mark("sanctions"),
        Contribution.DIPLOMACY: mark("diplomacy"),
        Contribution.MEDIATION: mark("mediation"),
    },
    Where: {
        Where.IN_THE_COUNTRY: mark("in the country"),
        Where.NEIGHBOUR: mark("in a neighbouring country"),
        Where.ELSEWHERE: mark("elsewhere"),
    },
    MandateLimit: {
        MandateLimit.SEEKS_NO_WAR: mark("seeks no war"),
        MandateLimit.NO_COMBAT: mark("takes no part in combat"),
    },
    DueState: {
        DueState.UNDATED: mark("no day named"),
        DueState.DUE: mark("due"),
        DueState.OVERDUE: mark("overdue"),
        DueState.CLOSED: mark("closed by a record"),
    },
    StatusKind: {
        StatusKind.IN_FORCE: mark("in force"),
        StatusKind.DONE: mark("done"),
        StatusKind.WITHDRAWN: mark("withdrawn"),
        StatusKind.BROKEN: mark("broken"),
    },
    InstrumentKind: {
        InstrumentKind.STATEMENT: mark("statement"),
        InstrumentKind.DECLARATION_OF_INTENT: mark("declaration of intent"),
        InstrumentKind.JOINT_DECLARATION: mark("joint declaration"),
        InstrumentKind.TREATY: mark("treaty"),
        InstrumentKind.LAW: mark("law"),
        InstrumentKind.ORDER: mark("order"),
    },
    BindingForce: {
        BindingForce.NOT_STATED: mark("binding force not stated"),
        BindingForce.POLITICAL: mark("politically binding"),
        BindingForce.LEGAL: mark("legally binding"),
        BindingForce.POLITICAL_AND_LEGAL: mark("politically and legally binding"),
    },
    VersionState: {
        VersionState.DRAFT: mark("draft"),
        VersionState.FINAL: mark("final text"),
    },
    ClauseTurn: {
        ClauseTurn.SAME: mark("unchanged"),
        ClauseTurn.REWORDED: mark("reworded"),
        ClauseTurn.ADDED: mark("added"),
        ClauseTurn.LEFT_OUT: mark("left out"),
    },
    SupportStage: {
        SupportStage.PROMISED: mark("promised"),
        SupportStage.ALLOCATED: mark("allocated"),
        SupportStage.DELIVERED: mark("delivered"),
        SupportStage.VERIFIED: mark("verified"),
    },
    HubStage: {
        HubStage.ANNOUNCED: mark("announced"),
        HubStage.LEGAL_BASIS: mark("legal basis made"),
        HubStage.SITE: mark("site chosen"),
        HubStage.BUILT: mark("built"),
        HubStage.OPERATING: mark("operating"),
    },
    StepState: {
        StepState.NOT_STARTED: mark("not started: no determination"),
        StepState.STARTED_WITHOUT_TIME: mark("started, but from when is not determined"),
        StepState.RUNNING: mark("running"),
        StepState.PASSED: mark("its time has passed, and nobody recorded the step"),
        StepState.RECORDED: mark("recorded as taken"),
    },
    CaseState: {
        CaseState.NONE: mark("no case"),
        CaseState.OPENED: mark("opened"),
        CaseState.TRIAGED: mark("taken up for inquiry"),
        CaseState.UNDER_INQUIRY: mark("under inquiry"),
        CaseState.FOUND: mark("with a finding"),
        CaseState.REPLIED: mark("replied to"),
        CaseState.DELIBERATING: mark("in deliberation"),
        CaseState.DETERMINED: mark("determined"),
        CaseState.REMEDY_SET: mark("remedy set"),
        CaseState.FOLLOWED_UP: mark("followed up"),
        CaseState.APPEALED: mark("under appeal"),
        CaseState.JOINED: mark("joined to another case"),
        CaseState.RETRACTED: mark("retracted"),
        CaseState.CLOSED: mark("closed"),
        CaseState.REOPENED: mark("opened again"),
    },
    MoveKind: {
        MoveKind.OPEN: mark("opens the case"),
        MoveKind.TRIAGE: mark("takes the case up for inquiry"),
        MoveKind.ASSIGN: mark("gives the case to somebody"),
        MoveKind.JOIN: mark("joins it to another case"),
        MoveKind.INQUIRE: mark("inquires"),
        MoveKind.FIND: mark("finds"),
        MoveKind.REPLY: mark("replies"),
        MoveKind.DELIBERATE: mark("deliberates"),
        MoveKind.VOTE: mark("votes"),
        MoveKind.DISSENT: mark("dissents"),
        MoveKind.DETERMINE: mark("determines"),
        MoveKind.REMEDY: mark("sets a remedy"),
        MoveKind.FOLLOW_UP: mark("says what became of the remedy"),
        MoveKind.APPEAL: mark("appeals"),
        MoveKind.RETRACT: mark("retracts"),
        MoveKind.REOPEN: mark("opens the case again"),
        MoveKind.CLOSE: mark("closes the case"),
    },
    Role: {
        Role.ANALYST: mark("analyst"),
        Role.VERIFIER: mark("verifier"),
        Role.PARTY: mark("party"),
        Role.BODY: mark("body"),
        Role.PUBLIC: mark("somebody from the public"),
        Role.PROGRAM: mark("the program"),
    },
    Outcome: {
        Outcome.BREACH_BY_A: mark("breach by A"),
        Outcome.BREACH_BY_B: mark("breach by B"),
        Outcome.BREACH_BY_BOTH: mark("breach by both"),
        Outcome.NOT_ATTRIBUTABLE: mark("not attributable"),
        Outcome.NOT_A_BREACH: mark("not a breach"),
        Outcome.TEXT_DOES_NOT_DECIDE: mark("the text does not decide"),
        Outcome.UNABLE_TO_RULE: mark("unable to rule"),
        Outcome.EXERCISE: mark("an exercise"),
        Outcome.ACCIDENT: mark("an accident"),
    },
    DayKind: {
        DayKind.MISSION: mark("mission day"),
        DayKind.UTC_DATE: mark("UTC date"),
        DayKind.LOCAL_DATE: mark("local date"),
    },
    BlockKind: {
        BlockKind.STATED: mark("stated in its own report"),
        BlockKind.PREVIOUS: mark("stated a report later"),
        BlockKind.DERIVED: mark("difference of cumulatives"),
        BlockKind.REMAINDER: mark("daily split unknown"),
        BlockKind.GAP: mark("no report at hand"),
    },
}

# Names of the shipped organisations, which their packs give in English.
ORGANISATIONS = (
    mark("European Union"),
    mark("United Nations"),
    mark("African Union"),
    mark("OSCE"),
    mark("Coalition of the Willing"),
    mark("26 unnamed states"),
    mark("Guarantor G (exercise)"),
    mark("Guarantor H (exercise)"),
)
AFFILIATIONS: Mapping[str, str] = {
    "party:A": mark("party A"),
    "party:B": mark("party B"),
    "supporter_of:A": mark("supporter of A"),
    "supporter_of:B": mark("supporter of B"),
    "third": mark("third"),
    "joint": mark("joint"),
    "public": mark("public"),
}
