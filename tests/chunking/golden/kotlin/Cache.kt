package org.example.cache

import java.time.Instant

typealias Loader<K, V> = suspend (K) -> V

const val DEFAULT_SIZE = 128

/** A cache that forgets what was used least recently. */
class LruCache<K, V>(private val size: Int = DEFAULT_SIZE) : Cache<K, V> {
    private val entries = LinkedHashMap<K, V>(size, 0.75f, true)

    init {
        require(size > 0) { "size must be positive" }
    }

    override fun get(key: K): V? {
        hits += if (key in entries) 1 else 0
        return entries[key]
    }

    @Synchronized
    fun put(key: K, value: V) {
        entries[key] = value
        if (entries.size > size) {
            entries.remove(entries.keys.first())
        }
    }

    companion object {
        fun <K, V> unbounded(): LruCache<K, V> {
            return LruCache(Int.MAX_VALUE)
        }
    }
}

interface Cache<K, V> {
    fun get(key: K): V?
}

object Clock {
    fun now(): Instant {
        return Instant.now()
    }
}

data class Entry(val key: String, val value: ByteArray)

fun String.cacheKey(prefix: String): String {
    val cleaned = trim().lowercase()
    return "$prefix:$cleaned"
}
