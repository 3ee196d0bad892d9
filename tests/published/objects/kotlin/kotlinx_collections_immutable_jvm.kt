import kotlinx.collections.immutable.PersistentMap
import kotlinx.collections.immutable.mutate
import kotlinx.collections.immutable.persistentListOf
import kotlinx.collections.immutable.persistentMapOf
import kotlinx.collections.immutable.persistentSetOf
import kotlinx.collections.immutable.plus
import kotlinx.collections.immutable.toPersistentList

/** Versions of a map that never change, and what they share. */
class Main {
  private var versions = listOf<PersistentMap<String, Int>>(persistentMapOf("tea" to 3, "milk" to 1))

  fun use(): String {
    val numbers = (1..100).toPersistentList()
    val more = numbers.add(101).set(0, -1).removeAt(50)
    val letters = persistentSetOf("c", "a") + "b" - "a"
    val mutated = versions[0].mutate { it["coffee"] = 7; it.remove("milk") }
    return "${numbers.size} ${more.size} ${more.take(3)} ${more.sum()} $letters ${mutated.toSortedMap()} ${versions[0]} " +
      "${versions[0] == mutated} ${persistentListOf(1, 2) == listOf(1, 2)} ${more.builder().apply { clear() }.build()}"
  }

  fun goOn(): String {
    versions = versions + versions.last().put("item ${versions.size}", versions.size * 10)
    return versions.joinToString(" | ") { it.toSortedMap().toString() }
  }

  fun amino_save(): Any = versions.map { it.toMap() }

  @Suppress("UNCHECKED_CAST")
  fun amino_load(state: Any) {
    versions = (state as List<Map<String, Number>>).map { version ->
      version.entries.fold(persistentMapOf()) { all, (name, count) -> all.put(name, count.toInt()) }
    }
  }
}
