"""What the package is made of agrees with the code: lists, unit, user, rules, pages. Building it is `make deb`."""

import importlib.util
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from chimein.cli import COMMANDS
from chimein.core.sound.arrays import ARRAYS
from chimein.edge import places

ROOT = Path(__file__).parents[2]
DEB = ROOT / "deploy" / "deb"

FROM_DEBIAN = {
    "numpy": "python3-numpy",
    "pyaudio": "python3-pyaudio",
    "soundfile": "python3-soundfile",
    "systemd-python": "python3-systemd",
}


def text(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def locked(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text("deploy", "requirements", f"{name}.txt"), re.MULTILINE))


def unit() -> dict[str, list[str]]:
    """Every setting of the unit with its values in order, whatever the section."""
    settings: dict[str, list[str]] = {}
    for name, value in re.findall(r"^([A-Za-z]+)=(.*)$", text("systemd", "chimein.service"), re.MULTILINE):
        settings.setdefault(name, []).append(value)
    return settings


# --- the libraries


def test_every_dependency_is_in_the_package_or_comes_from_debian() -> None:
    vendored, depends = locked("deb"), re.search(r"^Depends: (.*)$", text("deploy", "deb", "control"), re.MULTILINE)
    assert depends is not None
    for requirement in map(Requirement, tomllib.loads(text("pyproject.toml"))["project"]["dependencies"]):
        name = canonicalize_name(requirement.name)
        if name in FROM_DEBIAN:
            assert FROM_DEBIAN[name] in depends[1]
            assert name not in vendored
        else:
            assert requirement.specifier.contains(vendored[name]), f"{name}: run `make lock`"


def test_the_package_holds_the_versions_that_are_tested() -> None:
    assert locked("deb").items() <= locked("test").items()


@pytest.mark.parametrize("name", ["deb", "deb-build"])
def test_a_list_is_hash_locked_and_names_no_registry(name: str) -> None:
    lines = text("deploy", "requirements", f"{name}.txt").splitlines()
    fine = r"#.*|[a-z0-9-]+==[\w.]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?"
    assert [line for line in lines if not re.fullmatch(fine, line)] == []


# --- scripts


@pytest.mark.parametrize("name", ["postinst", "prerm", "postrm", "build", "lgpio"])
def test_a_script_is_a_script_that_stops_at_a_failure(name: str) -> None:
    script = DEB / name
    shell = "bash" if name in ("build", "lgpio") else "sh"
    subprocess.run([shell, "-n", str(script)], check=True)
    assert re.search(r"^set -e", script.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", ["postinst", "prerm", "postrm"])
def test_an_installation_asks_no_network(name: str) -> None:
    assert not re.search(r"\b(pip|curl|wget|apt|apt-get)\b", (DEB / name).read_text(encoding="utf-8"))


def test_the_launcher_looks_where_the_build_puts_things() -> None:
    for directory in re.findall(r'"(/usr/lib/[^"]+)"', text("deploy", "deb", "launcher")):
        assert directory.removeprefix("/") in text("deploy", "deb", "build")


# --- the unit, its user, its devices


def test_the_unit_imports_the_key_by_the_name_that_the_daemon_looks_for() -> None:
    assert unit()["ImportCredential"] == [places.CREDENTIAL, f"{places.TOKENS}*"]
    assert not {"LoadCredential", "LoadCredentialEncrypted"} & unit().keys()  # these fail where there is no key


def test_the_unit_never_gives_up_but_for_a_bad_configuration() -> None:
    settings = unit()
    assert settings["Restart"] == ["always"]
    assert settings["StartLimitIntervalSec"] == ["0"]
    assert settings["RestartPreventExitStatus"] == ["78"]
    assert {"RestartSteps", "RestartMaxDelaySec", "WatchdogSec"} <= settings.keys()
    assert settings["Type"][-1] == "notify-reload"
    assert not {"BindsTo", "Requires"} & settings.keys()


def test_the_units_places_are_those_of_the_code() -> None:
    settings = unit()
    assert (settings["StateDirectory"], settings["ConfigurationDirectory"]) == (["chimein"], ["chimein"])
    assert Path("/run") / settings["RuntimeDirectory"][0] == places.SYSTEM_RUNTIME


def test_groups_that_own_devices_are_groups_of_the_user() -> None:
    groups = set(re.findall(r"^m chimein (\w+)$", text("systemd", "chimein.sysusers.conf"), re.MULTILINE))
    rules = text("deploy", "deb", "chimein.udev.rules")
    assert set(re.findall(r'GROUP="(\w+)"', rules)) <= groups
    assert set(re.findall(r'MODE="(\d+)"', rules)) == {"0660"}


@pytest.mark.parametrize("usb_id", [usb_id for array in ARRAYS if array.cancels_echo for usb_id in array.usb_ids])
def test_a_known_array_has_a_name_that_stays(usb_id: str) -> None:
    vendor, product = usb_id.split(":")
    of_product = rf' ATTRS\{{idProduct\}}=="{product}",' if product else ""
    rules = text("deploy", "deb", "chimein.udev.rules")
    assert re.search(rf'ATTRS\{{idVendor\}}=="{vendor}",{of_product} ATTR\{{id\}}="\w+"', rules)


# --- pages, completion, schema


@pytest.fixture(scope="module")
def describe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("describe", DEB / "describe.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written(describe: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("pages")
    describe.write(directory)
    return directory


def test_the_page_tells_of_every_command(describe: ModuleType, written: Path) -> None:
    page = (written / "chimein.1").read_text(encoding="utf-8")
    assert set(describe.commands()) == set(COMMANDS)
    for name in describe.commands():
        assert f"\n.B {describe.roff(name)} " in page


def test_the_page_says_of_every_command_and_word_what_it_is_for(describe: ModuleType, written: Path) -> None:
    page = (written / "chimein.1").read_text(encoding="utf-8")
    for name, parser in describe.commands().items():
        for inner in describe.parts(parser).values() or [parser]:
            assert inner.description, f"{name}: nothing is said about it"
            assert f"\n{describe.roff(inner.description)}\n" in page
    assert "\n.B WHEN\na length" in page
    assert page.count("\n.B \\-\\-config\n") == 1, "what all of them take stands there once"


def test_the_other_page_tells_of_every_key(written: Path) -> None:
    page = (written / "chimein.yaml.5").read_text(encoding="utf-8")
    for key in ("assistant.instruction", "gate.sensitivity", "panel.button.pin", "panel.lamp.brightness"):
        assert f"\n.B {key}\n" in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
@pytest.mark.parametrize("name", ["chimein.1", "chimein.yaml.5"])
def test_a_page_can_be_set(written: Path, name: str) -> None:
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", str(written / name)], capture_output=True, check=True
    )
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["chimein", "conf"], "config"),
        (["chimein", "config", "sh"], "show"),
        (["chimein", "status", "--js"], "--json"),
        (["chimein", "set"], "set-key"),
    ],
)
def test_the_shell_completes(written: Path, typed: list[str], expected: str) -> None:
    words = " ".join(f"'{word}'" for word in typed)
    script = f"COMP_WORDS=({words}); COMP_CWORD={len(typed) - 1}; _chimein; echo ${{COMPREPLY[*]}}"
    done = subprocess.run(
        ["bash", "-c", f". {written / 'chimein.bash'}; {script}"], capture_output=True, check=True, text=True
    )
    assert done.stdout.split() == [expected]
