"""`case allege`: an allegation of a party, the public or an organisation."""

from __future__ import annotations

from datetime import datetime

import click

from trucewatch.cli.moving import A_PARTY, stands, wording
from trucewatch.cli.options import as_json, by_whom, in_mission, moment
from trucewatch.log.keys import SignerKey
from trucewatch.mission.allegations import Alleged, allege
from trucewatch.mission.clock import now
from trucewatch.mission.known import known
from trucewatch.mission.walk import walk_from


@click.command("allege", short_help="Take an allegation in: of a party, the public, an organisation.")
@click.option("--from", "start", type=moment, required=True, metavar="TIME", help="When, at the earliest.")
@click.option("--to", "end", type=moment, required=True, metavar="TIME", help="When, at the latest.")
@click.option("--place", required=True, metavar="WORDS", help="Where, in the words of whoever alleges.")
@click.option("--lon", type=click.FloatRange(-180, 180), default=None, help="Degrees; to find its incident.")
@click.option("--lat", type=click.FloatRange(-90, 90), default=None, help="Degrees; not recorded.")
@click.option("--party", type=A_PARTY, default=None, help="Whose it is; without it, somebody's from outside.")
@click.option("--organisation", default=None, metavar="NAME", help="On whose behalf somebody alleges.")
@click.option("--clause", default=None, metavar="ID", help="Under which clause, as AGREEMENT/CLAUSE.")
@click.option("--evidence", multiple=True, metavar="NAME", help="What shows it; repeat for more.")
@wording("What is alleged.")
@in_mission
@by_whom
@as_json
def allege_(
    start: datetime,
    end: datetime,
    place: str,
    lon: float | None,
    lat: float | None,
    party: str | None,
    organisation: str | None,
    clause: str | None,
    evidence: tuple[str, ...],
    words: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Take an allegation in as a case, joined to the incident of its time and place when there is one."""
    alleged = Alleged(
        words=words,
        from_utc=start,
        to_utc=end,
        place=place,
        party=party,
        organisation=organisation,
        clause_id=clause,
        lon=lon,
        lat=lat,
        evidence=evidence,
    )
    walked = walk_from(known(folder))  # to find the incident that it is of: nothing of it is shown
    stands(folder, allege(walked, alleged, by=by, moment=at or now(), key=key, at=at), json_)
