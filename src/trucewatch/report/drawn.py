"""A page as its template and what it is told: whoever shows it chooses the shell it stands in.

Rules:
- a file of its own and a served page are the same template with the same words;
- what a template is told holds no shell: neither address, nor viewer, nor form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One page, not yet in its shell."""

    template: str
    told: Mapping[str, object]

    def html(self, env: Environment) -> str:
        """Return the page in the shell that `env` has for it."""
        return env.get_template(self.template).render(self.told)
