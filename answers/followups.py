"""What "it", "that team", "the second one" and "what about …?" mean after what was said before."""

import re
from typing import Final

from answers.model import Topic

_PRONOUNS: Final = frozenset(
    {"it", "its", "that", "this", "they", "them", "these", "those", "their", "he", "she", "him", "her", "his",
     "itself", "themselves", "that one", "this one", "these ones", "those ones", "the same", "the same one", "same",
     "the thing", "that thing", "this thing", "these things", "those things", "the above", "all of them",
     "any of them", "all of those", "each of them", "this guy", "that guy", "one of them"}
)  # fmt: skip
_POINTING: Final = re.compile(r"^(?:that|this|the|these|those|its|their|his|her)\s+(?P<noun>[a-z]+)$", re.IGNORECASE)
_NUMBERS: Final = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "ninth": 9, "9th": 9, "tenth": 10, "10th": 10,
    "last": -1, "latter": -1, "former": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip
_ORDINAL: Final = re.compile(
    rf"^(?:the |that |your )?(?:(?:number |no\.? |#|item |option |result )(?P<n>\d+|one|two|three|four|five)|"
    rf"(?P<word>{'|'.join(w for w in _NUMBERS if w not in {'one', 'two', 'three', 'four', 'five'})})"
    r"(?: (?:one|result|item|match|option|entry|thing|(?P<noun>[a-z]+)))?)(?:'s)?$",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"[1-9]\d?")
_ABOUT: Final = re.compile(
    r"^(?:(?:and|ok|okay|so|but|hm+|oh|also|then)[, ]+)*(?:what about|how about|only|just|and for|"
    r"and about|and what about|same for|"
    r"the same for|and also|and|or|what of|same question for|also|for|how 'bout|now for|now)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)


_READING_ON: Final = re.compile(
    r"(?:(?:please|ok|okay|and|so) )*(?:read on|go on|keep (?:reading|going)|carry on|continue|(?:read )?more|next|"
    r"(?:tell|show) (?:me )?more|the rest|what (?:comes )?(?:next|then)|and then|then what)(?: please)?",
    re.IGNORECASE,
)
_COUNTING: Final = re.compile(
    r"(?:and )?(?:how many(?: (?:are there|of them|of those|is that|are they|"
    r"in total|is it|there are))*|count(?: (?:them|those|it))?)",
    re.IGNORECASE,
)


_WHICH_ONES: Final = re.compile(
    r"(?:and |so |ok |okay )*(?:which(?: ones?)?(?: (?:are|is) (?:they|it|those|these|that))?|what are they|"
    r"who are they|"
    r"(?:list|show|name|give|tell)(?: me)?(?: all)?(?: of)? (?:them|those|these)(?: all)?|(?:all|each) of them|names)",
    re.IGNORECASE,
)


def asks_for_names(phrase: str) -> bool:
    """`which ones?` of what was counted."""
    return _WHICH_ONES.fullmatch(phrase.strip(" ?!.,")) is not None


def is_counting(phrase: str) -> bool:
    """`how many are there?` of what was listed."""
    return _COUNTING.fullmatch(phrase.strip(" ?!.,")) is not None


def is_pronoun(phrase: str) -> bool:
    """Whether a phrase only points back."""
    return phrase.lower().strip(" ?!.,").removesuffix("'s") in _PRONOUNS


_OTHER: Final = re.compile(r"(?:the )?other(?: one| ones|s)?", re.IGNORECASE)


def is_other(phrase: str) -> bool:
    """`the other one`: of what was listed, not the one that was spoken about."""
    return _OTHER.fullmatch(phrase.strip(" ?!.,")) is not None


def pointed_noun(phrase: str) -> str | None:
    """`team` of `that team`."""
    found = _POINTING.match(phrase.strip(" ?!.,"))
    return found["noun"].lower() if found else None


def ordinal(phrase: str, topic: Topic) -> str | None:
    """The ref that `the second one` stands for."""
    number = position(phrase, len(topic.items))
    return None if number is None else topic.items[number]


def position(phrase: str, count: int) -> int | None:
    """Which of `count` things is meant by its number, counted from 0; None when it is none of them."""
    bare = phrase.strip(" ?!.,#)")
    found = _ORDINAL.match(bare)
    if not count or (found is None and not _DIGITS.fullmatch(bare)):
        return None
    text = bare if found is None else (found["n"] or found["word"]).lower()
    number = _NUMBERS.get(text) or int(text)
    if number == -1:
        return count - 1
    return number - 1 if 1 <= number <= count else None


def is_reading_on(phrase: str) -> bool:
    """`read on`: more of what was just quoted."""
    return _READING_ON.fullmatch(phrase.strip(" ?!.,…")) is not None


def about(text: str) -> str | None:
    """The rest of "what about …", "and …"."""
    found = _ABOUT.match(text.strip(" ?!.,"))
    return found["rest"].strip(" ?!.,") if found else None
