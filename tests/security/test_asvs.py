"""OWASP ASVS 5.0: the items that apply to what is built so far, each with the tests that hold it.

An item that begins to apply (exports, connectors, approvals, pictures) gets its row with the feature.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
EDGE, MATRIX, TOKENS, LEAKS = (
    f"security/test_{name}.py" for name in ("callback_edge", "action_matrix", "action_tokens", "leaks")
)
PRODUCTION, INJECTION, ROTATION = (f"security/test_{name}.py" for name in ("production", "injection", "key_rotation"))
FAULTS, TLS, DOOR = (
    "contract/wecom/test_wecom_faults.py",
    "contract/wecom/test_wecom_tls.py",
    "unit/wecom/test_wecom_door.py",
)
ASKING, BROUGHT = (f"contract/reports/test_{name}.py" for name in ("asking_providers", "brought_reports"))
DING_EDGE, DING_DOOR, SIGNING, STREAM = (
    "security/test_dingtalk_edge.py",
    *(f"unit/dingtalk/test_{name}.py" for name in ("door", "signing", "stream")),
)
DING, CHANNELS = "contract/dingtalk/test_dingtalk_channel.py", "contract/test_channels.py"
CORE, LOGGING, BELL = "unit/core", "unit/config/test_logging.py", "unit/test_bell.py"

ASVS: dict[str, tuple[str, ...]] = {
    # Input
    "1.3.6 no server is made to call another": (
        f"{ASKING}::test_a_host_that_nobody_allowed_is_not_asked",
        f"{ASKING}::test_a_name_that_leads_inside_is_not_asked",
        f"{ASKING}::test_a_reference_is_no_other_address",
        f"{DING}::test_no_file_is_fetched_from_anywhere_else",
        f"{DING}::test_a_store_that_leads_into_the_own_network_is_not_called",
        f"{CHANNELS}::test_a_message_is_answered_where_it_came_from",
    ),
    "1.5.1 XML without external entities": (
        f"{EDGE}::test_what_is_not_genuine_is_refused_flatly",
        f"{DOOR}::test_hostile_bodies_are_refused_fast",
    ),
    "1.5.2 no unsafe deserialisation": (
        f"{BELL}::test_a_ring_carries_no_work_and_no_pickle",
        f"{LEAKS}::test_the_bell_carries_nothing",
    ),
    "1.5.3 one parser for one format": (
        f"{DOOR}::test_hostile_bodies_are_refused_fast",
        f"{DOOR}::test_each_parameter_stands_once",
        f"{DING_EDGE}::test_what_is_not_genuine_is_refused_flatly",
        f"{DING_EDGE}::test_a_doubled_header_is_refused_at_the_socket_too",
        f"{SIGNING}::test_each_header_stands_once",
    ),
    "2.2.2 validation on the server": (
        f"{MATRIX}::test_a_tap_with_something_wrong",
        f"{TOKENS}::test_whatever_comes_in_one_of_three_comes_out",
    ),
    # Business logic
    "2.3.1 steps in their order": (f"{MATRIX}::test_a_tap_replayed_after_the_card_changed_does_nothing_again",),
    "2.3.3 all of it or nothing": (f"{CORE}/test_audit.py::test_nothing_is_recorded_of_what_was_rolled_back",),
    "2.3.4 nothing is booked twice": (
        "concurrency/test_claim_races.py::test_sixteen_people_tap_one_lead_and_one_wins",
        "concurrency/test_intake_races.py::test_fault_2_one_callback_three_times_at_once",
        f"{DING_EDGE}::test_a_tap_claims_once_however_often_and_by_however_many_at_once_it_comes",
    ),
    "2.4.1 against automation": (
        f"{CORE}/test_lead_verbs.py::test_limits_count_in_one_claim_and_over_days",
        "concurrency/test_claim_races.py::test_the_last_place_of_a_day_is_taken_once",
    ),
    # Edge
    "4.1.3 headers of proxies": (f"{EDGE}::test_headers_of_a_proxy_decide_nothing",),
    "4.1.5 a signature on each message": (
        f"{EDGE}::test_each_flipped_byte_of_a_body_is_refused",
        f"{EDGE}::test_each_flipped_character_of_the_query_is_refused",
        f"{BROUGHT}::test_what_is_forged_is_nobodys",
        f"{BROUGHT}::test_what_is_stale_or_of_the_future_is_nobodys",
        f"{SIGNING}::test_every_changed_letter_of_a_signature",
        f"{DING_EDGE}::test_what_is_not_genuine_is_refused_flatly",
        f"{DING_EDGE}::test_another_body_under_captured_headers_is_another_message_once",
        f"{DING_DOOR}::test_outside_the_window",
    ),
    "12.3.1 TLS to the outside, checked": (
        f"{TLS}::test_an_unknown_certificate_gets_neither_secret_nor_message",
        f"{ASKING}::test_over_tls_the_certificate_is_of_the_name_and_not_of_the_address",
        f"{DING}::test_an_unknown_certificate_gets_neither_secret_nor_message",
        f"{STREAM}::test_who_asked_by_tls_is_sent_to_tls",
    ),
    "13.1.3 timeouts and retries": (
        f"{FAULTS}::test_a_slow_answer_takes_bounded_time",
        f"{FAULTS}::test_a_broken_answer_is_tried_again_later",
        f"{ASKING}::test_no_attempt_takes_longer_than_it_may",
        f"{ASKING}::test_who_fails_is_left_alone_longer_each_time",
        f"{CHANNELS}::test_an_answer_that_takes_too_long_is_not_waited_for",
        f"{CHANNELS}::test_what_may_have_been_done_says_so",
    ),
    "13.2.4 only known servers are called": (
        f"{FAULTS}::test_a_redirect_is_not_followed",
        f"{FAULTS}::test_a_redirected_gettoken_does_not_give_the_secret_away",
        f"{ASKING}::test_a_redirect_leads_nowhere",
        f"{ASKING}::test_the_host_of_polling_is_looked_at_too",
        f"{CHANNELS}::test_who_leads_elsewhere_is_not_followed",
    ),
    "13.4.2 no debug in production": (
        f"{PRODUCTION}::test_the_bots_own_application_has_no_such_route",
        f"{PRODUCTION}::test_the_environment_forbids_it",
    ),
    # Rights
    "8.1.2 rights of fields are written down": (f"{CORE}/test_policy.py::test_the_table_is_as_agreed",),
    "8.2.1 rights of functions": (f"{MATRIX}::test_who_may_type_what", f"{MATRIX}::test_every_action_has_its_row"),
    "8.2.2 rights of objects": (
        f"{MATRIX}::test_a_genuine_tap_on_ones_own_card",
        f"{CORE}/test_policy.py::test_a_list_shows_exactly_what_may_be_touched",
        f"{DING_EDGE}::test_only_whom_the_card_was_issued_to_may_tap",
    ),
    "8.2.3 rights of fields": (
        f"{CORE}/test_lead_queries.py::test_nobody_sees_what_the_policy_denies",
        f"{LEAKS}::test_each_chat_shows_only_what_its_person_may_see",
    ),
    "8.3.1 decided on the server": (f"{MATRIX}::test_the_typed_twin_brings_the_same",),
    "8.3.2 a changed right counts at once": (
        f"{MATRIX}::test_rights_of_now_count_not_those_of_when_the_card_was_made",
    ),
    "8.4.1 one firm cannot reach another": (
        f"{TOKENS}::test_another_audience_is_forged",
        f"{EDGE}::test_what_is_not_genuine_is_refused_flatly",
        f"{DING_EDGE}::test_what_is_not_genuine_is_refused_flatly",
    ),
    # Tokens and cryptography
    "9.1.1 tokens are signed": (
        f"{TOKENS}::test_of_200000_altered_tokens_none_passes",
        f"{DING_EDGE}::test_a_token_under_another_cards_id_is_forged",
    ),
    "9.2.1 tokens end": (f"{TOKENS}::test_a_token_ends_to_the_second",),
    "9.2.2 tokens are of one kind": (f"{TOKENS}::test_a_genuine_token_of_another_release_is_outdated",),
    "9.2.3 tokens have an audience": (
        f"{TOKENS}::test_another_audience_is_forged",
        f"{DING_EDGE}::test_a_button_of_wecom_is_none_of_dingtalk",
    ),
    "11.2.4 no oracle": (
        f"{EDGE}::test_what_is_not_genuine_is_refused_flatly",
        "unit/wecom/test_wecom_crypto.py::test_hostile_ciphertexts_are_refused",
        f"{DING_EDGE}::test_what_is_not_genuine_is_refused_flatly",
    ),
    "11.3.2 authenticated encryption": (f"{CORE}/test_vault.py::test_each_altered_bit_and_each_cut_is_noticed",),
    "11.3.3 bound to its place": (f"{CORE}/test_vault.py::test_a_value_moved_elsewhere_does_not_open",),
    "11.3.4 no nonce twice": (f"{CORE}/test_vault.py::test_two_sealings_of_one_value_differ",),
    "11.5.1 randomness that cannot be guessed": (
        f"{CORE}/test_inbox_and_dialogs.py::test_card_ids_are_long_random_and_short_enough",
    ),
    "13.3.1 secrets outside the source": (f"{PRODUCTION}::test_production_needs_its_own_key",),
    "13.3.4 secrets are rotated": (
        f"{ROTATION}::test_old_values_are_read_and_found_and_not_doubled",
        f"{DOOR}::test_two_secrets_live_while_rotating",
        f"{TOKENS}::test_the_old_key_counts_while_it_lives",
        f"{BROUGHT}::test_the_old_secret_is_taken_until_it_is_gone",
    ),
    # Data
    "14.2.1 no secrets in logged addresses": (
        f"{FAULTS}::test_no_log_holds_a_secret_or_a_token",
        f"{LEAKS}::test_the_journal_of_the_sandbox_keeps_no_secret",
        f"{DING}::test_nothing_secret_is_logged_or_said",
        f"{STREAM}::test_no_log_holds_ticket_or_secret",
    ),
    "14.2.4 protected as classified": (
        f"{LEAKS}::test_nothing_personal_stands_in_clear_in_the_database",
        f"{LEAKS}::test_the_database_file_itself_holds_nothing_in_clear",
        f"{LEAKS}::test_what_may_not_be_kept_is_not_kept_even_sealed",
    ),
    "14.2.6 masked": (
        f"{CORE}/test_masks.py::test_a_name_hides_something_and_shows_one_character_a_part",
        f"{CORE}/test_lead_queries.py::test_a_pool_page_is_masked_for_everybody",
    ),
    "14.2.7 forgotten in time": (
        f"{CORE}/test_inbox_and_dialogs.py::test_only_what_was_answered_is_forgotten",
        f"{CORE}/test_outbox_rows.py::test_what_was_sent_keeps_no_content",
    ),
    # Code
    "15.3.3 only the fields that are meant": (f"{TOKENS}::test_a_field_of_the_wrong_type_is_not_packed",),
    "15.4.2 checked and done in one step": (
        "concurrency/test_claim_races.py::test_release_transfer_and_claim_at_one_instant_leave_one_history",
    ),
    # Logs and errors
    "16.2.1 who did what": (f"{CORE}/test_audit.py::test_what_is_recorded_is_told_back",),
    "16.2.2 times in UTC": (f"{CORE}/test_ids_and_times.py::test_a_time_comes_back_as_it_went_in_and_in_utc",),
    "16.2.5 logs hold nothing personal": (
        f"{LEAKS}::test_logs_hold_neither_personal_data_nor_secrets",
        f"{LOGGING}::test_no_canary_in_any_place_of_a_line",
        f"{DING_EDGE}::test_a_genuine_message_is_not_logged_either",
    ),
    "16.3.2 refused rights are logged": (f"{MATRIX}::test_a_genuine_tap_on_ones_own_card",),
    "16.4.1 no injection into logs": (f"{LOGGING}::test_what_json_cannot_hold_is_logged_all_the_same",),
    "16.4.2 logs are protected": (
        f"{CORE}/test_audit.py::test_each_altered_column_is_named",
        f"{CORE}/test_audit.py::test_what_is_done_to_the_rows_is_named",
    ),
    "16.5.1 errors say nothing": (
        f"{EDGE}::test_no_answer_says_more_than_it_must",
        f"{LEAKS}::test_exceptions_of_the_database_hide_their_values",
        f"{DING_EDGE}::test_what_is_not_genuine_is_refused_flatly",
    ),
    "16.5.3 fails closed": (
        f"{CORE}/test_policy.py::test_without_a_role_nothing_but_a_chat",
        f"{CORE}/test_people_import.py::test_a_role_that_this_release_does_not_know_gives_nothing",
    ),
    "16.5.4 a last resort": (
        f"{LEAKS}::test_a_failure_logs_what_broke_and_not_for_whom",
        f"{LOGGING}::test_uncaught_exceptions_come_out_of_the_same_pipe",
    ),
    # Injection into chats (1.2 in its sense)
    "1.2.1 output is encoded for its reader": (
        f"{INJECTION}::test_a_name_reaches_others_as_text",
        f"{INJECTION}::test_a_follow_up_and_a_reason_reach_others_as_text",
    ),
}


@cache
def _defined_in(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("item", ASVS)
def test_each_named_test_exists(item: str) -> None:
    assert ASVS[item], "an item without a test is none"
    for named in ASVS[item]:
        file, _, name = named.partition("::")
        assert (TESTS / file).is_file(), named
        assert name.startswith("test_"), named
        assert name in _defined_in(TESTS / file), named
