"""Every sentence for people: kept as data, put into words once, at the door, in the reader's language.

In come an English template and named facts; out comes a `Message`, which can be raised, stored as JSON and, at a door,
said in English or Spanish. Everybody may call this room, and it calls nobody: it stands below the errors. It is the
only home of Babel, which is loaded with the first sentence that needs it.
"""

from pricing_core.words import dates, numbers
from pricing_core.words.catalogue import marked
from pricing_core.words.languages import LANGUAGES, NOTHING, Language, spoken
from pricing_core.words.message import Fact, Message, plural, say, within

__all__ = [
    "LANGUAGES",
    "NOTHING",
    "Fact",
    "Language",
    "Message",
    "dates",
    "marked",
    "numbers",
    "plural",
    "say",
    "spoken",
    "within",
]
