"""The calls about plans and subscriptions."""

from __future__ import annotations

from pasarela.facades.openpay import plans, subscriptions
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.billing import (
    PlanAnswer,
    PlanBody,
    SubscriptionAnswer,
    SubscriptionBody,
    UpdatePlanBody,
    UpdateSubscriptionBody,
)
from pasarela.facades.openpay.wire.filters import ListFilters
from pasarela.facades.toolkit.routing import Route

P = "/v1/{merchant}/plans"
S = "/v1/{merchant}/customers/{customer_id}/subscriptions"
CLIENTS_ONLY = ""
"""Called by the provider's own clients, and not in the document."""


def billing_routes() -> tuple[Route[Profile], ...]:
    """All of them; none may be called from a browser."""
    return (*_plans(), *_subscriptions())


def _plans() -> tuple[Route[Profile], ...]:
    one = f"{P}/{{plan_id}}"
    return (
        Route(method="POST", address=P, handler=plans.create, mints="p", status=201,
              summary="Create a plan", section="Planes / Crear un nuevo plan", body=PlanBody, answer=PlanAnswer),
        Route(method="GET", address=P, handler=plans.find,
              summary="List plans", section="Planes / Listado de planes",
              filters=ListFilters, answer=list[PlanAnswer]),
        Route(method="GET", address=one, handler=plans.get,
              summary="Get a plan", section="Planes / Obtener un plan", answer=PlanAnswer),
        Route(method="PUT", address=one, handler=plans.update,
              summary="Change a plan's name and trial days", section="Planes / Actualizar un plan existente",
              body=UpdatePlanBody, answer=PlanAnswer),
        Route(method="DELETE", address=one, handler=plans.delete, status=204,
              summary="Delete a plan; its subscriptions go on", section="Planes / Eliminar un plan"),
        Route(method="GET", address=f"{one}/subscriptions", handler=subscriptions.find_of_plan, about="plan_id",
              summary="List the subscriptions to a plan", section=CLIENTS_ONLY,
              filters=ListFilters, answer=list[SubscriptionAnswer]),
    )  # fmt: skip # a call is a paragraph here, not a column


def _subscriptions() -> tuple[Route[Profile], ...]:
    one = f"{S}/{{subscription_id}}"
    return (
        Route(method="POST", address=S, handler=subscriptions.create, mints="s", status=201,
              summary="Subscribe a customer to a plan", section="Suscripciones / Crear una nueva suscripción",
              body=SubscriptionBody, answer=SubscriptionAnswer),
        Route(method="GET", address=S, handler=subscriptions.find,
              summary="List a customer's subscriptions", section="Suscripciones / Listado de suscripciones",
              filters=ListFilters, answer=list[SubscriptionAnswer]),
        Route(method="PUT", address=S, handler=subscriptions.update, mints="tr", about="customer_id",
              summary="Change the customer's only subscription, or the one whose id the body says",
              section="Suscripciones / Actualizar una suscripción",
              body=UpdateSubscriptionBody, answer=SubscriptionAnswer),
        Route(method="GET", address=one, handler=subscriptions.get,
              summary="Get a subscription", section="Suscripciones / Obtener un suscripción",
              answer=SubscriptionAnswer),
        Route(method="PUT", address=one, handler=subscriptions.update, mints="tr", about="subscription_id",
              summary="Change a subscription", section="Suscripciones / Actualizar una suscripción",
              body=UpdateSubscriptionBody, answer=SubscriptionAnswer),
        Route(method="DELETE", address=one, handler=subscriptions.cancel, status=204,
              summary="Cancel a subscription at once", section="Suscripciones / Cancelar suscripción"),
    )  # fmt: skip # a call is a paragraph here, not a column
