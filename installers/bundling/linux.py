"""The bundle for Linux: a folder that brings its own Python, packages, weights and window libraries."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Final

from core.verification.manifest import write_manifest
from installers.bundling import carried
from installers.bundling.archives import debian_package, tar_of
from installers.bundling.icon import draw_icons
from installers.bundling.left_out import STANDARD_LIBRARY, remove, remove_from_packages
from installers.bundling.order import Order, pip
from installers.bundling.packs import seal_update, trust_signer
from installers.bundling.program import copy_program, version_of
from installers.bundling.weak import weaken
from installers.environment import child_environment
from installers.licences import packages_in, write_inventory

FILES: Final = Path(__file__).with_name("files")

#: Data of the system that libraries look up by path: layouts of keyboards and names of dead keys.
SYSTEM_DATA: Final = (
    ("/usr/share/X11/xkb", "X11/xkb"),
    ("/usr/share/X11/locale", "X11/locale"),
    ("/usr/share/libdrm", "libdrm"),
)


def build_linux(root: Path, order: Order, tools: Path) -> list[Path]:
    """Build the folder, its archives and the update pack; returns what lies in the folder for results."""
    version = version_of(root)
    name = f"centromere-{version}-{order.platform}"
    folder = order.work / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    print("Python", flush=True)
    copy_python(folder / "python")
    print("packages", flush=True)
    install_packages(root, order, tools, site_packages(folder))
    print("program", flush=True)
    copy_program(root, folder / "program")
    trust_signer(root, order, tools, folder)
    draw_icons(tools, folder / "share" / "icons")
    print("libraries of the window", flush=True)
    carry_libraries(folder, tools.parent / "patchelf")
    for source, target in (
        ("centromere.sh", "centromere"), ("install.sh", "install.sh"), ("uninstall.sh", "uninstall.sh"),
        ("README.txt", "README.txt"), ("fonts.conf", "share/fonts.conf"),
        ("centromere.desktop", "share/centromere.desktop"),
        ("centromere-mime.xml", "share/centromere-mime.xml"),
    ):  # fmt: skip
        text = (FILES / source).read_text(encoding="utf-8").replace("@VERSION@", version)
        (folder / target).write_text(text, encoding="utf-8")
        (folder / target).chmod(0o755 if target == "centromere" or target.endswith(".sh") else 0o644)
    shutil.copyfile(FILES / "window_libraries.py", site_packages(folder) / "sitecustomize.py")
    print("compiling", flush=True)
    compile_sources(folder)
    write_inventory(folder / "licences", packages_in(site_packages(folder)))
    write_manifest(folder, version=version)
    if order.folder_only:
        return [folder]
    print("archives", flush=True)
    archive = tar_of(folder, order.out / f"{name}.tar.xz")
    package = debian_package(folder, order, version)
    update = seal_update(root, order, tools, archive, version)
    return [folder, archive, package, update]


def site_packages(folder: Path) -> Path:
    """Tell where the packages of the bundle `folder` are."""
    return folder / "python" / "lib" / "python3.11" / "site-packages"


def copy_python(target: Path) -> None:
    """Copy the interpreter that runs this, with its standard library."""
    standard = Path(sysconfig.get_path("stdlib"))
    library = target / "lib" / "python3.11"
    ignored = shutil.ignore_patterns("__pycache__", "site-packages", "dist-packages", "test", "config-3.11*")
    shutil.copytree(standard, library, ignore=ignored, symlinks=False)
    remove(library, STANDARD_LIBRARY)
    (library / "site-packages").mkdir()
    binary = target / "bin" / "python3.11"
    binary.parent.mkdir()
    shutil.copyfile(Path(base_executable()).resolve(), binary)
    binary.chmod(0o755)
    shared = Path(sysconfig.get_config_var("LIBDIR") or "") / str(
        sysconfig.get_config_var("INSTSONAME") or ""
    )
    if sysconfig.get_config_var("Py_ENABLE_SHARED") and shared.is_file():
        shutil.copyfile(shared.resolve(), target / "lib" / shared.name)
    licence = Path("/usr/share/doc/python3.11/copyright")
    text = standard / "LICENSE.txt"
    shutil.copyfile(text if text.exists() else licence, target / "LICENSE.txt")


def base_executable() -> str:
    """Tell the interpreter itself, also where this runs in a virtual environment."""
    return str(getattr(sys, "_base_executable", sys.executable))


def install_packages(root: Path, order: Order, tools: Path, site: Path) -> None:
    """Install the pinned packages into `site`, checked by their hashes, without what is never imported."""
    lock = root / "installers" / "requirements" / "run.txt"
    options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile"]
    pip(tools, ["install", *options, "--upgrade", "--target", str(site), "--requirement", str(lock)])
    remove_from_packages(site)


def carry_libraries(folder: Path, patchelf: Path) -> None:
    """Copy the libraries that a bare system lacks: Python's own beside it, those of the window apart."""
    python = folder / "python"
    licences = folder / "licences" / "system"
    extensions = sorted((python / "lib" / "python3.11" / "lib-dynload").glob("*.so"))
    binary = python / "bin" / "python3.11"
    if shutil.which("strip"):
        for path in [*extensions, *python.joinpath("lib").glob("libpython*.so*")]:
            subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)
    set_path(patchelf, binary, "$ORIGIN/../lib")
    of_python = carried.needed_by([binary, *extensions], folder)
    carried.copy_libraries(of_python, python / "lib", licences)
    for name in of_python:
        set_path(patchelf, python / "lib" / name, "$ORIGIN")
    for path in extensions:
        set_path(patchelf, path, "$ORIGIN/../..")

    system = carried.library_folder()
    by_name = [system / name for name in carried.OPENED_BY_NAME]
    files = carried.elf_files(site_packages(folder))
    if shutil.which("strip"):
        for path in files:
            # Files below *.libs were rewritten by the tool that made the wheel, and no longer survive it.
            if not path.parent.name.endswith(".libs"):
                subprocess.run(
                    ["strip", "--strip-unneeded", str(path)], check=True, stderr=subprocess.DEVNULL
                )
    files = [path for path in files if path.name not in carried.LEFT_TO_THE_SYSTEM]
    window = carried.needed_by([*files, *by_name], folder)
    window |= {path.name: path for path in by_name}
    place_libraries(window, folder / "libraries", licences)

    driver = system / carried.DRIVER
    drawn_by = [system / name for name in carried.GRAPHICS_BY_NAME]
    graphics = carried.needed_by([*drawn_by, driver], folder) | {path.name: path for path in drawn_by}
    graphics = {
        name: path
        for name, path in graphics.items()
        if name not in window and not name.startswith(carried.NOT_CARRIED)
    }
    target = folder / "libraries" / "graphics"
    place_libraries(graphics, target, licences)
    leave_uncalled(patchelf, target)
    (target / "dri").mkdir()
    shutil.copyfile(driver.resolve(), target / "dri" / driver.name)
    carried.copy_licence(driver, licences)
    vendor = '{"file_format_version": "1.0.0", "ICD": {"library_path": "libEGL_mesa.so.0"}}\n'
    (target / "50_mesa.json").write_text(vendor, encoding="utf-8")
    for source, name in SYSTEM_DATA:
        if Path(source).is_dir():
            shutil.copytree(source, folder / "share" / name, symlinks=False)
            carried.copy_licence(
                next(path for path in sorted(Path(source).rglob("*")) if path.is_file()), licences
            )


