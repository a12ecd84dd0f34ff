"""Greetings, thanks and calls for help: whole messages that ask for nothing in the catalog."""

import re
from typing import Final

_WORDS: Final = re.compile(r"[^a-z0-9'@ ]+")
_GREETINGS: Final = frozenset(
    line.strip()
    for line in """
        hi, hello, hey, hiya, yo, howdy, hallo, moin, hola, bonjour, greetings, sup, wave, morning, evening, afternoon,
        hi there, hello there, hey there, good morning, good afternoon, good evening, good day, what's up, whats up,
        how are you, how's it going, hows it going, how are you doing, how do you do, hello world, are you there,
        you there, anyone there, nice to meet you, good night, goodbye, bye, see you, bye bye, hi again, g'day,
        are you alive, you alive, ping, you up, long time no see, happy friday
    """.replace("\n", " ").split(",")
)
_THANKS: Final = re.compile(
    r"(?:(?:ok|okay|great|cool|perfect|awesome|nice|wow|excellent|super|brilliant|lovely|good|alright|fine|ah|oh|yay|"
    r"many|much|that(?:'s| is| was) (?:great|perfect|all|helpful|it)(?: (?:i|we) (?:needed|wanted|need|want))?|"
    r"got it|very|so) )*"
    r"(?:thanks?|thank you|thank u|thx|ty|tysm|cheers|much appreciated|appreciated|appreciate it|danke|merci|gracias|"
    r"nice one|good bot|great bot|awesome|perfect|great|cool|nice|brilliant|you rock|you're the best|well done|"
    r"that(?:'s| is| was) (?:great|perfect|all|helpful|very helpful|it|exactly what i needed)|got it|good job)"
    r"(?: (?:a lot|a bunch|a ton|so much|very much|much|again|for (?:the |your )?(?:help|helping|info|that|answer).*|"
    r"mate|bot|buddy|friend|everyone|all|man|loads|heaps|in advance|you|callboard|guys|answer|job|very))*"
)
_HELP: Final = re.compile(
    r"(?:help(?: me)?(?: please)?|please help(?: me)?|usage|commands?|man|manual|instructions|what|huh|"
    r"(?:what|how much) (?:can|do|could) (?:you|u|i|callboard|it|this bot|this) (?:do|ask(?: you)?|know|"
    r"help (?:me )?with)"
    r"(?: for me| here| about)?|what (?:are|is) (?:you|this|callboard|this bot)(?: for)?|who are you|"
    r"what can i (?:ask|do|say|type)(?: (?:you|here|callboard))?|(?:show|list)(?: me)? (?:the |all )?"
    r"(?:commands|help|examples)|"
    r"how (?:do|does|can|should)(?: i| one| we)? (?:this|it|you|use (?:this|you|callboard|it)|"
    r"callboard|ask|the bot|this bot)"
    r"(?: work| bot)?|what (?:questions|things) can i ask(?: you)?|(?:i )?need (?:some )?help|examples?|options|"
    r"what (?:kind|sort|type)s?a?(?: of)? (?:questions?|things?|stuff) (?:can|could|may|do|should) (?:i|we|one|you) "
    r"(?:ask|answer|do|know)(?: you)?|"
    r"what do you (?:do|know)|can you help(?: me)?(?: out)?|getting started|how does this work|tutorial|start|menu)"
)
_ADDRESSED: Final = re.compile(
    r"(?<=\w)[, ]+(?:callboard|bot|everyone|everybody|all|team|folks|guys|friend|mate|there|@[uw][a-z0-9]{5,})$"
)
_MENTION: Final = re.compile(r"^@[uw][a-z0-9]{5,}[,: ]*")


def talk(text: str) -> str | None:
    """`greeting`, `thanks` or `help`, when the whole text is that; an empty message is a greeting."""
    lowered = " ".join(_MENTION.sub("", text.lower().strip()).split()).rstrip("?!.,;:) ")
    bare = " ".join(_WORDS.sub(" ", lowered).split())
    if not bare:
        return "greeting"
    for words in dict.fromkeys((bare, _ADDRESSED.sub("", bare), bare.removesuffix(" callboard"))):
        if words in _GREETINGS:
            return "greeting"
        if _HELP.fullmatch(words):
            return "help"
        if _THANKS.fullmatch(words):
            return "thanks"
        greeting, _, rest = words.partition(" ")
        if greeting in _GREETINGS and rest and (rest in _GREETINGS or _HELP.fullmatch(rest)):
            return "help" if _HELP.fullmatch(rest) else "greeting"
    return None
