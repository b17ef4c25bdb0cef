"""What a flow's `[[route]]` can name, and the roles that a school's settings have for it. Pure."""

from collections.abc import Callable, Mapping

from bot.flow.model import Answers, Flow, applies
from bot.people import Role
from bot.settings import School

ROUTES: Mapping[str, Callable[[School], tuple[Role, ...]]] = {
    "children": lambda school: school.tell,
    "breach": lambda school: school.breach,
    "spike": lambda school: school.spike,
    "phone": lambda school: school.phone.seen_by,
    "policy": lambda school: school.policy_owner,
    "it": lambda school: school.task,
}


def told(school: School, flow: Flow, answers: Answers) -> tuple[Role, ...]:
    """Give the roles that a flow's route names for these answers; () for a flow, or answers, without one."""
    route = next((route for route in flow.routes if applies(route.when, answers)), None)
    return ROUTES[route.to](school) if route else ()
