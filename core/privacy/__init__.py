"""Personal data: how it is encrypted, found again, normalised and masked."""

from core.privacy.masks import mask_colleague, mask_credit_code, mask_id_number, mask_name, mask_numbers, mask_phone
from core.privacy.normal import (
    name_key,
    normal_credit_code,
    normal_id_number,
    normal_name,
    normal_phone,
    normal_text,
    tidy,
)
from core.privacy.vault import Unreadable, Vault, digest

__all__ = [
    "Unreadable",
    "Vault",
    "digest",
    "mask_colleague",
    "mask_credit_code",
    "mask_id_number",
    "mask_name",
    "mask_numbers",
    "mask_phone",
    "name_key",
    "normal_credit_code",
    "normal_id_number",
    "normal_name",
    "normal_phone",
    "normal_text",
    "tidy",
]
