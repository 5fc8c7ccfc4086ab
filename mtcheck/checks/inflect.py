"""English verb and noun forms for patterns and suggestions (``assure`` → assures, assured …)."""

from __future__ import annotations

import re

# base → (past, past participle); only verbs that are not regular.
_IRREGULAR = {
    "be": ("was", "been"), "become": ("became", "become"), "begin": ("began", "begun"),
    "bring": ("brought", "brought"), "build": ("built", "built"), "buy": ("bought", "bought"),
    "catch": ("caught", "caught"), "choose": ("chose", "chosen"), "come": ("came", "come"),
    "cost": ("cost", "cost"), "cut": ("cut", "cut"), "deal": ("dealt", "dealt"),
    "do": ("did", "done"), "draw": ("drew", "drawn"), "drive": ("drove", "driven"),
    "eat": ("ate", "eaten"), "fall": ("fell", "fallen"), "feel": ("felt", "felt"),
    "fight": ("fought", "fought"), "find": ("found", "found"), "flee": ("fled", "fled"),
    "fly": ("flew", "flown"), "forbid": ("forbade", "forbidden"), "forget": ("forgot", "forgotten"),
    "get": ("got", "got"), "give": ("gave", "given"), "go": ("went", "gone"),
    "grow": ("grew", "grown"), "have": ("had", "had"), "hear": ("heard", "heard"),
    "hit": ("hit", "hit"), "hold": ("held", "held"), "hurt": ("hurt", "hurt"),
    "keep": ("kept", "kept"), "know": ("knew", "known"), "lead": ("led", "led"),
    "leave": ("left", "left"), "let": ("let", "let"), "lie": ("lay", "lain"),
    "lose": ("lost", "lost"), "make": ("made", "made"), "meet": ("met", "met"),
    "pay": ("paid", "paid"), "put": ("put", "put"), "read": ("read", "read"),
    "ride": ("rode", "ridden"), "rise": ("rose", "risen"), "run": ("ran", "run"),
    "say": ("said", "said"), "see": ("saw", "seen"), "sell": ("sold", "sold"),
    "send": ("sent", "sent"), "set": ("set", "set"), "shoot": ("shot", "shot"),
    "show": ("showed", "shown"), "shut": ("shut", "shut"), "sing": ("sang", "sung"),
    "sink": ("sank", "sunk"), "sit": ("sat", "sat"), "speak": ("spoke", "spoken"),
    "spend": ("spent", "spent"), "stand": ("stood", "stood"), "steal": ("stole", "stolen"),
    "strike": ("struck", "struck"), "swear": ("swore", "sworn"), "take": ("took", "taken"),
    "teach": ("taught", "taught"), "tell": ("told", "told"), "think": ("thought", "thought"),
    "throw": ("threw", "thrown"), "undergo": ("underwent", "undergone"),
    "understand": ("understood", "understood"), "wear": ("wore", "worn"), "win": ("won", "won"),
    "withdraw": ("withdrew", "withdrawn"), "write": ("wrote", "written"),
}  # fmt: skip
_DOUBLES = frozenset(
    {
        "admit", "ban", "begin", "commit", "control", "cut", "drop", "equip", "forget", "get",
        "grab", "hit", "let", "occur", "omit", "permit", "plan", "prefer", "put", "refer",
        "regret", "rob", "run", "scrap", "set", "ship", "shop", "shut", "sit", "step", "stop",
        "submit", "transfer", "trim", "win",
    }
)  # fmt: skip
_VOWELS = "aeiou"


def verb_forms(base: str) -> dict[str, str]:
    """Return the forms ``base``, ``s``, ``past``, ``participle`` and ``ing`` of an English verb."""
    if base == "be":
        return {"base": "be", "s": "is", "past": "was", "participle": "been", "ing": "being"}
    if re.search(r"(?:s|x|z|ch|sh|o)$", base):
        third = base + "es"
    elif base.endswith("y") and base[-2] not in _VOWELS:
        third = base[:-1] + "ies"
    else:
        third = "has" if base == "have" else base + "s"
    double = base in _DOUBLES
    if base.endswith("ie"):
        ing = base[:-2] + "ying"
    elif base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        ing = base[:-1] + "ing"
    else:
        ing = base + (base[-1] if double else "") + "ing"
    if base in _IRREGULAR:
        past, participle = _IRREGULAR[base]
    else:
        if base.endswith("e"):
            past = base + "d"
        elif base.endswith("y") and base[-2] not in _VOWELS:
            past = base[:-1] + "ied"
        else:
            past = base + (base[-1] if double else "") + "ed"
        participle = past
    return {"base": base, "s": third, "past": past, "participle": participle, "ing": ing}


def all_forms(base: str) -> tuple[str, ...]:
    """Return every form of an English verb, without repeats; -ise/-ize verbs in both spellings."""
    bases = [base]
    if re.search(r"[^aeiou]i[sz]e$", base) and len(base) > 5 and base not in {"advise", "surprise"}:
        bases = [base[:-2] + "se", base[:-2] + "ze"]
    forms = [form for b in bases for form in verb_forms(b).values()]
    if base == "be":
        forms += ["are", "were", "am"]
    return tuple(dict.fromkeys(forms))


def plural(noun: str) -> str:
    """Return the regular plural of an English noun."""
    return verb_forms(noun)["s"] if noun != "have" else "haves"


def like(form: str, of: str, model: str | None = None) -> str:
    """Return verb ``of`` in the form that ``form`` has.

    ``model`` is the base of ``form``; without it the ending decides.
    """
    target = verb_forms(of)
    low = form.lower()
    if model is not None:
        source = verb_forms(model)
        for name in ("base", "s", "ing", "past", "participle"):
            if source[name] == low:
                return target[name]
    if low.endswith("ing"):
        return target["ing"]
    if low.endswith("ed"):
        return target["past"]
    if low.endswith("s") and not low.endswith("ss"):
        return target["s"]
    return target["base"]
