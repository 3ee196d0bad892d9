"""Every manager runs the common suite of the TestKit."""

from __future__ import annotations

from amino_dms.chain import Registry
from amino_testkit.suites.common import ManagerSuite

for _manager in Registry.installed():
    _name = f"Test{_manager.name}"
    globals()[_name] = type(_name, (ManagerSuite,), {"manager": _manager.name, "__module__": __name__})
del ManagerSuite
