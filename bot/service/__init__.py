"""What can be asked of the desk: the calls that handlers and jobs make. Each is one atomic step and a wake-up."""

from bot.service.desk import Desk
from bot.service.office import Office

__all__ = ["Desk", "Office"]
