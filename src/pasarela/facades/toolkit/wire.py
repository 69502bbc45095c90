"""Wire models: what a call may say, field by field, read strictly from JSON or from a query string.

A model is a class of fields; `parse` makes an instance whose attributes are the values. Null and absent are the
same, an empty text is absent too, unknown keys are ignored. The first value that can't be used is refused, by
name. The same fields write the OpenAPI document, so that it can't say anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, cast, overload, runtime_checkable

from pasarela.facades.toolkit.refusals import Missing, WrongType, WrongValue

T = TypeVar("T")
Model = TypeVar("Model", bound="WireModel")


class Field(Generic[T]):
    """One value of a wire model. Subclasses read it; `T` is what they make of it, `None` included when optional."""

    wire_name: str
    """The key in JSON; the attribute's name unless the field says otherwise."""

    def __init__(self, *, name: str | None = None, also: tuple[str, ...] = ()) -> None:
        self._name = name
        self.also = also
        self.is_required = False
        self.default: T = cast(T, None)  # a required field never falls back on it

    def __set_name__(self, owner: type, attribute: str) -> None:
        self.wire_name = self._name or attribute

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: WireModel, owner: type) -> T: ...
    def __get__(self, instance: WireModel | None, owner: type) -> Self | T:
        # Not a data descriptor: Python comes here only when the instance has no value of its own.
        return self if instance is None else self.default

    def read(self, value: Any, where: str) -> T:
        """The value of a key that was sent. Raises `WrongType`, `WrongValue` and what `Missing` needs."""
        raise NotImplementedError

    def absent(self, where: str) -> T:
        """What stands for a key that was not sent. Raises `Missing`."""
        if self.is_required:
            raise Missing(where)
        return self.default

    def schema(self) -> dict[str, Any]:
        """JSON Schema of what `read` accepts."""
        raise NotImplementedError


@runtime_checkable
class HasModel(Protocol):
    """A field whose value is a wire model itself."""

    model: type[WireModel]


def required(field: Field[T | None]) -> Field[T]:
    """The same field, but a call without it is refused."""
    field.is_required = True
    return cast("Field[T]", field)


def default(field: Field[T | None], value: T) -> Field[T]:
    """The same field with a value for calls without it."""
    field.default = value
    return cast("Field[T]", field)


def _schema_of(field: Field[Any]) -> dict[str, Any]:
    """What may be sent for a field: for one that may be left out also null and the empty text."""
    schema = field.schema()
    if field.is_required:
        return schema
    shown = {"anyOf": [schema, {"type": "null"}, {"type": "string", "maxLength": 0}]}
    return shown if field.default is None else {**shown, "default": field.default}


class WireModel:
    """Base of wire models; subclasses only list fields."""

    fields: ClassVar[tuple[Field[Any], ...]] = ()
    _plan: ClassVar[tuple[tuple[str, str, Field[Any], bool], ...]] = ()
    """Attribute, key, field, and whether there is something to do when the key is absent."""

    def __init_subclass__(cls) -> None:
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Field)}
        # From every base: the attribute alone would be that of the first one.
        bases = [base for base in cls.__bases__ if issubclass(base, WireModel)]
        cls.fields = tuple(dict.fromkeys(field for base in bases for field in base.fields)) + tuple(own.values())
        plans = dict.fromkeys(step for base in bases for step in base._plan)  # noqa: SLF001 - its own subclasses
        cls._plan = tuple(plans) + tuple(
            (name, field.wire_name, field, field.is_required or bool(field.also)) for name, field in own.items()
        )

    @classmethod
    def parse(cls, values: Mapping[str, Any], within: str = "") -> Self:
        """The model in `values`. `within` is put before the names of fields in refusals: `card.`."""
        model = cls.__new__(cls)
        read = model.__dict__
        for attribute, name, field, matters in cls._plan:
            value = values.get(name)
            if value is None:
                if not matters:
                    continue
                value = next((values[other] for other in field.also if values.get(other) is not None), None)
                if value is None:
                    read[attribute] = field.absent(within + name)
                    continue
            read[attribute] = field.read(value, within + name)
        return model

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of what `parse` accepts."""
        return {
            "type": "object",
            "description": (cls.__doc__ or "").strip(),
            "properties": {field.wire_name: _schema_of(field) for field in cls.fields},
            "required": [field.wire_name for field in cls.fields if field.is_required],
        }

    @classmethod
    def models(cls) -> set[type[WireModel]]:
        """This model and those inside it."""
        inside = [field.model for field in cls.fields if isinstance(field, HasModel)]
        return {cls}.union(*(model.models() for model in inside))


def parse_filters(model: type[Model], query: Mapping[str, str]) -> Model:
    """A query string's model. A query has only texts, so whatever is wrong there is a wrong value."""
    try:
        return model.parse(query)
    except WrongType as wrong:
        raise WrongValue("wire.filter", wrong.field or "", f"must be {wrong.expected}") from None
