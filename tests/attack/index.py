"""What the edge withstands, attack by attack, and the tests that prove it. `docs/security.md` has the numbers."""

from typing import NamedTuple


class Attack(NamedTuple):
    """What somebody tries; the tests that show what comes of it. `missing` says why there is none yet."""

    tried: str
    tests: tuple[str, ...] = ()
    missing: str = ""


_EDGE, _KIT = "tests/unit/edge", "tests/unit/kit"
_ACCOUNTS, _CHECKOUT = "tests/integration/accounts", "tests/integration/checkout"
_LIMITS = f"{_CHECKOUT}/test_limits.py"
_EVENTS = "tests/integration/personal/test_event_limits.py"
_MEMORY = "tests/attack/test_memory.py::test_distinct_documents_leave_no_memory_behind"
_ROUTES = "tests/integration/routes"
_WISHES = "tests/integration/wishlist/test_access.py"
_CSV = "tests/unit/imports/test_csv_limits.py"

ATTACKS: dict[str, tuple[Attack, ...]] = {
    "caches": (
        Attack(
            "reading another's answer from a cache",
            (f"{_ROUTES}/test_varnish.py::test_nobody_receives_what_is_anothers",),
        ),
        Attack("having an error kept", (f"{_EDGE}/test_caching.py::test_errors_are_kept_by_nobody",)),
        Attack("ending the keeping for others", (f"{_ROUTES}/test_varnish.py::test_what_a_cache_keeps_and_what_not",)),
        Attack("a field without a scope", ("tests/contracts/test_scopes.py::test_every_field_declares_its_scope",)),
        Attack(
            "an answer without a policy",
            (f"{_ROUTES}/test_cache_control.py::test_every_answer_of_every_route_says_how_it_may_be_kept",),
        ),
    ),
    "memory": (
        Attack("distinct queries, mutations, homepages and errors", (_MEMORY, "tests/e2e/test_memory.py")),
        Attack(
            "garbage of parsing", (f"{_EDGE}/test_documents.py::test_documents_that_are_not_kept_leave_no_garbage",)
        ),
        Attack("garbage of executing", (f"{_EDGE}/test_endpoint.py::test_an_operation_leaves_no_garbage_of_its_size",)),
        Attack("garbage of parts", (f"{_EDGE}/test_deferred_bounds.py::test_parts_leave_no_garbage_of_their_size",)),
        Attack("many large answers at once", (f"{_KIT}/test_places.py::test_a_payer_has_a_few_places",)),
        Attack(
            "long names repeated in an answer", (f"{_EDGE}/test_deferred_bounds.py::test_names_and_labels_are_short",)
        ),
        Attack("many entries in any cache", (f"{_KIT}/test_caches.py::test_caches_share_one_budget",)),
        Attack(
            "many networks, for the counters of limits",
            (f"{_KIT}/test_limits.py::test_the_memory_of_a_process_is_bounded",),
        ),
        Attack("a flood of each kind", ("tests/attack/test_resources.py::test_a_flood_leaves_nothing_behind",)),
    ),
    "connections": (
        Attack("an endless head", (f"{_EDGE}/test_connections.py::test_an_endless_head_is_ended",)),
        Attack("endless trailers", (f"{_EDGE}/test_connections.py::test_endless_trailers_are_ended",)),
        Attack(
            "a silent connection", (f"{_EDGE}/test_connections.py::test_a_head_that_does_not_come_is_not_waited_for",)
        ),
        Attack("a half-sent body", (f"{_EDGE}/test_connections.py::test_a_body_that_does_not_come_is_not_waited_for",)),
        Attack(
            "reading none of many long answers",
            (f"{_EDGE}/test_connections.py::test_the_longest_answers_are_given_up_when_too_much_is_not_read",),
        ),
        Attack(
            "leaving, or reading nothing, while fragments are deferred",
            (
                f"{_EDGE}/test_deferred_bounds.py::test_nothing_more_is_executed_when_the_client_leaves",
                f"{_EDGE}/test_deferred_bounds.py::test_a_client_that_reads_nothing_is_left",
                f"{_EDGE}/test_deferred_bounds.py::test_time_is_up_for_a_client_that_does_not_read",
                f"{_EDGE}/test_deferred_bounds.py::test_parts_that_were_sent_are_not_held",
            ),
        ),
        Attack("an unread answer", (f"{_EDGE}/test_connections.py::test_an_answer_that_nobody_reads_is_not_kept",)),
    ),
    "cost": (
        Attack("long lists in lists", (f"{_EDGE}/test_cost.py::test_lists_of_lists_of_lists_are_refused",)),
        Attack(
            "pairs of overlapping fields",
            (f"{_EDGE}/test_cost.py::test_what_validation_compares_pairwise_is_charged_pairwise",),
        ),
        Attack("searches", (f"{_EDGE}/test_cost.py::test_searches_cost_what_an_engine_takes",)),
        Attack("misspelled names", (f"{_EDGE}/test_cost.py::test_few_suggestions_are_looked_for_in_one_document",)),
        Attack(
            "bombs of fragments",
            (f"{_EDGE}/test_documents.py::test_a_bomb_of_nested_fragments_is_refused_before_validation",),
        ),
        Attack(
            "fragments deferred in masses",
            (
                f"{_EDGE}/test_cost.py::test_deferred_fragments_cost_wherever_they_can_be",
                f"{_EDGE}/test_deferred_bounds.py::test_only_so_many_fragments_come_later_and_all_others_with_the_rest",
                f"{_EDGE}/test_deferred_bounds.py::test_others_get_turns_while_fragments_of_a_list_are_completed",
            ),
        ),
        Attack(
            "more than a visitor may cost",
            (f"{_EDGE}/test_budgets.py::test_a_request_that_nobody_can_pay_is_refused",),
        ),
        Attack("requests that fail", (f"{_EDGE}/test_budgets.py::test_requests_that_fail_cost_their_bytes",)),
        Attack(
            "looking at the cost of public answers",
            (f"{_EDGE}/test_budgets.py::test_only_requests_that_want_it_see_the_cost",),
        ),
        Attack(
            "the 36 worst shapes", missing="`python -m benchmarks.costs` measures them: times are no matter of a test."
        ),
        Attack("holding the loop for 50 ms", missing="Not reached yet: see CPU in docs/security.md."),
    ),
    "limits": (
        Attack("aliases of a login", (f"{_ACCOUNTS}/test_hostile_logins.py::test_each_alias_is_a_try",)),
        Attack(
            "40 hostile connections that log in",
            (f"{_ACCOUNTS}/test_hostile_logins.py::test_staff_log_in_beside_hostile_connections",),
        ),
        Attack(
            "locking an owner out", ("tests/unit/accounts/test_login_limit.py::test_only_the_owner_has_a_known_device",)
        ),
        Attack(
            "filling the queue of hashes", ("tests/unit/accounts/test_login_limit.py::test_hashing_does_not_pile_up",)
        ),
        Attack(
            "800 codes in one request",
            (
                f"{_LIMITS}::test_many_codes_in_one_request_are_tries",
                "tests/attack/test_tries.py::test_800_codes_in_one_request",
            ),
        ),
        Attack(
            "40 declined cards on one cart",
            (
                f"{_LIMITS}::test_declined_payments_are_followed_by_a_pause",
                "tests/attack/test_tries.py::test_40_declined_cards_on_one_cart",
            ),
        ),
        Attack(
            "holding all units of a variant without paying",
            (
                f"{_LIMITS}::test_guests_hold_a_bounded_number_of_unpaid_units",
                f"{_LIMITS}::test_submits_that_come_together_hold_no_more",
                "tests/attack/test_tries.py::test_all_units_of_a_variant",
            ),
        ),
        Attack(
            "holding units by attempts that fail",
            ("tests/integration/orders/test_sweeps.py::test_a_charge_that_never_arrived_gives_its_units_back_soon",),
        ),
        Attack(
            "a budget that is never given back", (f"{_LIMITS}::test_units_that_a_worker_gave_back_are_held_no_more",)
        ),
        Attack("carts and sign-ups in masses", (f"{_LIMITS}::test_one_network_makes_no_more_than_its_budget",)),
        Attack("hiding in masses", (f"{_LIMITS}::test_hiding_has_a_budget",)),
        Attack(
            "registering documents in masses",
            (f"{_EDGE}/test_persisted.py::test_a_network_registers_a_bounded_number_of_documents",),
        ),
        Attack("taking Redis away", (f"{_KIT}/test_allowances.py::test_without_redis_each_process_has_a_budget",)),
        Attack(
            "an address that nobody trusts",
            (f"{_EDGE}/test_visitors.py::test_the_client_is_the_last_hop_that_is_no_proxy",),
        ),
    ),
    "stores": (
        Attack("storing much in Redis", (f"{_EVENTS}::test_what_one_visitor_stores_is_bounded_in_bytes",)),
        Attack("inventing categories", (f"{_EVENTS}::test_categories_that_do_not_exist_are_refused",)),
        Attack("inventing products", (f"{_EVENTS}::test_products_that_do_not_exist_are_not_kept",)),
        Attack("inventing devices", (f"{_EVENTS}::test_guests_of_one_network_share_a_bound",)),
        Attack(
            "pushing out persisted documents",
            (
                f"{_EDGE}/test_persisted.py::test_a_flood_does_not_push_a_document_in_use_out_of_memory",
                "tests/integration/kit/test_persisted_documents.py::test_documents_in_use_stay_and_the_newest_has_a_place",
            ),
        ),
    ),
    "accounts": (
        Attack(
            "taking over an imported account", (f"{_ACCOUNTS}/test_activation.py::test_other_tokens_activate_nothing",)
        ),
        Attack(
            "signing up with a buyer's address",
            (f"{_ACCOUNTS}/test_activation.py::test_a_buyer_of_imported_orders_gets_the_account_by_a_link",),
        ),
        Attack(
            "claiming an order by its e-mail address",
            ("tests/integration/cart/test_buyers.py::test_an_email_of_an_account_does_not_give_it_an_order",),
        ),
        Attack(
            "any root field, for any viewer",
            (f"{_ACCOUNTS}/test_authority.py::test_each_root_field_answers_each_viewer_as_its_row_says",),
        ),
        Attack(
            "changing what only staff may",
            (f"{_ACCOUNTS}/test_authority.py::test_who_lacks_the_authority_changes_nothing",),
        ),
        Attack(
            "an ended token",
            (
                f"{_ACCOUNTS}/test_graphql.py::test_a_logout_ends_every_token",
                f"{_ACCOUNTS}/test_ended_tokens.py::test_no_mutation_acts_for_an_ended_token",
            ),
        ),
        Attack(
            "reading or changing a wishlist of another account",
            (f"{_WISHES}::test_the_list_of_an_account_is_for_that_account_alone",),
        ),
        Attack(
            "writing with the token that shares a wishlist",
            (f"{_WISHES}::test_a_share_token_writes_nothing_and_opens_no_other_door",),
        ),
        Attack(
            "reaching items of a wishlist through another one",
            (f"{_WISHES}::test_items_of_one_list_are_not_reached_through_another",),
        ),
        Attack(
            "reading an account by a cart's id",
            ("tests/integration/cart/test_guessing.py::test_a_secret_id_alone_shows_no_account",),
        ),
    ),
    "files": (
        Attack(
            "records without end",
            (
                f"{_CSV}::test_a_record_has_a_largest_number_of_lines",
                f"{_CSV}::test_lines_are_read_a_limited_number_of_times",
            ),
        ),
        Attack("a file that grows when it is read", (f"{_CSV}::test_memory_does_not_grow_with_the_file",)),
        Attack("any file at all", (f"{_CSV}::test_any_file_is_read_or_refused",)),
    ),
    "messages": (
        Attack(
            "webhooks of other amounts",
            (
                "tests/integration/payments/test_webhook_transitions.py::test_another_amount_than_the_order_pays_for_nothing",
            ),
        ),
        Attack(
            "webhooks that nobody signed",
            ("tests/unit/payments/test_webhook_signature.py::test_an_event_signed_with_another_secret_is_refused",),
        ),
        Attack("no host, or two", (f"{_EDGE}/test_hosts.py::test_no_host_and_two_hosts_are_refused",)),
        Attack(
            "a forged host",
            ("tests/integration/content/test_urls.py::test_urls_of_a_client_that_nobody_trusts_stay_its_own",),
        ),
        Attack("forged cursors, ids and values", ("tests/attack/test_fuzz.py::test_forged_requests_are_answered",)),
        Attack("learning of the inside by errors", (f"{_EDGE}/test_errors.py::test_anything_else_is_an_incident",)),
        Attack("mutations by GET", (f"{_EDGE}/test_requests.py::test_a_mutation_by_get_is_not_executed",)),
        Attack("asking for the schema", (f"{_EDGE}/test_documents.py::test_introspection_can_be_turned_off",)),
        Attack(
            "documents that nobody registered",
            (f"{_EDGE}/test_persisted.py::test_a_shop_may_run_registered_documents_only",),
        ),
        Attack(
            "learning of a flash sale before it is announced",
            (
                "tests/integration/flash_sales/test_secret_sales.py::test_a_planned_sale_is_secret_until_it_is_announced",
            ),
        ),
        Attack("counting by ids", ("tests/integration/cart/test_guessing.py::test_ids_reveal_no_sequence",)),
        Attack(
            "a shop in production with demo accounts",
            ("tests/unit/settings/test_production.py::test_no_command_runs_a_shop_that_is_not_ready",),
        ),
        Attack("graphql-cop", ("tests/attack/test_graphql_cop.py::test_each_check_finds_what_was_chosen",)),
    ),
}
