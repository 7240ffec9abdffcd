"""The price file of a municipality: the six elements of art. 5.4 Uitvoeringsbesluit Wmo 2015, as a schema.

Prices stand outside the calibration. None is known here, and none is ever filled in.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from normenkader.settings.section import demand

ELEMENTS = {
    "staff_costs": ("a", "kosten van de beroepskracht"),
    "overhead": ("b", "redelijke overheadkosten"),
    "non_productive_hours": ("c", "kosten voor niet-productieve uren (verlof, ziekte, scholing, werkoverleg)"),
    "travel_and_training": ("d", "reis- en opleidingskosten"),
    "indexation": ("e", "indexatie"),
    "municipal_obligations": ("f", "overige kosten door gemeentelijke verplichtingen (rapportage, administratie)"),
}
LAW = "art. 5.4 Uitvoeringsbesluit Wmo 2015, zoals aangehaald in ECLI:NL:HR:2021:1452"

Amount = Annotated[Decimal, Field(gt=0)]
Share = Annotated[Decimal, Field(ge=0, le=5)]
Hours = Annotated[Decimal, Field(ge=0, le=8784)]
_NO_NUMBERS = ("name", "source", "fictitious", "time_definition")
Text = Annotated[str, Field(min_length=1)]
_TWICE = (
    "[non_productive_hours] indirect_client_hours: with time_definition 'direct+indirect' these hours are already in "
    "the minutes that are paid; leave them out here, or they are paid twice"
)
_NEVER = (
    "[non_productive_hours] indirect_client_hours: with time_definition 'direct' the hours of a year that go to "
    "indirect time for clients must stand here, or nobody pays them"
)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _number_as_written(cls, value: Any, info: ValidationInfo) -> Any:
        """The decimal that stands in the file, not the nearest binary number; text or yes is no number."""
        if info.field_name not in _NO_NUMBERS and isinstance(value, bool | str):
            raise ValueError("a number is needed here, without quotation marks")
        return Decimal(repr(value)) if isinstance(value, float) else value


class StaffCosts(_Table):
    """Element a: gross wage per hour, with allowances and employer's charges as shares on top, one after the other."""

    gross_hourly_wage: Amount
    allowances: Share
    employer_charges: Share
    source: Text


class Surcharge(_Table):
    """Elements b, d and f, and risk: a share of the staff costs per productive hour."""

    share: Share
    source: Text


class NonProductiveHours(_Table):
    """Element c: hours a year of one full-time employee that are paid and not delivered.

    ``indirect_client_hours`` (reports, consultation about a client) are not delivered when only direct time counts;
    when indirect time counts as well they are part of the minutes that are paid, and may not be counted here again.
    """

    gross_hours: Annotated[Decimal, Field(gt=0, le=8784)]
    leave: Hours
    sickness: Hours
    training: Hours
    meetings: Hours
    travel: Hours = Decimal(0)
    other: Hours = Decimal(0)
    indirect_client_hours: Hours | None = None
    source: Text

    def productive(self) -> Decimal:
        """Hours a year that are delivered, by the file's definition of time."""
        lost = (self.leave, self.sickness, self.training, self.meetings, self.travel, self.other)
        return self.gross_hours - sum(lost, self.indirect_client_hours or Decimal(0))


class Indexation(_Table):
    """Element e: from the year of the wages to the year of the price."""

    from_year: Annotated[int, Field(ge=2015, le=2100)]
    share: Annotated[Decimal, Field(gt=-1, le=5)]
    source: Text


class PriceFile(_Table):
    """The whole file."""

    name: Text
    fictitious: bool = False
    time_definition: Literal["direct", "direct+indirect"]
    price_year: Annotated[int, Field(ge=2015, le=2100)]
    staff_costs: StaffCosts
    overhead: Surcharge
    non_productive_hours: NonProductiveHours
    travel_and_training: Surcharge
    indexation: Indexation
    municipal_obligations: Surcharge
    risk: Surcharge | None = None
    products: dict[str, Amount] = {}

    @field_validator("products", mode="before")
    @classmethod
    def _prices_as_written(cls, value: Any) -> Any:
        if not isinstance(value, dict) or any(isinstance(price, bool | str) for price in value.values()):
            raise ValueError("write product = price per week, a number without quotation marks")
        return {key: Decimal(repr(price)) if isinstance(price, float) else price for key, price in value.items()}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        hours, direct = self.non_productive_hours, self.time_definition == "direct"
        demand(direct == (hours.indirect_client_hours is not None), _TWICE if not direct else _NEVER)
        demand(hours.productive() > 0, "[non_productive_hours] no hour is left that is delivered")
        demand(self.indexation.from_year <= self.price_year, "[indexation] from_year is after price_year")
        return self
