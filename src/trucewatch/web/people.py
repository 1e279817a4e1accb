"""Who asks, by what they showed: a session's cookie, a token, or nothing.

Rules:
- a mission in which nobody has a part is shown to whoever reaches this machine as to whoever reads its folder;
- where somebody has one, nothing is shown to who is not signed in but what was released;
- an old cookie is nobody; a token that is none is refused, for a program should learn of it;
- a session is somebody at a page, a token is a program: whoever shows both is taken for the token's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.errors import RefusedError
from trucewatch.mission.account_store import FILE
from trucewatch.mission.accounts import Accounts
from trucewatch.mission.rightful import held_to_roles
from trucewatch.mission.tokens import viewer_of_token
from trucewatch.model.answered import Answered
from trucewatch.model.told import Told
from trucewatch.web.asking import Asker, nobody, whoever_reads_the_folder
from trucewatch.web.holding import Holding

BEARER = "bearer "
LONGEST = 256  # signs of a secret that is looked up at all


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who can sign in to a mission."""

    accounts: Accounts

    @property
    def local(self) -> bool:
        """Whether nobody has an account or a part, so that whoever reads the folder asks."""
        return not self.accounts.path.exists() and not held_to_roles(self.accounts.roll())

    def asker(self, session: str | None, authorization: str, at: datetime) -> Asker:
        """Return who asks."""
        if self.local:
            return whoever_reads_the_folder()
        if authorization.lower().startswith(BEARER):
            return self._token(authorization[len(BEARER) :].strip(), at)
        if not session or len(session) > LONGEST:
            return nobody()
        viewer = self.accounts.session(session, at)
        return nobody() if viewer is None else Asker(viewer=viewer, session=session)

    def _token(self, secret: str, at: datetime) -> Asker:
        viewer = viewer_of_token(self.accounts, secret, at) if len(secret) <= LONGEST else None
        if viewer is None:
            raise RefusedError(Told(Answered.TOKEN_IS_NONE))
        return Asker(viewer=viewer, session=None)


def people_of(holding: Holding) -> People:
    """Return who can sign in to a mission: who is in the record is read once for each state of it."""
    folder = holding.folder
    return People(accounts=Accounts(path=folder.path / FILE, log=folder.journal.key, roll=holding.roll))
