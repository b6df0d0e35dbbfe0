"""The only home of MLflow: runs, versions and the alias of the champion.

MLflow takes seconds to import, so it is imported when it is first needed, and a valuation never needs it.
"""

from pricing_core.versions.registry.artifacts import fetch, unpack_model
from pricing_core.versions.registry.runs import Registered, Registry, TrainingRows

__all__ = ["Registered", "Registry", "TrainingRows", "fetch", "unpack_model"]
