"""Why a move in a case, or a step of a release, is not legal: the sentences, each a member of one closed list.

Rules:
- a sentence is English and is all that a terminal and the record's verifier have of it; a page or a problem in another
  language puts the same slots into that language's sentence (`told`);
- a new reason is a new member, so that no language can lack one unnoticed.
"""

from __future__ import annotations

from enum import StrEnum


class Refused(StrEnum):
    """Everything that a case or a release refuses, and why."""

    NO_SUCH_MOVE = "a case that is {state} takes no {move}"
    FOR_ROLES = "{move} is for a {allowed}, not for a {role}"
    NO_NAME = "a move bears somebody's name"
    SAME_ID = "another move bears the same id: neither counts"
    OF_CASE = "case {case}: {why}"
    LATER_MOMENT = "case {case} has a move at {when}: give a later moment"
    NOT_OPEN = "not open"

    BODY_HAD_A_PART = "whoever opened, verified or replied in the case may not decide in it for the body"
    BODY_ALONE = "whoever decides in the case for the body may have no other part in it"
    VERIFIED_IT = "whoever verified the case may not reply in it for a party"
    SPOKE_IN_IT = "whoever spoke in the case for a party may not verify it"
    ONE_PARTY = "whoever spoke in the case for one party may not reply in it for the other"
    FROM_OUTSIDE = "whoever alleged from outside may have no other part in the case"
    OPENED_TRIAGE = "whoever opened the case may not triage it"
    OPENED_JOIN = "whoever opened the case may not join it to another"
    OPENED_INQUIRE = "whoever opened the case may not inquire into it"
    OPENED_FIND = "whoever opened the case may not verify it"
    OPENED_FOLLOW_UP = "whoever opened the case may not say what became of its remedy"
    OPENED_REOPEN = "whoever opened the case may not reopen it"
    ALLEGED_IT = "an allegation is retracted by whoever made it"
    VOTED = "nobody votes twice in one deliberation"
    NOT_THE_APPEAL = "whoever determined may not decide the appeal"

    WHICH_PARTY = "a party's move must say which party: A or B"
    OWN_NAME = "what the program does bears its own name, and nobody else's move does"
    ENDED_BEFORE = "what is alleged ended before it began"
    RESTS_ON = "a case must rest on an assessment or an incident: name one, or say when and where"
    NO_ASSESSMENT = "there is no assessment {assessment}"
    OTHER_ASSESSED = "assessment {assessment} is of another incident or clause"
    JOINED_TO = "a case is joined to another: name it"
    NO_CASE_TO_JOIN = "there is no case {case} to join"
    WHOSE_TIME = "a note that the time to reply has passed must say whose: A or B"
    DAYS_TO_REPLY = "party {party} has {days} days to reply, until {until}"
    VOTE_FOR = "a vote is for an outcome: state it"
    DISSENT_WORDS = "a dissent is kept whole: give its words"
    SEAT_STATED = "a vote is cast for a seat of the body: state it"
    NO_SEAT = "{seat} has no seat: the seats are {seats}"
    NOT_FOR_REAL = (
        "determinations are recorded in exercises only, or where the members of the body sign in their part"
    )
    STATE_BODY = "a determination must state its body"
    STATE_OUTCOME = "a determination must state its outcome"
    STATE_STANDARD = "a determination must state its standard of proof"
    BODY_NAMED = "the agreement names the {body}: {other} may not determine under it"
    STANDARD_IS = "the agreement's standard of proof is {standard}"
    UNHEARD = "party {party} has neither replied nor let the time for it pass"
    UNHEARD_BOTH = "party A and party B has neither replied nor let the time for it pass"
    UNSEEN = "party {party} may see none of the evidence: unseen evidence alone supports no determination"
    UNSEEN_BOTH = (
        "party A and party B may see none of the evidence: unseen evidence alone supports no determination"
    )
    QUORUM = "{count} of the quorum's {quorum} seats have voted for it"
    OWNER_AND_DAY = "a remedy has an owner and a day by which it is due: state both"
    DUE_AFTER = "a remedy is due after it is set"
    NO_REMEDY = "the remedy has no owner and no day: there is nothing to follow up"
    SHOWN_DONE = "a remedy that was done is shown by evidence: name it"
    DONE_TO_COME = "a remedy is not done in the time to come"
    GIVEN_TO = "a case is given to somebody: name them"
    PROGRAM_NAMES = "the program names the cause, and the records that it rests on"
    FOR_A_CAUSE = (
        "a case is opened again for a cause: a merge, a late observation, a new version of the agreement"
    )
    WHY_AGAIN = "say in words why it is opened again"
    APPEAL_REASONS = "an appeal gives its reasons"

    NO_RULING = (
        "determinations are recorded in exercises only, or where the members of the body sign in their part; a replay holds"
        " none of a real incident"
    )
    NO_ROLE = "{who} has no role here: who acts as {role} signs with their key"
    NOT_THE_PUBLIC = "{who} is {parts} here, and not the public"
    OTHER_ROLE = "{who} is {parts} here, and acts in it as {role}"
    NOT_THEIRS = "{who} is {parts} here; to {doing} is for these alone: {those}"
    TOGETHER = "{why}{how}"
    SIGN_IT = "; sign it with --key FILE"
    RECORD_REFUSED = "this {kind} is not recorded: {why}"

    PROPOSED_REFUSED = "this release proposed is not recorded: {why}"
    APPROVED_REFUSED = "this release approved is not recorded: {why}"
    PUBLISHED_REFUSED = "this release published is not recorded: {why}"
    RETRACTED_REFUSED = "this release retracted is not recorded: {why}"
    EACH_SIGNED = "each step of a release is signed: somebody here has a key"
    FOR_A_PERSON = "{who} is {parts} here, and this is for a person who is {those}"
    RELEASE_TWICE = "there is a release {release} already"
    OTHER_POLICY = "it is not of the policy for {audience} that is recorded"
    OF_NO_TIME = "it is of a time to come, or of no time"
    OTHER_FILES = "it rests on other files than it names"
    NO_SUCH_RELEASE = "there is no release {release} of this content"
    ALREADY = "it is {step} already"
    NOT_SO_STEPPED = "a release that is {state} is not to be {step}"
    RETRACTION_WHY = "a retraction says why"
    POLICY_CHANGED = "the policy has changed since it was proposed: propose it again"
    TWO_NAMES = "whoever proposed a release does not approve it: two names for any release"
    HAD_A_HAND = (
        "{who} opened or verified {case}, which is in it: author, verifier and releaser are three people"
    )
    HAND_SINCE = "{who} opened or verified {case}, which is of an incident in it: author, verifier and releaser are three people"
    LEDGER_HAND = "{who} recorded what it tells of the ledger: author, verifier and releaser are three people"
    LEFT_OUT = "it leaves out {case}, which is of an incident in it"
    NO_PUBLIC_PACK = (
        "a finding's pack is for the parties, the body and guarantors: the public is told what was determined"
    )
    LOOK_AGAIN = "what would become known has changed since you looked: look again, then approve"

    NO_FIELD = "a form for {move} has no field {field}"
    NEEDED = "{field} is needed: fill it in"
    LONG_FIELD = "{field} is longer than {most} signs"
    ONE_OF_THESE = "this is one of {those}"
