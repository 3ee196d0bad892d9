"""Every manager runs the common suite of the TestKit; those with replicas run their family's, which holds it."""

from __future__ import annotations

from amino_dms.api import Trait
from amino_dms.chain import Registry
from amino_testkit.suites.common import ManagerSuite
from amino_testkit.suites.replication import ReplicationSuite

for _manager in Registry.installed():
    _name = f"Test{_manager.name}"
    _suite = ReplicationSuite if Trait.REPLICATES in _manager.declares.traits else ManagerSuite
    _settings = "(compare=5,snapshot=10)" if _suite is ReplicationSuite else ""
    globals()[_name] = type(_name, (_suite,), {"manager": f"{_manager.name}{_settings}", "__module__": __name__})
del ManagerSuite, ReplicationSuite
