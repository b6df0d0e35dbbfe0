"""Tasador's library: everything that the dashboard, the command line and the API do.

`AVM` is the one object to hold; the nouns are what it takes and gives; the errors are what it raises.

What it gives stands in ``__init__.pyi`` and is loaded when it is first asked for, so that the import costs nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
