"""The keys of the service in the store, one function for each kind."""

from __future__ import annotations

from urllib.parse import quote

OBJECTS = "/objects/"  # <object id> → stored record
NAMES = "/names/"  # <name> → object id
LABELS = "/labels/"  # <key>/<value>/<object id> → nothing
HOSTED = "/hosted/"  # <kernel id>/<instance id> → what the kernel should say of it (records.hosting)
CREATING = "/creating/"  # <object id> → request id
MANAGED = "/managed/"  # <object id> → id of the kernel on which the object got its first chain
MAKERS = "/makers/"  # <maker>/<object id> of objects without a name → nothing
EXPIRING = "/expiring/"  # <milliseconds since 1970, 16 digits>/<object id> → nothing
LEAVING = "/leaving/"  # <object id> → names of managers of earlier chains, whose durable values are still there
REQUESTS = "/requests/"  # <request id> → object id
INTERFACES = "/interfaces/"  # <hash> → interface
KERNELS = "/kernels/"  # <kernel id> → kernel record
ARTIFACTS = "/artifacts/"  # <hash> → artifact
TRANSACTIONS = "/transactions/"  # <name of a transaction over several objects> → the objects that do not know yet that it is committed
CLUSTER_SECRET = "/cluster-secret"  # by which kernels and this service prove what they are
DURABLE = "/durable/"  # <key of a deployment manager> → value
LARGE = "/large/"  # <key of a deployment manager> → hash of the blob that has the value, where the store takes no value of its size
FORMAT = "/store/format"  # → the number of the format of all that is here
LINEAGE = "/store/lineage"  # → the names that the store has had
UNFINISHED = "/store/unfinished"  # → what fills the store, while it has not been filled to its end (copies/filling.py)
MOVED = "/store/moved"  # → where all of it was moved to, since when no service begins on it (copies/migration.py)
FILLED = "/store/filled"  # → which content a copy has brought (JSON: what, content)
FLOOR = "/store/floor"  # → what the number of each new life of a kernel is above, besides the revision
LIFETIMES = "/store/lifetimes"  # → the last stored reading of the clock by which objects end that were made for a time
KINDS = "/kinds/"  # <name of a kind> → kind record
ARTIFACT_BLOBS = "/blobs/artifacts"  # bytes of artifacts, where no disk has them
VALUE_BLOBS = "/blobs/values"  # bytes of large durable values
BLOBS_PLACE = "/blobs/place"  # → the folder of an S3-like service that has the bytes of both
COORDINATORS = "/coordinators/"  # <object id>/<chain index>/<key> → value
COPIED = (HOSTED, INTERFACES, KERNELS, KINDS, LABELS, NAMES, OBJECTS)
"""What a service that stands by keeps a copy of, in order. No bytes of artifacts and no durable values lie between them."""


def object_key(object_id: str) -> str:
    """Where an object's record lies."""
    return OBJECTS + object_id


def name_key(name: str) -> str:
    """Where a name points to its object."""
    return NAMES + name


def kind_key(name: str) -> str:
    """Where a kind's record lies."""
    return KINDS + name


def label_prefix(key: str, value: str) -> str:
    """The index of all objects with one value of a label."""
    return f"{LABELS}{quote(key, safe='')}/{quote(value, safe='')}/"


def label_prefixes(key: str) -> str:
    """The index of all objects that have a label."""
    return f"{LABELS}{quote(key, safe='')}/"


def maker_prefix(maker: str) -> str:
    """The index of all objects without a name that somebody has made."""
    return f"{MAKERS}{quote(maker, safe='')}/"


def expiry_key(expires_ms: int, object_id: str) -> str:
    """Where it lies when an object is removed; the earliest one comes first."""
    return f"{EXPIRING}{expires_ms:016d}/{object_id}"


def hosted_prefix(kernel_id: str) -> str:
    """The index of all instances that records place on a kernel."""
    return f"{HOSTED}{kernel_id}/"


def last_part(key: str) -> str:
    """The part of a key behind the last slash: the object id of an index."""
    return key.rsplit("/", 1)[1]
