"""Every manager runs the common suite of the TestKit; those with replicas run their family's, which holds it."""

from __future__ import annotations

from amino_dms.api import Trait
from amino_dms.chain import Registry
from amino_testkit.suites.common import ManagerSuite
from amino_testkit.suites.master_slave import MasterSlaveSuite
from amino_testkit.suites.replication import ReplicationSuite
from amino_testkit.suites.sharding import ShardingSuite

FAMILIES = {Trait.REPLICATES: (ReplicationSuite, "(compare=5,snapshot=10)"), Trait.DIVIDES: (ShardingSuite, "(all=[keys:list,size:sum])")}
MORE = "LoadBalancedMasterSlave(settle=1s,calm=5s)"
OWN = {"LoadBalancedMasterSlave": (MasterSlaveSuite, "(min=2,acks=all,compare=5)")}
for _manager in Registry.installed():
    _name = f"Test{_manager.name}"
    _suite, _settings = next((FAMILIES[trait] for trait in FAMILIES if trait in _manager.declares.traits), (ManagerSuite, ""))
    _suite, _settings = OWN.get(_manager.name, (_suite, _settings))
    globals()[_name] = type(_name, (_suite,), {"manager": f"{_manager.name}{_settings}", "more": MORE, "__module__": __name__})
del ManagerSuite, MasterSlaveSuite, ReplicationSuite, ShardingSuite, FAMILIES, OWN
