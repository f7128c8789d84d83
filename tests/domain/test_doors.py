"""To whom a form is open."""

import pytest

from kam_flows.domain.doors import Door, admitted, is_reading, may_enter
from kam_flows.domain.people import StaffRole
from tests.builders import a_person

STEERING = (Door.SUPERVISOR, Door.HEAD, Door.OPERATIONS)


@pytest.mark.parametrize("role", StaffRole)
def test_a_form_for_staff_is_open_to_all_but_those_who_may_only_look(role: StaffRole):
    person = a_person("mara", role=role)

    assert may_enter(person, [Door.STAFF]) is (role is not StaffRole.READ_ONLY)
    assert may_enter(person, [Door.EVERYONE])


def test_a_form_that_names_several_is_open_to_each_of_them():
    roles = [
        role for role in StaffRole if may_enter(a_person("m", role=role), STEERING)
    ]

    assert roles == admitted(STEERING)
    assert set(roles) == {
        StaffRole.SUPERVISOR,
        StaffRole.DEPARTMENT_HEAD,
        StaffRole.OPERATIONS,
    }


def test_whoever_leads_an_account_is_a_lead_manager_whatever_their_role():
    support = a_person("sam", role=StaffRole.SUPPORT)
    watcher = a_person("wei", role=StaffRole.READ_ONLY)

    assert not may_enter(support, [Door.LEAD_MANAGER])
    assert may_enter(support, [Door.LEAD_MANAGER], leads=True)
    assert may_enter(a_person("mara"), [Door.LEAD_MANAGER])
    assert not may_enter(watcher, [Door.LEAD_MANAGER], leads=True)


def test_forms_that_show_or_report_only_read():
    assert is_reading("show-a-ticket")
    assert is_reading("report-visits")
    assert not is_reading("record-a-visit")
