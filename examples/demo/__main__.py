"""`python -m examples.demo`: ends with status 0 only if everything that the table says was seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from amino.testing import LocalCluster

from examples.demo.build import JVM_SOURCES, WASM_SOURCES, build, build_for_jvm, build_for_wasm
from examples.demo.progress import Story, play
from examples.demo.steps import (
    call_across,
    call_from,
    expect,
    jvm_objects,
    move_under_fire,
    placed_objects,
    register,
    wasm_objects,
)

KERNEL = ("--languages", "all", "--allow", "native", "--allow", "host")


def tell(story: Story, cluster: LocalCluster) -> None:
    """Runs every step. Raises what a step raises."""
    with story.step("OMS and two kernels, three processes") as told:
        cluster.start_oms()
        north, south = (cluster.start_kernel(region, {"region": region}, KERNEL) for region in ("north", "south"))
        cluster.wait_until_up()
        told += [f"{process.name}: {process.address}" for process in cluster.processes.values()]
    with story.step("C to LLVM bitcode, C and others to WebAssembly, four languages to classes") as told, ThreadPoolExecutor(2) as pool:
        classes = pool.map(lambda language: (language, build_for_jvm(cluster.folder, language)), JVM_SOURCES)
        built = build(cluster.folder / "built")
        modules = {language: build_for_wasm(cluster.folder / "built", language) for language in WASM_SOURCES}
        folders = dict(classes)
        told += [path.name for path in (built.bitcode, built.wasm, *modules.values(), built.java, *folders.values())]
    placed = [*placed_objects(built), *wasm_objects(modules), *jvm_objects(folders)]
    with story.step("an object in each language, registered by the command line") as told, ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: register(north.address, one), placed))
        told += [f"{one.name}: {one.language}, {one.region}" for one in placed]
    names = [one.name for one in placed]
    for turn, (language, kernel) in enumerate((("Python", north), ("Node", south), ("Ruby", north)), 1):
        with story.step(f"the {language} client calls them all") as told:
            seen = call_from(language, kernel.address, names)
            expect(seen, dict.fromkeys(names, 5 * turn), f"the counters after the {language} client")
            told += [f"{name}.incr(5) → {value}" for name, value in seen.items()]
    with story.step("an object calls another, in another language on the other kernel") as told:
        told.append(call_across(north))
    with story.step("an object moves between the kernels while it is called") as told:
        told.append(move_under_fire(cluster, south))


def told(story: Story) -> None:
    """Tells it of a cluster that ends with it."""
    with LocalCluster() as cluster:
        tell(story, cluster)


if __name__ == "__main__":
    play(told, "all of it worked")
