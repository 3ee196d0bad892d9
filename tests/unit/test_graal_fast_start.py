"""What a JVM starts fast with: an image made from the JDK, an archive of classes. The real JDK makes them."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from amino_graal.class_archive import ClassArchives
from amino_graal.discovery import report_machines
from amino_graal.fast_start import FastStart
from amino_graal.flags import jvm_flags
from amino_graal.jars import JarStore, cache_folder
from amino_graal.jpype_jar import jpype_jar
from amino_graal.jvm_image import JvmImages
from amino_graal.machine import PLACEHOLDERS, JavaMachine


@pytest.fixture(scope="module")
def jdk() -> JavaMachine:
    machine = report_machines(os.environ).chosen
    if machine is None or not machine.compiles or not (machine.home / "bin/jlink").exists():
        pytest.skip("no JDK with a compiler interface and jlink on this machine")
    return machine


@pytest.fixture(scope="module")
def image(jdk: JavaMachine, tmp_path_factory: pytest.TempPathFactory) -> JavaMachine:
    # Its own folder: the cache's image may have been there before this code.
    made = JvmImages(tmp_path_factory.mktemp("images")).make(jdk)
    assert made is not None
    return made


def test_an_image_is_the_same_jvm_without_the_compilers_empty_module(jdk: JavaMachine, image: JavaMachine) -> None:
    assert (image.version, image.major, image.origin, image.compiles) == (jdk.version, jdk.major, jdk.origin, True)
    assert jdk.has_placeholder and not image.has_placeholder
    assert set(jdk.modules) - set(image.modules) <= {*PLACEHOLDERS, "jdk.jlink", "jdk.jpackage"}
    assert "--upgrade-module-path=/c.jar" in jvm_flags(jdk, [Path("/c.jar")])
    assert not [flag for flag in jvm_flags(image, [Path("/c.jar")]) if "upgrade" in flag]


def test_an_image_is_found_again_and_is_its_own_image(jdk: JavaMachine, image: JavaMachine) -> None:
    images = JvmImages(image.home.parent)
    assert images.find(jdk) == image and images.make(jdk) == image
    assert images.find(image) == image


def test_another_jdk_has_another_image(jdk: JavaMachine, image: JavaMachine) -> None:
    assert JvmImages(image.home.parent).find(replace(jdk, version="25.9.9")) is None


def test_a_jdk_without_jlink_is_started_as_it_is(jdk: JavaMachine, tmp_path: Path) -> None:
    (tmp_path / "lib/server").mkdir(parents=True)
    (tmp_path / "lib/server/libjvm.so").touch()
    bare = replace(jdk, home=tmp_path, library=tmp_path / "lib/server/libjvm.so")
    quick = FastStart(tmp_path / "cache").make(bare, [], [], [], tmp_path / "none.jar")
    assert (quick.machine, quick.archive) == (bare, None)


def test_a_failed_trial_run_leaves_no_archive(image: JavaMachine, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jar"
    broken.write_bytes(b"no jar")
    archives = ClassArchives(tmp_path / "archives")
    assert archives.make(image, [], [broken], ["js"], broken) is None
    assert [path.name for path in (tmp_path / "archives").iterdir()] == [".lock"]


def test_an_archive_belongs_to_its_jars(image: JavaMachine, tmp_path: Path) -> None:
    store = JarStore(cache_folder(os.environ) / "jars")
    if store.missing(store.lock.jars_of("java")):
        pytest.skip("the base jars are not in the cache")
    guests = store.class_path(["java"])
    folder = tmp_path / "archives"
    folder.mkdir()
    unused, recent, other = (folder / name for name in ("classes-1.jsa", "classes-2.jsa", "other"))
    for path in (unused, recent, other):
        path.write_bytes(b"")
    month_ago = time.time() - 30 * 24 * 3600
    os.utime(unused, (month_ago, month_ago))
    os.utime(other, (month_ago, month_ago))
    archives = ClassArchives(folder)
    made = archives.make(image, [], guests, [], tmp_path / "none.jar")
    assert made is not None and archives.find(image, [], guests) == made
    assert archives.find(image, [], guests[1:]) is None
    assert (unused.exists(), recent.exists(), other.exists()) == (False, True, True)
    os.utime(made, (month_ago, month_ago))
    assert archives.find(image, [], guests) == made and made.stat().st_mtime > month_ago + 1, "it is in use"
    path = os.pathsep.join(map(str, [*guests, jpype_jar()]))
    command = [str(image.home / "bin/java"), *jvm_flags(image, [], archive=made), "-Xshare:on", "-cp", path, "-version"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
