"""A price file with visibly invented, round amounts: no collective agreement, municipality or provider has these."""

from __future__ import annotations

INVENTED = """\
name = "Verzonnen bedragen"
fictitious = true
time_definition = "direct"
price_year = 2026

[staff_costs]
gross_hourly_wage = 20.00
allowances = 0.25
employer_charges = 0.50
source = "verzonnen"

[overhead]
share = 0.20
source = "verzonnen"

[non_productive_hours]
gross_hours = 2000
leave = 200
sickness = 100
training = 50
meetings = 100
indirect_client_hours = 300
source = "verzonnen"

[travel_and_training]
share = 0.05
source = "verzonnen"

[indexation]
from_year = 2025
share = 0.05
source = "verzonnen"

[municipal_obligations]
share = 0.05
source = "verzonnen"

[products]
IB1 = 100.00
"""


def without(table: str) -> str:
    """The file without one of its tables."""
    parts = INVENTED.split("\n\n")
    return "\n\n".join(part for part in parts if not part.startswith(f"[{table}]"))
