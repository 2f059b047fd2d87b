"""What a bundle leaves out of Python and of the packages: nothing that the program imports."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from installers.bundling.carried import elf_files, needs_of

#: Folders and files of the standard library. readline, gdbm and dbm also because their libraries are GPL.
STANDARD_LIBRARY: Final = (
    "test", "idlelib", "tkinter", "turtledemo", "turtle.py", "lib2to3", "ensurepip", "config-3.11*",
    "site-packages", "dist-packages", "EXTERNALLY-MANAGED", "pydoc_data", "sitecustomize.py", "unittest/test",
    "distutils/tests", "ctypes/test", "sqlite3/test", "lib-dynload/_tkinter*", "lib-dynload/readline*",
    "lib-dynload/_gdbm*", "lib-dynload/_dbm*", "lib-dynload/_curses*", "lib-dynload/nis*",
    "lib-dynload/_crypt*", "lib-dynload/_test*", "lib-dynload/xx*", "lib-dynload/_ctypes_test*",
)  # fmt: skip

#: Packages that come with napari for its console and its plugin manager, which the program does not show, and
#: those that scikit-image and onnxruntime name for parts of theirs which it does not call.
PACKAGES: Final = (
    "IPython", "ipykernel", "ipykernel_launcher.py", "jedi", "parso", "debugpy", "qtconsole",
    "napari_console", "zmq", "pyzmq.libs", "tornado", "prompt_toolkit", "jupyter_client", "jupyter_core",
    "jupyter.py", "matplotlib_inline", "pexpect", "ptyprocess", "stack_data", "executing", "asttokens",
    "pure_eval", "comm", "wcwidth", "_argon2*", "networkx", "google", "rich", "typer",
    "shellingham", "markdown_it", "mdurl", "IPython_pygments_lexers*",
    "ipython_pygments_lexers*",
)  # fmt: skip

#: Their dist-info folders are left out with them.
DISTRIBUTIONS: Final = (
    "ipython", "ipykernel", "jedi", "parso", "debugpy", "qtconsole", "napari_console", "pyzmq", "tornado",
    "prompt_toolkit", "jupyter_client", "jupyter_core", "matplotlib_inline", "pexpect", "ptyprocess",
    "stack_data", "executing", "asttokens", "pure_eval", "comm", "wcwidth", "ipython_pygments_lexers",
    "networkx", "protobuf", "rich",
    "typer", "shellingham", "markdown_it_py", "mdurl",
)  # fmt: skip

#: Parts of packages: tests, tools of Qt, Qt Quick, headers, and data that only development asks for.
PARTS: Final = (
    "PySide6/assistant", "PySide6/designer", "PySide6/linguist", "PySide6/lrelease", "PySide6/lupdate",
    "PySide6/qmlformat", "PySide6/qmllint", "PySide6/qmlls", "PySide6/svgtoqml", "PySide6/balsam*",
    "PySide6/qsb", "PySide6/doc", "PySide6/glue", "PySide6/include", "PySide6/scripts", "PySide6/typesystems",
    "PySide6/support/generate_pyi", "PySide6/*.pyi", "PySide6/QtQml*", "PySide6/QtQuick*",
    "PySide6/QtDesigner*", "PySide6/QtHelp*", "PySide6/QtUiTools*", "PySide6/QtSql*",
    "PySide6/libpyside6qml*", "PySide6/Qt/qml", "PySide6/Qt/metatypes", "PySide6/Qt/libexec",
    "PySide6/Qt/translations", "PySide6/Qt/lib/libQt6Qml*", "PySide6/Qt/lib/libQt6Quick*",
    "PySide6/Qt/lib/libQt6Designer*", "PySide6/Qt/lib/libQt6Help*", "PySide6/Qt/lib/libQt6UiTools*",
    "PySide6/Qt/lib/libQt6Sql*", "PySide6/Qt/lib/libQt6Labs*", "PySide6/Qt/lib/libQt6Lottie*",
    "PySide6/Qt/lib/libQt6Canvas*", "PySide6/Qt/lib/libQt6ShaderTools*",
    "PySide6/Qt/lib/libQt6Wayland*Compositor*", "PySide6/Qt/lib/libQt6EglF[Ss]*",
    "PySide6/Qt/plugins/wayland-graphics-integration-server", "PySide6/Qt/plugins/imageformats/libqpdf.so",
    "PySide6/Qt/plugins/qmltooling", "PySide6/Qt/plugins/qmllint", "PySide6/Qt/plugins/qmlls",
    "PySide6/Qt/plugins/designer", "PySide6/Qt/plugins/sqldrivers",
    "PySide6/Qt/plugins/egldeviceintegrations", "PySide6/Qt/plugins/vectorimageformats",
    "PySide6/Qt/plugins/platforms/libqeglfs*", "PySide6/Qt/plugins/platforms/libqlinuxfb*",
    "PySide6/Qt/plugins/platforms/libqvnc*", "PySide6/Qt/plugins/platforms/libqvkkhrdisplay*",
    "PySide6/Qt/plugins/platforms/libqminimal.*", "PySide6/Qt/plugins/platforms/libqminimalegl*",
    "PySide6/Qt/plugins/generic", "PySide6/Qt/plugins/networkinformation",
    "PySide6/Qt/plugins/platforminputcontexts/libqtvirtual*", "pandas/tests", "numpy/*/tests", "numpy/tests",
    "numpy/_core/include", "numpy/_core/lib", "scipy/*/tests", "scipy/*/*/tests", "skimage/*/tests",
    "skimage/data/*.png", "skimage/data/*.jp*g", "skimage/data/*.tif*", "skimage/data/*.npz",
    "skimage/data/*.npy", "skimage/data/*.gif", "skimage/data/*.xml", "skimage/data/*.fits",
    "pygments/lexers/[a-oq-z]*", "pygments/lexers/_[a-ln-z]*", "pyqtgraph/examples", "numpy/distutils",
    "PIL/_avif*", "dask/dataframe", "dask/tests", "dask/*/tests", "napari/_tests", "napari/*/_tests",
    "napari/*/*/_tests", "napari/*/*/*/_tests", "vispy/*/tests", "vispy/*/*/tests", "vispy/*/*/*/tests",
    "cv2/data", "OpenGL/DLLS", "OpenGL/GLES*", "OpenGL/EGL", "OpenGL/WGL", "OpenGL/GLUT", "OpenGL/GLE",
    "OpenGL/raw/GLES*", "OpenGL/raw/EGL", "OpenGL/raw/WGL", "OpenGL/raw/OSMESA", "OpenGL/Tk",
    "onnxruntime/capi/libonnxruntime.so*", "sqlalchemy/dialects/mssql", "sqlalchemy/dialects/oracle",
    "sqlalchemy/dialects/mysql", "sqlalchemy/testing", "kiwisolver/*.cpp", "lxml/includes", "lxml/*.c",
    "lxml/*.pyx", "imageio/resources/images", "magicgui/*/tests", "toolz/tests", "tifffile/tests",
    "pydicom/data/test_files", "pydicom/data/charset_files", "psygnal/*/tests", "onnxruntime/tools",
    "onnxruntime/transformers", "onnxruntime/quantization", "onnxruntime/datasets", "bin", "include",
    "share/jupyter", "share/man", "superqt/*/tests", "pydicom/data/palettes", "pandas/io/formats/templates",
    "numpy/**/*.pyi", "pandas/**/*.pyi", "cv2/**/*.pyi", "PIL/*.pyi",
    "lxml/**/*.pyi", "**/*.pxd", "**/*.h", "**/*.c",
)  # fmt: skip

#: Codecs of imagecodecs that no picture of the program uses; lzo also because its library is GPL.
CODECS: Final = (
    "aec", "apng", "avif", "bcn", "bitshuffle", "blosc", "blosc2", "brotli", "brunsli", "h5checksum", "heif",
    "htj2k", "jetraw", "jpegxl", "lzf", "lzfse", "lzham", "lzo", "meshopt", "mozjpeg", "nvjpeg", "pcodec",
    "pglz", "rcomp", "rgbe", "snappy", "sperr", "sz3", "szip", "ultrahdr", "wavpack", "zfp", "zopfli",
)  # fmt: skip


def remove(folder: Path, patterns: tuple[str, ...]) -> int:
    """Delete what fits `patterns` below `folder`; returns how many files and folders that were."""
    count = 0
    for pattern in patterns:
        for found in sorted(folder.glob(pattern)):
            if found.is_dir() and not found.is_symlink():
                shutil.rmtree(found)
            elif found.exists():
                found.unlink()
            count += 1
    return count


def remove_from_packages(site: Path) -> int:
    """Delete from the packages what the program never imports, and libraries nothing needs any more."""
    told = tuple(f"{name}-*.dist-info" for name in DISTRIBUTIONS)
    codecs = tuple(f"imagecodecs/_{name}.*" for name in CODECS)
    count = remove(site, PACKAGES + told + PARTS + codecs) + remove(site, ("**/__pycache__",))
    return count + remove_unneeded_libraries(site)


def remove_unneeded_libraries(site: Path) -> int:
    """Delete the libraries that packages brought for parts of them which were left out."""
    count = 0
    while True:
        needed = {name for path in elf_files(site) for name in needs_of(path)}
        brought = [
            *site.glob("imagecodecs.libs/*"),
            *site.glob("pillow.libs/*"),
            *site.glob("_gdcm/lib*.so*"),
        ]
        unneeded = [path for path in brought if path.name not in needed]
        if not unneeded:
            return count
        for path in unneeded:
            path.unlink()
        count += len(unneeded)
