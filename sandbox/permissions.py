"""Whether a charge allows a capture or a refund."""

from sandbox.messages import CaptureRequest, ChargeAnswer, Problem, RefundRequest


def check_capture(charge: ChargeAnswer, request: CaptureRequest) -> None:
    """Raises `Problem` 409."""
    if charge.state != "AUTHORIZED":
        raise Problem(409, "charge_not_authorized", "Only an authorized charge can be captured.")
    if charge.currency != request.currency:
        raise Problem(409, "currency_mismatch", "The charge is in another currency.")
    if charge.captured_minor + request.amount_minor > charge.amount_minor:
        raise Problem(409, "amount_too_large", "A capture must not exceed the rest of the charge.")
    if not request.final and not charge.multicapture:
        raise Problem(409, "multicapture_unavailable", "The first capture of this charge must be `final`.")


def check_refund(charge: ChargeAnswer, request: RefundRequest) -> None:
    """Raises `Problem` 409."""
    if charge.state != "CAPTURED" and not charge.captured_minor:
        raise Problem(409, "charge_not_captured", "Only a captured charge can be refunded.")
    if request.currency not in (None, charge.currency):
        raise Problem(409, "currency_mismatch", "The charge is in another currency.")
    if charge.refunded_minor + request.amount_minor > charge.captured_minor:
        raise Problem(409, "refund_exceeds_charge", "A refund must not exceed what was taken and not paid back.")
