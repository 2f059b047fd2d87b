"""The one list of system packages."""

from __future__ import annotations

from installers.system_packages import SYSTEM_PACKAGES, install_command, names_in, wanted_packages


def test_that_a_package_counts_when_it_is_installed_or_provided_by_one_that_is() -> None:
    listing = (
        "installed\tlibegl1\t\n"
        "config-files\txvfb\t\n"
        "installed\tlibglib2.0-0t64\tlibglib2.0-0 (= 2.84.4-3), libglib2.0-0:any\n"
        "not-installed\topenbox\tx-window-manager\n"
    )
    assert names_in(listing) == {"libegl1", "libglib2.0-0t64", "libglib2.0-0"}


def test_that_nothing_counts_in_an_empty_listing() -> None:
    assert names_in("") == frozenset()


def test_that_the_window_needs_no_server_and_the_tests_need_both() -> None:
    window = wanted_packages(["window"])
    assert not {"xvfb", "openbox", "postgresql"} & set(window)
    assert {"xvfb", "openbox", "postgresql"} == set(wanted_packages(["tests"]))


def test_that_an_interpreter_with_pip_of_its_own_asks_for_no_venv_package() -> None:
    assert "python3-venv" not in wanted_packages(["environment"])


def test_that_no_package_is_listed_twice() -> None:
    names = [name for packages in SYSTEM_PACKAGES.values() for name in packages]
    assert sorted(names) == sorted(set(names))


def test_that_the_command_names_every_package_and_asks_nothing() -> None:
    command = install_command(("openbox", "xvfb"))
    assert command[:2] == ["apt-get", "install"]
    assert command[-2:] == ["openbox", "xvfb"]
    assert "--yes" in command
