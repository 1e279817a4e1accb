"""What the people of a case are told of its procedure, in a language of it: what is due, who was silent, why it was opened again.

Rules:
- a notice says what the record holds and nothing that follows from it by itself: a body notes that a time has passed;
- an agreement's words, a remedy's and a person's stand as they were written, between quotation marks;
- a moment comes as text: whoever shows a notice says in which zone.
"""

from __future__ import annotations

from collections.abc import Sequence

from trucewatch.model.decision import Cause, Move, Role
from trucewatch.report.words import Words


def reply_due(spoken: Words, *, party: str, until: str, days: int) -> str:
    """Return that a party's reply is awaited, and until when."""
    told = spoken.gettext(
        "The reply of party %(party)s is awaited until %(until)s: %(days)s days from the finding."
    )
    return told % {"party": party, "until": until, "days": days}


def remedy_due(spoken: Words, *, owner: str, until: str, words: str, late: bool) -> str:
    """Return that a remedy is to be done, by whom and until when, or that its day has passed."""
    told = (
        spoken.gettext(
            "%(owner)s was to have done by %(until)s: “%(words)s”. Nothing shows that it was done."
        )
        if late
        else spoken.gettext("%(owner)s is to do by %(until)s: “%(words)s”.")
    )
    return told % {"owner": owner, "until": until, "words": words}


def silent(spoken: Words, *, party: str, since: str, follows: str | None) -> str:
    """Return that a party's time to reply has passed, and what the agreement says of that."""
    if follows is None:
        told = spoken.gettext(
            "Party %(party)s did not reply by %(since)s. The agreement does not say what follows."
        )
        return told % {"party": party, "since": since}
    told = spoken.gettext("Party %(party)s did not reply by %(since)s. The agreement says: “%(follows)s”")
    return told % {"party": party, "since": since, "follows": follows}


def waits_again(spoken: Words) -> str:
    """Return that a case was opened again and nobody has taken it up."""
    return spoken.gettext("This case was opened again, and nobody has taken it up yet.")


def opened_again(spoken: Words, move: Move) -> str:
    """Return why a case was opened again, and what that leaves as it is."""
    slots = {"records": _listed(move.records), "others": _listed(move.incidents[1:])}
    own = move.incidents[0] if move.incidents else ""
    if move.role is not Role.PROGRAM:
        why = spoken.gettext("A person opened this case again: “%(words)s”") % {"words": move.words}
    elif move.cause is Cause.MERGE:
        why = spoken.gettext(
            "The program opened this case again: incident %(own)s and incident %(others)s are now judged to be one, by record %(records)s."
        ) % {**slots, "own": own}
    elif move.cause is Cause.LATE_OBSERVATION:
        why = spoken.gettext(
            "The program opened this case again: what came after the decision, in record %(records)s, is of the time and place of incident %(own)s, and the assessment is another."
        ) % {**slots, "own": own}
    else:
        why = (
            spoken.gettext(
                "The program opened this case again: the clause that it was decided under does not read as it did, by record %(records)s."
            )
            % slots
        )
    stands = spoken.gettext(
        "What was determined stands until the body has found and heard anew. Whoever voted, dissented or determined is told."
    )
    return f"{why} {stands}"


def _listed(names: Sequence[object]) -> str:
    return ", ".join(map(str, names))
