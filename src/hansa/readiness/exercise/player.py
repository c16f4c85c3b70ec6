# SPDX-License-Identifier: Apache-2.0
"""Plays a scenario: every step goes through the same action as the page for it, as a persona in office."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from hansa.activation import actions as activation_actions
from hansa.activation.models import Activation
from hansa.core import clock
from hansa.ledger.act import Act
from hansa.people.choices import Office
from hansa.readiness.exercise import cast, night, supply
from hansa.readiness.exercise.outside import Outside
from hansa.readiness.exercise.scenario import Crisis, Scenario, Step


class StepFailed(Exception):
    """A step of the exercise did not go through: which, and what was said."""


class Player:
    """Plays one scenario in the league that this node serves, in the exercise's own time.

    `started` is when the scenario begins; a step is played at its offset from then, never later than the real time.
    `outside` is what a night goes through; `boards` keeps what the board showed after each of its steps.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        started: datetime,
        told: Callable[[str], None] = lambda line: None,
        outside: Outside | None = None,
    ) -> None:
        self.scenario, self.started, self._told, self.outside = scenario, started, told, outside
        self.crises: dict[str, UUID] = {}
        self.boards: list[tuple[timedelta, dict[str, str]]] = []
        self._played = 0

    def stock(self) -> None:
        """Fill the stores as the scenario says, and tell the league what could be released."""
        with clock.played(self.started):
            supply.fill_stores(self.scenario, at=clock.now())

    def play(self, *, until: timedelta | None = None) -> None:
        """Play the steps up to and including `until` that were not played yet; `StepFailed` at the first that fails."""
        for step in self.scenario.steps[self._played :]:
            if until is not None and step.at > until:
                return
            self._play(step)
            self._played += 1

    def _play(self, step: Step) -> None:
        at = self.started + step.at
        before = len(self.boards)
        try:
            with clock.played(at):
                if self.outside:
                    self.outside.show(clock.now())
                count = self._steps[step.do](self, step)
        except Exception as error:
            raise StepFailed(f"{step.do} at {step.at} in {step.crisis or 'no crisis'}: {error}") from error
        self._told(f"{clock.to_text(at)[11:16]} {step.do} {step.crisis} ({count})")
        for _at, board in self.boards[before:]:
            self._told("  " + ", ".join(f"{member}: {state}" for member, state in board.items()))

    def _crisis(self, step: Step) -> Activation:
        return Activation.objects.get(id=self.crises[step.crisis])

    def _each(self, step: Step) -> Iterator[tuple[str, datetime]]:
        """Yield each member of a step with its own time: they answer one after another, over `spread`."""
        gap = timedelta(minutes=step.details.get("spread", 0)) / max(len(step.members), 1)
        for number, member in enumerate(step.members):
            at = self.started + step.at + number * gap
            with clock.played(at):
                yield member, clock.now()

    def _as_each(self, step: Step, office: str, do: Callable[..., object]) -> int:
        for member, at in self._each(step):
            with cast.acting(member, office) as actor:
                cast.settle([do(self._crisis(step), actor=actor)], actor, at=at)
        return len(step.members)

    def _invoke(self, step: Step) -> int:
        crisis: Crisis = self.scenario.crises[step.crisis]
        said = activation_actions.Situation(
            trigger=crisis.trigger, level=crisis.level, situation=crisis.situation, place=crisis.place,
            first_needs=crisis.first_needs, evidence=crisis.evidence, lat=crisis.lat, lon=crisis.lon,
        )  # fmt: skip
        with cast.acting(crisis.member, Office.CHIEF_EXECUTIVE) as actor:
            act: Act = cast.settle([activation_actions.invoke_pact(said, actor=actor)], actor, at=clock.now())[0]
        self.crises[step.crisis] = act.id
        return 1

    def _consult(self, step: Step) -> int:
        crisis = self.scenario.crises[step.crisis]
        with cast.acting(crisis.member, Office.EMERGENCY_MANAGEMENT) as actor:
            done = activation_actions.consult_league(
                crisis.situation, step.details["question"], crisis.place, actor=actor, trigger=crisis.trigger
            )
            cast.settle([done], actor, at=clock.now())
        return 1

    def _acknowledge(self, step: Step) -> int:
        return self._as_each(step, Office.DUTY_OFFICER, activation_actions.acknowledge_crisis)

    def _attest(self, step: Step) -> int:
        reason = step.details["reason"]
        return self._as_each(
            step,
            Office.EMERGENCY_MANAGEMENT,
            lambda row, actor: activation_actions.attest_crisis(row, reason, actor=actor),
        )

    def _object(self, step: Step) -> int:
        reason = step.details["reason"]
        return self._as_each(
            step,
            Office.EMERGENCY_MANAGEMENT,
            lambda row, actor: activation_actions.object_to_crisis(row, reason, actor=actor),
        )

    def _decline(self, step: Step) -> int:
        reason = step.details["reason"]
        return self._as_each(
            step,
            Office.EMERGENCY_MANAGEMENT,
            lambda row, actor: activation_actions.decline_crisis(row, reason, actor=actor),
        )

    def _log(self, step: Step) -> int:
        for member, _ in self._each(step):
            with cast.acting(member, Office.DUTY_OFFICER) as actor:
                row = self._crisis(step)
                activation_actions.log_line(step.details["text"], actor=actor, activation=row, share=True)
        return len(step.members)

    def _stand_down(self, step: Step) -> int:
        crisis = self.scenario.crises[step.crisis]
        with cast.acting(crisis.member, Office.CHIEF_EXECUTIVE) as actor:
            done = activation_actions.stand_down(self._crisis(step), step.details["reason"], actor=actor)
            cast.settle([done], actor, at=clock.now())
        return 1

    def _pause(self, step: Step) -> int:
        return 0

    def _supply(self, step: Step) -> int:
        with cast.acting(self.scenario.crises[step.crisis].member, Office.LOGISTICS):
            row = self._crisis(step)
        return supply.STEPS[step.do](row, step, clock.now())

    def _empty_rota(self, step: Step) -> int:
        return night.empty_rota(step, clock.now())

    def _phone(self, step: Step) -> int:
        return night.set_phone(step, clock.now(), self._around())

    def _around(self) -> Outside:
        if self.outside is None:
            raise ValueError("a night needs a worker, pages and a stand-in around it")
        return self.outside

    def _night(self, step: Step) -> int:
        with cast.acting(self.scenario.crises[step.crisis].member, Office.DUTY_OFFICER):
            row = self._crisis(step)
        count = night.STEPS[step.do](row, step, clock.now(), self._around())
        self.boards.append((step.at, night.board(row)))
        return count

    _steps: dict[str, Callable[["Player", Step], int]] = {
        "consult": _consult, "invoke": _invoke, "acknowledge": _acknowledge, "attest": _attest, "object": _object,
        "decline": _decline, "log": _log, "stand-down": _stand_down, "pause": _pause,
        **dict.fromkeys(supply.STEPS, _supply), "empty-rota": _empty_rota, "phone": _phone,
        **dict.fromkeys(night.STEPS, _night),
    }  # fmt: skip
