"""A whole home as one file, and back: databases, models, the rows of trainings, waiting uploads and the secret.

In comes an installation, out goes a zip with a manifest that names each file with its digest. Neither way says that it
is done before the champion has been loaded from the copy and has given its golden homes their values.
"""

from pricing_core.processes.backup.parts import BackupOutcome
from pricing_core.processes.backup.restoring import restore_backup
from pricing_core.processes.backup.writing import write_backup

__all__ = ["BackupOutcome", "restore_backup", "write_backup"]
