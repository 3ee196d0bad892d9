"""Every manager runs the common suite of the TestKit; those with replicas run their family's, which holds it."""

from __future__ import annotations

from amino_dms.api import Trait
from amino_dms.chain import Registry
from amino_testkit.suites.common import ManagerSuite
from amino_testkit.suites.replication import ReplicationSuite
from amino_testkit.suites.sharding import ShardingSuite

FAMILIES = {Trait.REPLICATES: (ReplicationSuite, "(compare=5,snapshot=10)"), Trait.DIVIDES: (ShardingSuite, "(all=[keys:list,size:sum])")}
for _manager in Registry.installed():
    _name = f"Test{_manager.name}"
    _suite, _settings = next((FAMILIES[trait] for trait in FAMILIES if trait in _manager.declares.traits), (ManagerSuite, ""))
    globals()[_name] = type(_name, (_suite,), {"manager": f"{_manager.name}{_settings}", "__module__": __name__})
del ManagerSuite, ReplicationSuite, ShardingSuite, FAMILIES