def leave_uncalled(patchelf: Path, target: Path) -> None:
    """Let the libraries in `target` do without those that nothing calls."""
    for user, dropped, begin in carried.NEVER_CALLED:
        for path in sorted(target.glob(f"{user}*")):
            for name in [name for name in carried.needs_of(path) if name.startswith(dropped)]:
                subprocess.run([str(patchelf), "--remove-needed", name, str(path)], check=True)
                last = "_" + name.rpartition(".so.")[2] if begin == "" else ""
                weaken(path, begin, last)


def place_libraries(libraries: dict[str, Path], target: Path, licences: Path) -> None:
    """Copy `libraries` to `target`, with the order in which they are to be loaded."""
    carried.copy_libraries(libraries, target, licences)
    names = carried.in_loading_order(libraries)
    (target / "order.txt").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def set_path(patchelf: Path, file: Path, path: str) -> None:
    """Write into `file` where the loader is to look for its libraries."""
    subprocess.run([str(patchelf), "--set-rpath", path, str(file)], check=True)


def compile_sources(folder: Path) -> None:
    """Compile every source, so that nothing is compiled at a start; times of files do not matter."""
    command = [
        str(folder / "python" / "bin" / "python3.11"),
        "-m",
        "compileall",
        "-q",
        "-j",
        str(os.cpu_count() or 1),
    ]
    command += ["--invalidation-mode", "unchecked-hash", "-s", str(folder)]
    environment = {**child_environment(), "PYTHONDONTWRITEBYTECODE": "1"}
    places = [str(folder / "program"), str(folder / "python" / "lib" / "python3.11")]
    # Some packages bring sources for other versions of Python; what does not compile is never imported.
    subprocess.run([*command, *places], check=False, env=environment, stdout=subprocess.DEVNULL)
